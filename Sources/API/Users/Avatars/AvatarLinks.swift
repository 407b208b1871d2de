package import Platform

/// Signs the addresses of avatars.
package struct AvatarLinks: Sendable {
    static let variant = "avatar"

    private let signer: URLSigner

    package init(signer: URLSigner) { self.signer = signer }

    /// The address of an account's picture for this caller; nil without a picture.
    /// - Parameter path: `users.avatar`.
    package func url(_ path: String?, of accountID: Int, for caller: Caller) -> String? {
        guard let path else { return nil }
        let query = signer.query(
            resource: Self.resource(accountID), variant: Self.variant, userID: caller.userID,
            credential: caller.credential)
        return "\(path)?\(query)"
    }

    func profile(_ account: Account, for caller: Caller) -> ProfileResponse {
        ProfileResponse(account, avatarURL: url(account.avatar, of: account.id, for: caller))
    }

    /// Whom a signed address of this account's picture was made for; nil when it was not.
    func grant(_ accountID: Int, query: String) -> SignedGrant? {
        signer.verify(resource: Self.resource(accountID), variant: Self.variant, query: query)
    }

    private static func resource(_ accountID: Int) -> String { "users/\(accountID)" }
}
