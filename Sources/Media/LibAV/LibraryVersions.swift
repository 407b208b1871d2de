import CLibAV

/// Versions of the FFmpeg libraries that are loaded.
enum LibraryVersions {
    /// As they number themselves, in a fixed order.
    static var all: [UInt32] { [avformat_version(), avcodec_version(), avutil_version(), swresample_version()] }
}
