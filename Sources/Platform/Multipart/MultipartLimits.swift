/// Bounds of a form; what goes beyond is refused.
package struct MultipartLimits: Sendable {
    /// Bytes of one part's header lines.
    package var headerBytes = 16 << 10
    package var parts = 64
    /// Bytes before the first boundary.
    package var preambleBytes = 64 << 10

    package init() {}
}
