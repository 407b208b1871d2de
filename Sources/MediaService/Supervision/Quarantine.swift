internal import Media

/// Sources whose tasks ended their workers: after some strikes one is left alone for a while. Holds a bounded number.
struct Quarantine {
    private struct Record {
        var strikes: Int
        var last: ContinuousClock.Instant
    }

    private static let capacity = 1_024

    /// Strikes after which a source is left alone.
    let strikes: Int
    /// How long it is, and how long a strike counts.
    let duration: Duration
    private var records: [BlobID: Record] = [:]

    init(strikes: Int, duration: Duration) {
        self.strikes = strikes
        self.duration = duration
    }

    /// Whether a source is to be left alone now.
    func holds(_ blob: BlobID, at now: ContinuousClock.Instant) -> Bool {
        guard let record = records[blob] else { return false }
        return record.strikes >= strikes && record.last.duration(to: now) < duration
    }

    /// How many are left alone now.
    func count(at now: ContinuousClock.Instant) -> Int {
        records.values.count { $0.strikes >= strikes && $0.last.duration(to: now) < duration }
    }

    /// Notes that a source ended its worker.
    mutating func strike(_ blob: BlobID, at now: ContinuousClock.Instant) {
        if records.count >= Self.capacity {
            records = records.filter { $0.value.last.duration(to: now) < duration }
            if records.count >= Self.capacity, let oldest = records.min(by: { $0.value.last < $1.value.last })?.key {
                records[oldest] = nil
            }
        }
        var record = records[blob] ?? Record(strikes: 0, last: now)
        if record.last.duration(to: now) >= duration { record.strikes = 0 }
        record.strikes += 1
        record.last = now
        records[blob] = record
    }
}
