import Testing

@testable import Platform

struct TrustedProxiesTests {
    @Test(
        arguments: [
            ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
            (["127.0.0.1"], "127.0.0.1", "198.51.100.1", "198.51.100.1"),
            (["127.0.0.1"], "127.0.0.1", nil, "127.0.0.1"),
            // A client's own forgery stands left of what the proxy added.
            (["127.0.0.1"], "127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
            (["127.0.0.1", "10.0.0.0/8"], "127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
            (["10.0.0.0/12"], "10.15.255.255", "198.51.100.1", "198.51.100.1"),
            (["10.0.0.0/12"], "10.16.0.0", "198.51.100.1", "10.16.0.0"),
            (["::1"], "::1", "2001:db8::5", "2001:db8::5"),
            (["127.0.0.1"], "127.0.0.1", "not an address", "127.0.0.1"),
        ] as [([String], String, String?, String)])
    func findsTheClient(trusted: [String], peer: String, header: String?, expected: String) throws {
        let proxies = try #require(TrustedProxies(trusted))
        #expect(proxies.client(peer: peer, forwardedFor: header) == expected)
    }

    @Test(arguments: ["proxy.example.org", "10.0.0.0/33", "10.0.0.0/-1", "", "::1/129"])
    func refusesWhatIsNoNetwork(entry: String) {
        #expect(TrustedProxies([entry]) == nil)
    }
}
