internal import Foundation

/// Looks for the finest quality whose encode keeps to a budget. Encodes nothing itself: it says which quality to try
/// next, and is told how full that made the budget. Ends after a bounded number of tries, the last of them the coarsest
/// quality where nothing finer keeps to the budget.
struct QuantiserSearch {
    static let qualities = 1...2_000
    /// Tries that are spent on coming closer to the budget.
    private static let tries = 7
    /// Of the budget: what is aimed at, and what is near enough.
    private static let (target, enough) = (0.985, 0.97)
    /// How an encode's size grows with its quality: about as its power of 1 / 1.6.
    private static let exponent = 1.6

    private struct Try {
        let quality: Int
        /// Of the budget, 1 being all of it.
        let fullness: Double
    }

    /// The finest that kept to the budget, and the coarsest that did not.
    private var within: Try?
    private var beyond: Try?
    private var count = 0
    /// What to try; nil when the search is over.
    private(set) var next: Int?

    /// - Parameter start: a quality that is likely to be near.
    init(from start: Int) { next = start }

    /// Notes how full the encode at ``next`` made the budget.
    /// - Returns: whether it is the best so far.
    mutating func record(fullness: Double) -> Bool {
        guard let quality = next else { return false }
        count += 1
        let tried = Try(quality: quality, fullness: max(fullness, 0.001))
        let isBest = fullness <= 1 && quality > within?.quality ?? 0
        if isBest { within = tried } else if fullness > 1 { beyond = tried }
        next = following()
        return isBest
    }

    private func following() -> Int? {
        guard let within else {
            guard let beyond, beyond.quality > Self.qualities.lowerBound else { return nil }
            // However often it failed, it goes on, and then in great steps.
            let farthest = count < Self.tries ? beyond.quality - 1 : beyond.quality / 2
            return max(Self.qualities.lowerBound, min(Self.scaled(beyond), farthest))
        }
        guard within.fullness < Self.enough, within.quality < Self.qualities.upperBound, count < Self.tries else {
            return nil
        }
        guard let beyond else {
            return min(Self.qualities.upperBound, max(Self.scaled(within), within.quality + 1))
        }
        // Between the two as a power law that passes through both has it, and well inside.
        let ratio = Double(beyond.quality) / Double(within.quality)
        let share = log(Self.target / within.fullness) / log(beyond.fullness / within.fullness)
        let between = Int(Double(within.quality) * pow(ratio, min(max(share, 0.1), 0.9)))
        return between > within.quality && between < beyond.quality ? between : nil
    }

    /// The quality that would fill the budget if its power law held everywhere.
    private static func scaled(_ tried: Try) -> Int {
        let factor = pow(target / tried.fullness, exponent)
        return Int((Double(tried.quality) * min(factor, Double(qualities.upperBound))).rounded())
    }
}
