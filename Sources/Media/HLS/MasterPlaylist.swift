/// The list of a track's renditions of one codec (RFC 8216, section 4.3.4), of which a player chooses by its line.
package struct MasterPlaylist: Sendable {
    /// Bitrates in kbit/s that are offered.
    package static let ladder = [64, 128, 256]

    private let renditions: [HLSRendition]
    private let query: String

    /// - Parameters:
    ///   - renditions: the one to begin with first.
    ///   - query: appended to every address after its `?`; empty for none.
    package init(_ renditions: [HLSRendition], query: String) {
        self.renditions = renditions
        self.query = query
    }

    package var text: String {
        let suffix = query.isEmpty ? "" : "?\(query)"
        var lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
        for rendition in renditions {
            let (peak, mean) = Self.bitsPerSecond(rendition)
            lines.append(
                "#EXT-X-STREAM-INF:BANDWIDTH=\(peak),AVERAGE-BANDWIDTH=\(mean),CODECS=\"\(rendition.codecs)\"")
            lines.append("\(Self.name(rendition.layout.rendition.codec))/index.m3u8\(suffix)")
        }
        return (lines + [""]).joined(separator: "\n")
    }

    /// The name of a rendition in addresses, such as `aac-128`; nil for what is not offered.
    package static func codec(named name: String) -> RenditionCodec? {
        let all = ladder.map { RenditionCodec.aac(kilobits: $0) } + ladder.map { .opus(kilobits: $0) }
        return all.first { Self.name($0) == name }
    }

    private static func name(_ codec: RenditionCodec) -> String {
        switch codec {
        case .aac(let kilobits): "aac-\(kilobits)"
        case .opus(let kilobits): "opus-\(kilobits)"
        default: "\(codec)"
        }
    }

    /// Of the fattest segment, apart from those too short to matter, and of all together.
    private static func bitsPerSecond(_ rendition: HLSRendition) -> (peak: Int64, mean: Int64) {
        let segments = (0..<rendition.layout.segmentCount).map { index in
            (size: rendition.size(ofSegment: index), samples: max(1, rendition.sampleCount(ofSegment: index)))
        }
        func rate(_ size: Int64, _ samples: Int64) -> Int64 {
            let rate = Int64(RenditionSource.resampledRate)
            return (size * 8 * rate + samples - 1) / samples
        }
        let longest = segments.map(\.samples).max() ?? 1
        let whole = segments.reduce((size: 0, samples: 0)) { ($0.size + $1.size, $0.samples + $1.samples) }
        let peak = segments.filter { $0.samples * 2 >= longest }.map { rate($0.size, $0.samples) }.max() ?? 0
        return (peak, rate(whole.size, max(1, whole.samples)))
    }
}
