import Platform

/// Body of `POST /tracks/:id/plays`: how far a listen has come. All of it may be left out.
struct PlayReport: Decodable, Sendable {
    /// Where in the track the listener is.
    var positionMs: Int?
    /// How long this listen has lasted. Left out, as long as the position says; without one, long enough to count.
    var listenedMs: Int?
}

/// A listen as it stands after a report, checked.
struct PlayProgress: Hashable, Sendable {
    /// What is heard of a longer track before it counts.
    private static let countingMilliseconds = 30_000
    /// A week: of tracks whose length is not known yet.
    private static let maximumMilliseconds = 7 * 86_400_000

    let positionMilliseconds: Int
    let listenedMilliseconds: Int
    /// 30 seconds, or half of a shorter track.
    let thresholdMilliseconds: Int

    /// Throws 400 with `fields` for what lies outside of the track.
    init(_ report: PlayReport, trackMilliseconds: Int?) throws(Problem) {
        let end = trackMilliseconds ?? Self.maximumMilliseconds
        thresholdMilliseconds = min(Self.countingMilliseconds, end / 2)
        positionMilliseconds = report.positionMs ?? 0
        listenedMilliseconds = report.listenedMs ?? report.positionMs ?? thresholdMilliseconds
        var faults = FieldFaults()
        if !(0...end).contains(positionMilliseconds) {
            faults.add("position_ms", "must be from 0 to the length of the track, \(end)")
        }
        if !(0...Self.maximumMilliseconds).contains(listenedMilliseconds) {
            faults.add("listened_ms", "must be from 0 to \(Self.maximumMilliseconds)")
        }
        try faults.check()
    }

    var isLongEnough: Bool { listenedMilliseconds >= thresholdMilliseconds }
}
