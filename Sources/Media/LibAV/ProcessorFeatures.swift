internal import CLibAV

/// Instructions of the processor that FFmpeg's code may use. What it computes depends on them: unlike machines can be
/// made to encode alike as far as FFmpeg goes (libopus and libmp3lame choose by themselves).
package struct ProcessorFeatures: Hashable, Sendable {
    /// As ffmpeg's option `-cpuflags` takes it: `sse2`, or `-avx2` for all but AVX2.
    package let text: String

    /// Nil for what FFmpeg does not know on processors of this kind.
    package init?(_ text: String) {
        var flags: UInt32 = 0
        guard av_parse_cpu_caps(&flags, text) >= 0 else { return nil }
        self.text = text
    }

    /// Has this process use no others, and none that the processor lacks. Call it before FFmpeg is used.
    package func use() {
        let present = UInt32(bitPattern: av_get_cpu_flags())
        var flags = present
        guard av_parse_cpu_caps(&flags, text) >= 0 else { return }
        av_force_cpu_flags(Int32(bitPattern: flags & present))
    }
}
