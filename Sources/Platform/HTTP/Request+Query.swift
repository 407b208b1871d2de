package import Hummingbird

extension Request {
    /// The decoded value of a query parameter; of several with this name, the first.
    package func query(_ name: String) -> String? {
        uri.queryParameters[Substring(name)].map(String.init)
    }

    /// A whole number from the query; anything else, or one out of bounds, is 400.
    package func queryInteger(_ name: String, in bounds: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = query(name) else { return nil }
        guard let number = Int(text), bounds.contains(number) else {
            let limit =
                bounds.upperBound == .max
                ? "at least \(bounds.lowerBound)" : "from \(bounds.lowerBound) to \(bounds.upperBound)"
            throw .invalid([name: "must be a whole number \(limit)"])
        }
        return number
    }
}
