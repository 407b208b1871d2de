internal import CLibAV

/// Which channels there are and in which order; owns its `AVChannelLayout`.
final class ChannelLayout {
    private(set) var raw = AVChannelLayout()

    /// A copy; a layout without places gets the usual one for its number, as the `ffmpeg` program does.
    init(copying source: UnsafePointer<AVChannelLayout>) {
        av_channel_layout_copy(&raw, source)
        guard raw.order == AV_CHANNEL_ORDER_UNSPEC else { return }
        let count = raw.nb_channels
        av_channel_layout_uninit(&raw)
        av_channel_layout_default(&raw, count)
    }

    /// The usual layout of a number of channels.
    init(channels: Int) {
        av_channel_layout_default(&raw, Int32(channels))
    }

    deinit { av_channel_layout_uninit(&raw) }

    var channels: Int { Int(raw.nb_channels) }

    /// `mono`, `stereo`, `5.1(side)`, …
    var name: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress, av_channel_layout_describe(&raw, start, buffer.count) > 0 else {
                return "\(channels) channels"
            }
            return String(cString: start)
        }
    }

    /// Bits of the speakers; nil where FLAC's decoders take the number of channels for just these (RFC 9639, section
    /// 9.1.3; surround channels may be at the side or behind).
    var maskBeyondFLAC: UInt64? {
        guard raw.order == AV_CHANNEL_ORDER_NATIVE else { return nil }
        let usual: [UInt64] = [0x4, 0x3, 0x7, 0x33, 0x603, 0x607, 0x37, 0x60f, 0x3f, 0x70f, 0x63f]
        return usual.contains(raw.u.mask) ? nil : raw.u.mask
    }

    /// Whether a frame's layout is this one; one without places is judged by its number.
    func matches(_ other: UnsafePointer<AVChannelLayout>) -> Bool {
        other.pointee.order == AV_CHANNEL_ORDER_UNSPEC
            ? other.pointee.nb_channels == raw.nb_channels : av_channel_layout_compare(&raw, other) == 0
    }

    func matches(_ frame: borrowing Frame) -> Bool { matches(&frame.raw.pointee.ch_layout) }

    /// Places of the channels for loudness.
    var places: [ChannelPlace] {
        (0..<UInt32(channels)).map { index in
            switch av_channel_layout_channel_from_index(&raw, index) {
            case AV_CHAN_LOW_FREQUENCY, AV_CHAN_LOW_FREQUENCY_2: .lowFrequency
            case AV_CHAN_BACK_LEFT, AV_CHAN_BACK_RIGHT, AV_CHAN_BACK_CENTER, AV_CHAN_SIDE_LEFT, AV_CHAN_SIDE_RIGHT,
                AV_CHAN_TOP_BACK_LEFT, AV_CHAN_TOP_BACK_RIGHT, AV_CHAN_TOP_BACK_CENTER:
                .surround
            default: .front
            }
        }
    }
}

/// Where a channel sounds, as far as ITU-R BS.1770 tells them apart.
enum ChannelPlace: Hashable, Sendable {
    case front, surround, lowFrequency
}
