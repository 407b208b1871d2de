/// How large a picture is to become.
package enum PictureShape: Hashable, Sendable, Codable {
    /// Its longer side at most this many pixels, its proportions kept; a smaller picture keeps its size.
    case within(Int)
    /// A square of exactly this many pixels a side, out of the middle.
    case square(Int)

    /// Sides in pixels that can be asked for.
    static let sides = 16...4096

    var side: Int {
        switch self {
        case .within(let side), .square(let side): side
        }
    }

    /// The part of a picture that is used.
    func crop(width: Int, height: Int) -> (width: Int, height: Int) {
        switch self {
        case .within: (width, height)
        case .square: (min(width, height), min(width, height))
        }
    }

    /// What that part becomes.
    func result(width: Int, height: Int) -> (width: Int, height: Int) {
        switch self {
        case .square(let side): return (side, side)
        case .within(let side):
            let longest = max(width, height)
            guard longest > side else { return (width, height) }
            return (max(1, (width * side + longest / 2) / longest), max(1, (height * side + longest / 2) / longest))
        }
    }
}
