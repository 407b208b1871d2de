extension Samples {
    /// Multiplies every value where it lies; whole numbers are rounded, and cut at full scale.
    func amplify(by factor: Double) {
        let isPlanar = format.encoding == .floatPlanar || format.encoding == .int16Planar
        let channels = format.layout.channels
        let valuesPerPlane = isPlanar ? count : count * channels
        for plane in 0..<(isPlanar ? channels : 1) {
            guard let start = planes[plane] else { continue }
            switch format.encoding {
            case .float, .floatPlanar:
                Self.scale(start, valuesPerPlane) { (value: Float) in value * Float(factor) }
            case .int16, .int16Planar:
                Self.scale(start, valuesPerPlane) { (value: Int16) in Self.whole(Double(value) * factor) }
            case .int32:
                Self.scale(start, valuesPerPlane) { (value: Int32) in Self.whole(Double(value) * factor) }
            default: preconditionFailure("renditions are made of floats, 16 or 32 bits")
            }
        }
    }

    private static func scale<Value>(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ body: (Value) -> Value) {
        let values = UnsafeMutableRawPointer(start).assumingMemoryBound(to: Value.self)
        for number in 0..<count { values[number] = body(values[number]) }
    }

    private static func whole<Value: FixedWidthInteger>(_ value: Double) -> Value {
        Value(min(max(value.rounded(), Double(Value.min)), Double(Value.max)))
    }
}
