import Crypto
import Foundation
import Testing

@testable import Platform

struct AccessTokensTests {
    private static let secret = "0123456789abcdef0123456789abcdef"
    private let now = Date(timeIntervalSince1970: 1_705_239_000.75)

    private func tokens(_ secret: String = secret) async -> AccessTokens {
        await AccessTokens(secret: Secret(secret), lifetimeSeconds: 86_400)
    }

    private static func encoded(_ text: String) -> String { Base64URL.text(text.utf8) }

    private static func signature<Hash: HashFunction>(_ message: String, _ hash: Hash.Type) -> String {
        let key = SymmetricKey(data: Data(secret.utf8))
        return Base64URL.text(HMAC<Hash>.authenticationCode(for: Data(message.utf8), using: key))
    }

    private static let claims =
        #"{"user_id":1,"username":"john_doe","role":"user","exp":1705325400,"iat":1705239000,"sid":12}"#

    /// A token made without JWTKit; signed rightly with HS256 unless told otherwise.
    private static func token(header: String = #"{"alg":"HS256","typ":"JWT"}"#, claims: String = claims) -> String {
        let message = "\(encoded(header)).\(encoded(claims))"
        return "\(message).\(signature(message, SHA256.self))"
    }

    private func payload(_ token: String) throws -> [String: Any] {
        let parts = token.split(separator: ".")
        var text = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        let object = try JSONSerialization.jsonObject(with: try #require(Data(base64Encoded: String(text))))
        return try #require(object as? [String: Any])
    }

    @Test func hasTheDocumentsClaimsInWholeSeconds() async throws {
        let token = try await tokens().sign(userID: 1, username: "john_doe", role: .superAdmin, sessionID: 12, now: now)
        let payload = try payload(token)
        #expect(Set(payload.keys) == ["user_id", "username", "role", "exp", "iat", "sid"])
        #expect(payload["role"] as? String == "super_admin" && payload["username"] as? String == "john_doe")
        for (name, number) in [("user_id", 1), ("sid", 12), ("iat", 1_705_239_000), ("exp", 1_705_325_400)] {
            #expect("\(try #require(payload[name]))" == "\(number)", "\(name)")
        }
    }

    @Test func givesBackWhatWasSigned() async throws {
        let tokens = await tokens()
        let token = try await tokens.sign(userID: 1, username: "été", role: .moderator, sessionID: 12, now: now)
        let claims = await tokens.verify(token, now: now)
        let start = Date(timeIntervalSince1970: 1_705_239_000)
        #expect(
            claims
                == AccessClaims(
                    userID: 1, username: "été", role: .moderator, sessionID: 12, issuedAt: start,
                    expiresAt: start + 86_400))
    }

    @Test func endsAtItsExpiry() async throws {
        let tokens = await tokens()
        let token = Self.token()
        #expect(await tokens.verify(token, now: Date(timeIntervalSince1970: 1_705_325_399.9)) != nil)
        #expect(await tokens.verify(token, now: Date(timeIntervalSince1970: 1_705_325_400)) == nil)
    }

    @Test(arguments: [#"{"alg":"HS256"}"#, #"{"typ":"JWT","alg":"HS256","kid":"x"}"#])
    func readsWhatOthersSigned(header: String) async {
        #expect(await tokens().verify(Self.token(header: header), now: now)?.sessionID == 12)
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"typ":"JWT"}"#,
        #"{"alg":"RS256","typ":"JWT"}"#, #"{"alg":"hs256"}"#, #"{"alg":["HS256"]}"#, "[]", "",
        #"{"alg":"HS256","crit":["exp"]}"#,
    ])
    func otherAlgorithmsAreRefused(header: String) async {
        // Even signed as if it were HS256.
        #expect(await tokens().verify(Self.token(header: header), now: now) == nil)
        let message = "\(Self.encoded(header)).\(Self.encoded(Self.claims))"
        for signature in ["", Self.signature(message, SHA512.self), Self.signature(message, SHA384.self)] {
            #expect(await tokens().verify("\(message).\(signature)", now: now) == nil)
        }
    }

    @Test(arguments: [
        #"{"username":"a","role":"user","exp":1705325400,"iat":1705239000,"sid":12}"#,
        #"{"user_id":1,"username":"a","role":"user","exp":1705325400,"iat":1705239000}"#,
        #"{"user_id":1,"username":"a","role":"root","exp":1705325400,"iat":1705239000,"sid":12}"#,
        #"{"user_id":1,"username":"a","role":"user","iat":1705239000,"sid":12}"#,
        #"{"user_id":"1","username":"a","role":"user","exp":1705325400,"iat":1705239000,"sid":12}"#, "{}", "",
    ])
    func otherClaimsAreRefused(claims: String) async {
        #expect(await tokens().verify(Self.token(claims: claims), now: now) == nil)
    }

    @Test func anyChangedByteIsRefused() async {
        let tokens = await tokens()
        let token = Self.token()
        #expect(await tokens.verify(token, now: now) != nil)
        // The last character of base64 carries bits that count for nothing.
        for index in token.indices.dropLast() {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            #expect(await tokens.verify(changed, now: now) == nil)
        }
        let long = Self.token(claims: Self.claims.replacing("john_doe", with: String(repeating: "x", count: 5_000)))
        for other in ["", ".", "..", "...", "a.b", token + ".", "." + token, token + "." + token, long] {
            #expect(await tokens.verify(other, now: now) == nil)
        }
    }

    @Test func otherSecretsAreRefused() async throws {
        let stranger = await tokens("another secret of thirty-two byte")
        #expect(await stranger.verify(Self.token(), now: now) == nil)
    }

    @Test func shortSecretsWorkInDevelopment() async throws {
        let tokens = await tokens("short")
        let token = try await tokens.sign(userID: 1, username: "a", role: .user, sessionID: 2, now: now)
        #expect(await tokens.verify(token, now: now)?.userID == 1)
        // The signature is that of the secret as it stands.
        let parts = token.split(separator: ".")
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(parts[0]).\(parts[1])".utf8), using: SymmetricKey(data: Data("short".utf8)))
        #expect(Base64URL.text(code) == parts[2])
    }
}
