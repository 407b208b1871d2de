internal import Foundation

/// Title, artist and album as players of MP4 look for them: `udta`, of one size whatever they are.
struct MovieTags {
    /// What a decoder gives beyond the track's own samples, for players that know no edit lists of fragmented files.
    struct Gaps {
        /// Samples before the first.
        let leading: Int
        /// Samples per channel that are the track's.
        let sampleCount: Int64
        /// All that are decoded.
        let decoded: Int64

        /// As iTunes writes it: hexadecimal numbers after one another, most of them unused.
        var text: String {
            let trailing = decoded - Int64(leading) - sampleCount
            return String(format: " 00000000 %08X %08llX %016llX", leading, trailing, sampleCount)
                + String(repeating: " 00000000", count: 8)
        }
    }

    /// Room for three values of ``RenditionTags/longestValueBytes`` with their boxes, and for the gaps.
    private static let listBytes = 3 * (RenditionTags.longestValueBytes + 24) + 256

    let tags: RenditionTags
    let gaps: Gaps?

    var bytes: [UInt8] {
        let texts = [("nam", tags.title), ("ART", tags.artist), ("alb", tags.album)].compactMap { name, value in
            value.map { item([0xa9] + Array(name.utf8), [], RenditionTags.shortened($0)) }
        }
        let list = Box.plain("ilst", texts.flatMap { $0 } + gapItem)
        let handler = Box.full("hdlr", Box.zeros(4), Array("mdirappl".utf8), Box.zeros(9))
        return Box.plain("udta", Box.full("meta", handler, list, Box.free(Self.listBytes - list.count)))
    }

    private var gapItem: [UInt8] {
        guard let gaps else { return [] }
        let owner = Box.full("mean", Array("com.apple.iTunes".utf8)) + Box.full("name", Array("iTunSMPB".utf8))
        return item(Array("----".utf8), owner, Array(gaps.text.utf8))
    }

    /// - Parameters:
    ///   - type: four bytes, which need not be letters.
    ///   - value: UTF-8.
    private func item(_ type: [UInt8], _ owner: [UInt8], _ value: [UInt8]) -> [UInt8] {
        let content = owner + Box.full("data", flags: 1, Box.zeros(4), value)
        return [UInt8](bigEndian: UInt32(Box.headBytes + content.count)) + type + content
    }
}
