/// The files that a waveform can be had as; an extension that ends another one comes after it.
package enum WaveformFormat: String, Sendable, CaseIterable {
    /// Binary data of BBC audiowaveform.
    case dat
    /// JSON for wavesurfer.js.
    case peaks = "peaks.json"
    /// JSON data of BBC audiowaveform.
    case json
    /// A picture.
    case png
    /// A scalable picture.
    case svg

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
