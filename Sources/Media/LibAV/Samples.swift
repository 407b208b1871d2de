internal import CLibAV

/// Rate, layout and writing of decoded samples.
struct AudioFormat {
    let sampleRate: Int
    let layout: ChannelLayout
    let encoding: SampleEncoding

    /// The same with another number of channels.
    init(_ other: AudioFormat, channels: Int) {
        self.init(
            sampleRate: other.sampleRate, layout: ChannelLayout(channels: channels), encoding: other.encoding)
    }

    init(sampleRate: Int, layout: ChannelLayout, encoding: SampleEncoding) {
        self.sampleRate = sampleRate
        self.layout = layout
        self.encoding = encoding
    }

    func with(_ encoding: SampleEncoding) -> AudioFormat {
        AudioFormat(sampleRate: sampleRate, layout: layout, encoding: encoding)
    }
}

/// Samples that lie in a buffer of someone else, who says how long.
struct Samples {
    let planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    /// Samples per channel.
    let count: Int
    let format: AudioFormat

    /// All channels' values in turn; only for `.int16`.
    var interleavedInt16: UnsafeBufferPointer<Int16> {
        let start = UnsafeRawPointer(planes[0])?.assumingMemoryBound(to: Int16.self)
        return UnsafeBufferPointer(start: start, count: count * format.layout.channels)
    }

    /// One channel's values; only for `.floatPlanar`.
    func floats(channel: Int) -> UnsafeBufferPointer<Float> {
        let start = UnsafeRawPointer(planes[channel])?.assumingMemoryBound(to: Float.self)
        return UnsafeBufferPointer(start: start, count: count)
    }
}

/// Memory for converted samples that grows to the largest frame seen.
final class SampleBuffer {
    /// One pointer a channel when planar, one in all when interleaved.
    let planes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    private var capacity = 0
    private static let planeLimit = 64

    init() {
        planes = .allocate(capacity: Self.planeLimit)
        planes.initialize(repeating: nil, count: Self.planeLimit)
    }

    deinit {
        av_freep(planes)
        planes.deallocate()
    }

    func reserve(samples: Int, format: AudioFormat) throws(MediaError) {
        guard samples > capacity else { return }
        av_freep(planes)
        capacity = 0
        let wanted = samples + samples / 2
        guard
            av_samples_alloc(
                planes, nil, Int32(format.layout.channels), Int32(wanted), format.encoding.raw, 0) >= 0
        else { throw MediaError.outOfMemory }
        capacity = wanted
    }
}
