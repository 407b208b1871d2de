import Foundation
import TestSupport

/// What a crash, a failing disk or a stranger's hand does to files of the cache.
struct SegmentDamage {
    enum Kind: CaseIterable {
        /// Shorter than it was, perhaps empty.
        case cut
        /// One bit is another.
        case flipped
        /// Of the right size and all zeros: what a file system may leave whose machine lost its power.
        case zeroed
        /// Something follows.
        case longer
        /// The bytes of another segment.
        case exchanged
    }

    let folder: String

    /// Files of segments, by their paths below the folder.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter { path in
            !path.hasPrefix("tmp") && path.split(separator: "/").count == 3
        }
    }

    /// What was being written when the server was killed.
    func unfinished() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tmp") }

    /// Does something to about half of the files, and takes some away; gives the number of those that are damaged.
    func strike(_ random: inout SplitMix) throws -> Int {
        var damaged = 0
        for path in try files() {
            let file = URL(filePath: "\(folder)/\(path)")
            switch Int.random(in: 0..<8, using: &random) {
            case 0..<3: break
            case 3: try FileManager.default.removeItem(at: file)
            default:
                let kind = Kind.allCases.randomElement(using: &random) ?? .cut
                let bytes = try Data(contentsOf: file)
                let others = try files().filter { $0 != path }
                let other = try others.randomElement(using: &random).map { path in
                    try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))
                }
                // Two files may have been damaged into the same: each is still wrong under its own name.
                try Self.damaged(bytes, kind, other: other ?? Data(), &random).write(to: file)
                damaged += 1
            }
        }
        return damaged
    }

    private static func damaged(_ bytes: Data, _ kind: Kind, other: Data, _ random: inout SplitMix) -> Data {
        switch kind {
        case .cut: return bytes.prefix(Int.random(in: 0..<max(1, bytes.count), using: &random))
        case .flipped:
            var bytes = bytes
            guard let place = bytes.indices.randomElement(using: &random) else { return Data([1]) }
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            return bytes
        case .zeroed: return Data(count: bytes.count)
        case .longer: return bytes + Data(count: Int.random(in: 1...5_000, using: &random))
        case .exchanged: return other
        }
    }
}
