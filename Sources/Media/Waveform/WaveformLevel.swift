/// The extremes of a recording at one zoom: for each pixel, for each lane, the least and the greatest sample.
///
/// Lane 0 is the mono mix; lanes 1… are the channels. A recording of one channel has lane 0 only, since both are the same.
struct WaveformLevel: Sendable, Hashable {
    /// Samples (per channel) that a pixel stands for; the last pixel may stand for fewer.
    let samplesPerPixel: Int
    /// Lanes in every pixel.
    let laneCount: Int
    /// `[pixel][lane][minimum, maximum]`, flat.
    let values: [Int16]

    /// Pixels in the level.
    var pixelCount: Int { values.count / stride }

    /// Values a pixel takes.
    var stride: Int { laneCount * 2 }

    /// Lanes kept for a recording of that many channels.
    static func laneCount(channels: Int) -> Int { channels == 1 ? 1 : channels + 1 }

    /// The level in which `factor` pixels of this one become one.
    func coarser(by factor: Int) -> WaveformLevel {
        let count = (pixelCount + factor - 1) / factor
        var merged: [Int16] = []
        merged.reserveCapacity(count * stride)
        for pixel in 0..<count {
            let children = (pixel * factor)..<min((pixel + 1) * factor, pixelCount)
            for lane in 0..<laneCount {
                let (least, greatest) = extremes(of: children, lane: lane)
                merged.append(least)
                merged.append(greatest)
            }
        }
        return WaveformLevel(samplesPerPixel: samplesPerPixel * factor, laneCount: laneCount, values: merged)
    }

    /// The least and the greatest sample of one lane over a range of pixels that must not be empty.
    func extremes(of pixels: Range<Int>, lane: Int) -> (least: Int16, greatest: Int16) {
        var least = Int16.max
        var greatest = Int16.min
        var index = pixels.lowerBound * stride + lane * 2
        for _ in pixels {
            least = min(least, values[index])
            greatest = max(greatest, values[index + 1])
            index += stride
        }
        return (least, greatest)
    }
}
