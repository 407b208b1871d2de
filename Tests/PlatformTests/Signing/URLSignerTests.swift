import Crypto
import Foundation
import Testing

@testable import Platform

struct URLSignerTests {
    private let signer = URLSigner(key: SymmetricKey(data: Data(repeating: 7, count: 32)), lifetimeSeconds: 3_600)

    private func query(_ seconds: Double, credential: Credential = .session(12)) -> String {
        signer.query(
            resource: "tracks/17", variant: "audio", userID: 3, credential: credential,
            now: Date(timeIntervalSince1970: seconds))
    }

    private func verify(_ query: String, _ seconds: Double) -> SignedGrant? {
        signer.verify(
            resource: "tracks/17", variant: "audio", query: query, now: Date(timeIntervalSince1970: seconds))
    }

    @Test func givesBackWhatWasSigned() {
        let grant = SignedGrant(
            userID: 3, credential: .session(12), expiresAt: Date(timeIntervalSince1970: 1_800_003_600))
        #expect(query(1_800_000_900).hasPrefix("u=3&c=s12&e=1800003600&s="))
        #expect(verify(query(1_800_000_900), 1_800_000_900) == grant)
        #expect(verify(query(1_800_000_900, credential: .token(9)), 1_800_000_900)?.credential == .token(9))
    }

    /// 1,800,000,000 is a multiple of half the lifetime.
    @Test(arguments: [
        (1_799_998_200.0, 1_800_000_000), (1_799_998_200.5, 1_800_000_000), (1_799_998_201, 1_800_001_800),
        (1_799_999_999, 1_800_001_800), (1_799_999_999.9, 1_800_001_800), (1_800_000_000, 1_800_001_800),
        (1_800_000_001, 1_800_003_600),
    ])
    func expiryIsAMultipleOfHalfTheLifetime(now: Double, expiry: Int) {
        #expect(query(now).contains("&e=\(expiry)&"))
    }

    @Test func isGoodForHalfTheLifetimeAtLeastAndTheLifetimeAtMost() {
        for offset in stride(from: 0.0, to: 3_600, by: 0.5) {
            let now = 1_800_000_000 + offset
            let query = query(now)
            #expect(verify(query, now) != nil && verify(query, now + 1_799) != nil, "\(offset)")
            #expect(verify(query, now + 3_600) == nil, "\(offset)")
        }
    }

    @Test func endsAtItsExpiry() {
        let query = query(1_800_000_900)
        #expect(verify(query, 1_800_003_599.999) != nil)
        #expect(verify(query, 1_800_003_600) == nil)
        // A clock that was set back does not matter.
        #expect(verify(query, 0) != nil)
    }

    @Test func anyChangedCharacterIsRefused() {
        let query = query(1_800_000_900)
        for (index, character) in query.enumerated() {
            for other in "0123456789abcdefXYZ-_&=%+ .~" where other != character {
                var changed = Array(query)
                changed[index] = other
                #expect(verify(String(changed), 1_800_000_900) == nil, "\(index): \(other)")
            }
            var shorter = Array(query)
            shorter.remove(at: index)
            #expect(verify(String(shorter), 1_800_000_900) == nil, "without \(index)")
        }
    }

    @Test(arguments: ["", "u=3", "s=", "&&==&", "u=3&c=s12&e=1800003600&s="])
    func whatIsNoSignatureIsRefused(query: String) {
        #expect(verify(query, 1_800_000_900) == nil)
    }

    @Test func otherParametersMayStandBetween() {
        let query = query(1_800_000_900)
        #expect(verify("width=100&\(query.replacing("&e", with: "&height=2&flag&e"))&x", 1_800_000_900) != nil)
        for twice in ["u=3", "u=4", "e=9999999999", "s=x"] {
            #expect(verify("\(query)&\(twice)", 1_800_000_900) == nil)
            #expect(verify("\(twice)&\(query)", 1_800_000_900) == nil)
        }
    }

    @Test func opensNothingElse() {
        let now = Date(timeIntervalSince1970: 1_800_000_900)
        let query = query(1_800_000_900)
        for (resource, variant) in [
            ("tracks/1", "7audio"), ("tracks/17", "waveform"), ("tracks/18", "audio"), ("tracks/17a", "udio"),
            ("tracks/175 a", "udio"), ("", "tracks/17audio"),
        ] {
            #expect(signer.verify(resource: resource, variant: variant, query: query, now: now) == nil)
        }
        let stranger = URLSigner(key: SymmetricKey(data: Data(repeating: 8, count: 32)), lifetimeSeconds: 3_600)
        #expect(stranger.verify(resource: "tracks/17", variant: "audio", query: query, now: now) == nil)
    }

    @Test(arguments: [1, 2, 3, 7])
    func shortLivesAreRoundedUp(lifetimeSeconds: Int) {
        let signer = URLSigner(key: SymmetricKey(size: .bits256), lifetimeSeconds: lifetimeSeconds)
        let now = Date(timeIntervalSince1970: 1_800_000_001)
        let query = signer.query(resource: "r", variant: "v", userID: 1, credential: .session(1), now: now)
        #expect(signer.verify(resource: "r", variant: "v", query: query, now: now) != nil)
    }
}
