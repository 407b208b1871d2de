import Media
import Platform

/// The sizes that covers come in: any wish is met by the next larger one.
enum CoverSize: Int, CaseIterable {
    case tiny = 64
    case small = 128
    case medium = 300
    case large = 600
    /// As it is kept.
    case full = 1200

    /// - Parameter text: the longer side in pixels, 64 to 1200; nil for 600.
    /// - Throws: 400.
    init(_ text: String?) throws(Problem) {
        guard let text else {
            self = .large
            return
        }
        guard let side = Int(text), Self.tiny.rawValue...Self.full.rawValue ~= side,
            let size = Self.allCases.first(where: { $0.rawValue >= side })
        else { throw .invalid(["size": "Choose 64 to 1200."]) }
        self = size
    }

    /// Where it is kept beside the cover; nil for the cover itself.
    var derived: DerivedKind? {
        switch self {
        case .tiny: .picture64
        case .small: .picture128
        case .medium: .picture300
        case .large: .picture600
        case .full: nil
        }
    }
}
