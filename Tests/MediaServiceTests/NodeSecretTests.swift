import Platform
import Testing

@testable import MediaService

@Suite struct NodeSecretTests {
    private let secret = NodeSecret(Secret("a secret of two machines, 32 bytes long"))
    private let nonce = NodeSecret.nonce()

    @Test func acceptsItsOwnProofForAMinute() {
        let proof = secret.request("Probe", nonce: nonce, seconds: 1_000)
        #expect(secret.accepts(proof, "Probe", nonce: nonce, seconds: 1_000, now: 1_060))
        #expect(secret.accepts(proof, "Probe", nonce: nonce, seconds: 1_000, now: 940))
        #expect(!secret.accepts(proof, "Probe", nonce: nonce, seconds: 1_000, now: 1_061))
        #expect(!secret.accepts(proof, "Probe", nonce: nonce, seconds: 1_001, now: 1_001))
        #expect(!secret.accepts(proof, "Ingest", nonce: nonce, seconds: 1_000, now: 1_000))
        #expect(!secret.accepts(proof, "Probe", nonce: NodeSecret.nonce(), seconds: 1_000, now: 1_000))
        #expect(!secret.accepts([], "Probe", nonce: nonce, seconds: .min, now: 1_000))
    }

    @Test func anotherSecretProvesNothing() {
        let other = NodeSecret(Secret("another secret of two machines, as long"))
        let proof = other.request("Probe", nonce: nonce, seconds: 1_000)
        #expect(!secret.accepts(proof, "Probe", nonce: nonce, seconds: 1_000, now: 1_000))
        #expect(!secret.acceptsAnswer(other.answer(nonce: nonce), nonce: nonce))
        #expect(secret.acceptsAnswer(secret.answer(nonce: nonce), nonce: nonce))
        #expect(!secret.acceptsAnswer(secret.request("Probe", nonce: nonce, seconds: 0), nonce: nonce))
    }

    @Test(
        arguments: [
            ("10.0.0.5:7070", "10.0.0.5:7070"), ("[::1]:7070", "[::1]:7070"), ("media:0", "media:0"), ("media", nil),
            ("::1:7070", nil), (":7070", nil), ("media:99999", nil),
        ] as [(String, String?)])
    func readsAddresses(text: String, expected: String?) {
        #expect(NodeAddress(text)?.description == expected)
    }
}
