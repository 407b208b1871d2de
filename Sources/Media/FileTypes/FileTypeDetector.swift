internal import CMagic
internal import Synchronization

/// libmagic's handle; closed exactly once, by leaving scope.
private struct MagicCookie: ~Copyable {
    private let raw: magic_t

    /// Content only: no programs, archives or tables are taken apart, and what looks like a table or JSON is text.
    private static let flags =
        MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_APPTYPE | MAGIC_NO_CHECK_ELF
        | MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_JSON

    init() throws(FileTypeDetector.Unavailable) {
        guard let raw = magic_open(Self.flags) else { throw FileTypeDetector.Unavailable() }
        guard magic_load(raw, nil) == 0 else {
            magic_close(raw)
            throw FileTypeDetector.Unavailable()
        }
        self.raw = raw
    }

    deinit { magic_close(raw) }

    func mediaType(of bytes: [UInt8]) -> String? {
        magic_buffer(raw, bytes, bytes.count).map { String(cString: $0) }
    }
}

/// Says what content is by its bytes, with libmagic, which is C and reads what strangers made: only workers look at that.
package final class FileTypeDetector: Sendable {
    /// libmagic's table of signatures is missing.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description = "libmagic has no table of file types: install Debian's libmagic-mgc."

        package init() {}
    }

    /// How much of a file is looked at.
    package static let sampleBytes = 1 << 20

    /// Whether libmagic's table is here.
    package static func check() throws(Unavailable) { _ = try MagicCookie() }

    /// One caller at a time: a look takes milliseconds.
    private let cookie: Mutex<MagicCookie>

    package init() throws(Unavailable) { cookie = Mutex(try MagicCookie()) }

    /// The media type of a file that begins with these bytes; nil when there is none.
    package func mediaType(of beginning: [UInt8]) -> String? { cookie.withLock { $0.mediaType(of: beginning) } }
}
