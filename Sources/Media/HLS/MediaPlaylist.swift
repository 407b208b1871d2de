/// The list of a rendition's segments (RFC 8216, section 4.3.3): all of them, with their exact lengths.
package struct MediaPlaylist: Sendable {
    package static let mediaType = "application/vnd.apple.mpegurl"

    let rendition: HLSRendition
    /// Appended to every address after its `?`; empty for none.
    let query: String

    package init(_ rendition: HLSRendition, query: String) {
        self.rendition = rendition
        self.query = query
    }

    package var text: String {
        let lengths = (0..<rendition.layout.segmentCount).map(rendition.sampleCount(ofSegment:))
        let suffix = query.isEmpty ? "" : "?\(query)"
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:\(Self.targetSeconds(lengths))",
            "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS",
            "#EXT-X-MAP:URI=\"init.mp4\(suffix)\"",
        ]
        for (index, length) in lengths.enumerated() {
            lines.append("#EXTINF:\(Self.seconds(length)),")
            lines.append("\(index).m4s\(suffix)")
        }
        return (lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n")
    }

    /// No segment is longer, in whole seconds.
    static func targetSeconds(_ lengths: [Int64]) -> Int64 {
        let rate = Int64(RenditionSource.resampledRate)
        return max(1, ((lengths.max() ?? 0) + rate - 1) / rate)
    }

    /// Samples at 48 kHz in seconds, with as many digits as tell every sample apart.
    static func seconds(_ samples: Int64) -> String {
        let nanoseconds = (samples * 1_000_000_000 + 24_000) / Int64(RenditionSource.resampledRate)
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(rest)
        return "\(whole)." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}
