internal import Foundation

/// What a FLAC's header says of the whole besides the places of its segments, found by decoding the whole.
package struct FLACDescription: Hashable, Sendable, Codable {
    package let format: FLACFormat
    /// By ``FLACDigest``.
    package let md5: [UInt8]

    /// Decodes the whole. Blocks the calling thread.
    init(_ source: RenditionSource, channels: Int) throws(MediaError) {
        format = try FLACFormat(of: source, channels: channels)
        md5 = try FLACDigest.md5(source, channels: channels)
    }

    /// Reads what ``serialised()`` wrote.
    /// - Throws: `.io` for anything else.
    package init(serialised bytes: [UInt8]) throws(MediaError) {
        guard let value = try? PropertyListDecoder().decode(Self.self, from: Data(bytes)), value.md5.count == 16 else {
            throw MediaError(code: .io, message: "What was found of a FLAC cannot be read: ask for it again.")
        }
        self = value
    }

    package func serialised() throws(MediaError) -> [UInt8] {
        guard let bytes = try? PropertyListEncoder().encode(self) else { throw MediaError.outOfMemory }
        return Array(bytes)
    }
}
