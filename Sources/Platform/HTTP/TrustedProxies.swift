import Glibc

/// Whose `X-Forwarded-For` counts: addresses and networks (`10.0.0.0/8`, `::1`).
package struct TrustedProxies: Sendable {
    private struct Network: Sendable {
        let bytes: [UInt8]
        let prefixBits: Int
    }

    private let networks: [Network]

    /// Trusts nobody.
    package static let none = TrustedProxies(networks: [])

    private init(networks: [Network]) { self.networks = networks }

    /// Nil if an entry is neither an address nor a network.
    package init?(_ entries: [String]) {
        var networks: [Network] = []
        for entry in entries {
            let parts = entry.split(separator: "/", maxSplits: 1)
            guard let address = parts.first, let bytes = Self.bytes(of: String(address)) else { return nil }
            let bits = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
            guard let bits, (0...bytes.count * 8).contains(bits) else { return nil }
            networks.append(Network(bytes: bytes, prefixBits: bits))
        }
        self.networks = networks
    }

    /// The client's address: the peer's own, or, behind trusted proxies, the last address in the header that is not one.
    package func client(peer: String, forwardedFor header: String?) -> String {
        guard let header, trusts(peer) else { return peer }
        let hops = header.split(separator: ",").map { hop in
            String(hop.drop { $0 == " " }.prefix { $0 != " " })
        }
        var client = peer
        for hop in hops.reversed() {
            guard Self.bytes(of: hop) != nil else { return client }
            client = hop
            guard trusts(hop) else { return client }
        }
        return client
    }

    private func trusts(_ address: String) -> Bool {
        guard !networks.isEmpty, let bytes = Self.bytes(of: address) else { return false }
        return networks.contains { network in
            guard network.bytes.count == bytes.count else { return false }
            let whole = network.prefixBits / 8
            guard bytes.prefix(whole) == network.bytes.prefix(whole) else { return false }
            let rest = network.prefixBits % 8
            guard rest > 0 else { return true }
            let mask = ~(UInt8.max >> rest)
            return bytes[whole] & mask == network.bytes[whole] & mask
        }
    }

    /// Network byte order; nil for what is not an address.
    private static func bytes(of address: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, address, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
