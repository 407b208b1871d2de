/// The files that a waveform can be had as.
package enum WaveformFormat: String, Sendable, CaseIterable {
    /// Binary data of BBC audiowaveform.
    case dat
    /// JSON data of BBC audiowaveform.
    case json
    /// A picture.
    case png
    /// A scalable picture.
    case svg
    /// JSON for wavesurfer.js.
    case peaks = "peaks.json"

    /// The file name extension, without the leading dot.
    package var fileExtension: String { rawValue }

    /// The media type to serve it with.
    package var mediaType: String {
        switch self {
        case .dat: "application/octet-stream"
        case .json, .peaks: "application/json"
        case .png: "image/png"
        case .svg: "image/svg+xml"
        }
    }
}

extension WaveformPyramid {
    /// The bytes of a file; the same pyramid and options always give the same bytes.
    /// - Throws: what `data(_:)` throws for data files; `outOfMemory` for a PNG.
    package func render(_ format: WaveformFormat, _ options: WaveformOptions) throws(MediaError) -> [UInt8] {
        switch format {
        case .dat: try data(options).dat()
        case .json: try data(options).json()
        case .peaks: try peaks(options)
        case .png: try png(options)
        case .svg: svg(options)
        }
    }
}
