/// What a file is, told from its first bytes and never from its name.
package struct Probe: Hashable, Sendable, Codable {
    /// Container: `mp3`, `flac`, `wav`, `w64`, `aiff`, `ogg`, `aac`, `mp4`, `wavpack`, `ape`, `matroska`, `webm`.
    package internal(set) var container: String
    /// Codec as libavcodec names it: `mp3`, `flac`, `pcm_s16le`, `vorbis`, `opus`, `aac`, `alac`, …
    package internal(set) var codec: String
    /// Samples per second of each channel.
    package internal(set) var sampleRate: Int
    /// Number of channels, 1–8.
    package internal(set) var channels: Int
    /// Layout as libavutil describes it: `mono`, `stereo`, `5.1(side)`, …
    package internal(set) var channelLayout: String
    /// Bits of a sample in lossless formats; nil in lossy ones.
    package internal(set) var bitsPerSample: Int?
    /// Bits per second of the audio stream, or of the file; nil when unknown.
    package internal(set) var bitrate: Int?
    /// Length by the container's own claim or by its bitrate; wrong in some files.
    package internal(set) var estimatedDurationMilliseconds: Int?
    /// Tags with lower-case keys: `title`, `artist`, `album`, `album_artist`, `date`, `track`, `genre`, `comment`, …
    package internal(set) var tags: [String: String]
    /// Whether a cover picture is inside.
    package internal(set) var hasCover: Bool
    /// Media type for HTTP, such as `audio/flac`.
    package internal(set) var mediaType: String
    /// Usual extension without a dot: flac, mp3, ogg, opus, wav, w64, aiff, m4a, aac, wv, ape, webm, mka.
    package internal(set) var fileExtension: String
}
