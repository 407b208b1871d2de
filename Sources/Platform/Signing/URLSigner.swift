package import Crypto
package import Foundation

/// What a valid signature allows, and on whose behalf; whether account, credential and resource still live is for the
/// caller to check.
package struct SignedGrant: Hashable, Sendable {
    package let userID: Int
    package let credential: Credential
    package let expiresAt: Date
}

/// Makes and checks the query of signed media URLs: HMAC-SHA256 over resource, variant, user, credential and expiry.
///
/// The query is the same whenever it is made within one half of the lifetime, so that responses and caches are stable,
/// and good for at least the other half.
package struct URLSigner: Sendable {
    private let key: SymmetricKey
    private let halfLifeSeconds: Int

    /// - Parameters:
    ///   - key: used for nothing else: `KeyRing.key(for: .signedURLs)`.
    ///   - lifetimeSeconds: the longest that a URL is good for.
    package init(key: SymmetricKey, lifetimeSeconds: Int) {
        self.key = key
        halfLifeSeconds = max(1, (lifetimeSeconds + 1) / 2)
    }

    /// `u=1&c=s12&e=1705325400&s=…`: user, credential, expiry in seconds since 1970, signature.
    ///
    /// - Parameters:
    ///   - resource: what it opens, for example `tracks/17`.
    ///   - variant: which forms of it: `audio` covers every format of a track, `waveform` every waveform.
    package func query(
        resource: String, variant: String, userID: Int, credential: Credential, now: Date = Date()
    ) -> String {
        let seconds = Int(now.timeIntervalSince1970.rounded(.down))
        let expiry = ((seconds + halfLifeSeconds - 1) / halfLifeSeconds + 1) * halfLifeSeconds
        let claims = "u=\(userID)&c=\(credential)&e=\(expiry)"
        return "\(claims)&s=\(signature(resource: resource, variant: variant, claims: claims))"
    }

    /// Nil unless this very query was made for this resource and variant, and has not expired.
    ///
    /// - Parameter query: of the URL, without `?`; other parameters may stand between.
    package func verify(
        resource: String, variant: String, query: some StringProtocol, now: Date = Date()
    ) -> SignedGrant? {
        var values: [Substring: Substring] = [:]
        for pair in String(query).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, ["u", "c", "e", "s"].contains(parts[0]) else { continue }
            guard values.updateValue(parts[1], forKey: parts[0]) == nil else { return nil }
        }
        guard let user = values["u"], let credential = values["c"], let expiry = values["e"], let given = values["s"]
        else { return nil }
        // Texts are compared, not decoded bytes: base64 has several spellings of the same bytes.
        let expected = signature(
            resource: resource, variant: variant, claims: "u=\(user)&c=\(credential)&e=\(expiry)")
        guard Self.areEqual(expected, given), let userID = Int(user), let credential = Credential(credential),
            let expirySeconds = Int(expiry), now.timeIntervalSince1970 < Double(expirySeconds)
        else { return nil }
        return SignedGrant(
            userID: userID, credential: credential, expiresAt: Date(timeIntervalSince1970: Double(expirySeconds)))
    }

    /// Lengths go before texts, so that no two different triples give the same message.
    private func signature(resource: String, variant: String, claims: String) -> String {
        let message = "\(resource.utf8.count) \(resource)\(variant.utf8.count) \(variant)\(claims)"
        return Base64URL.text(HMAC<SHA256>.authenticationCode(for: Data(message.utf8), using: key))
    }

    /// In a time that depends on the lengths only.
    private static func areEqual(_ left: String, _ right: Substring) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left.utf8, right.utf8) { difference |= a ^ b }
        return difference == 0
    }
}
