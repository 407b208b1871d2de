import Foundation
import Platform

/// How loud a rendition is to be, by the `gain` of a request.
enum Levelling: String, Sendable {
    /// As the source is.
    case none
    /// Every track alike.
    case track
    /// The tracks of an album as they are among each other, the album like others.
    case album

    /// Loudness that is aimed at: that of ReplayGain 2.
    private static let targetLUFS = -18.0
    /// What true peaks are kept below.
    private static let ceilingDBTP = -1.0
    private static let largestGainDB = 24.0

    /// - Throws: 400 for a word that says nothing.
    init(_ text: String?) throws(Problem) {
        guard let text else {
            self = .none
            return
        }
        guard let known = Self(rawValue: text) else { throw .invalid(["gain": "Choose none, track or album."]) }
        self = known
    }

    /// The gain in hundredths of a decibel that brings music to the target without cutting its peaks; 0 for silence.
    static func gain(loudnessLUFS: Double?, truePeakDBTP: Double?) -> Int {
        guard let loudnessLUFS else { return 0 }
        var gain = targetLUFS - loudnessLUFS
        if let truePeakDBTP { gain = min(gain, max(0, ceilingDBTP - truePeakDBTP)) }
        return Int((min(max(gain, -largestGainDB), largestGainDB) * 100).rounded())
    }
}

/// The loudness of an album: of its public tracks, and of the one that is heard.
struct AlbumLevel: Sendable {
    var loudnessLUFS: Double?
    var truePeakDBTP: Double?
}
