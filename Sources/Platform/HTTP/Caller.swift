/// Rank of an account; a higher one may do all that a lower one may.
package enum Role: String, Codable, Comparable, Sendable, CaseIterable {
    case user
    case moderator
    case admin
    case superAdmin = "super_admin"

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .user: 0
        case .moderator: 1
        case .admin: 2
        case .superAdmin: 3
        }
    }
}

/// What an account may do at all: a suspended one reads and exports, a banned one nothing.
package enum AccountStatus: String, Codable, Sendable, CaseIterable {
    case active
    case suspended
    case banned
}

/// What somebody showed to be who they are; ending it ends everything done with it.
package enum Credential: Hashable, Sendable, CustomStringConvertible {
    /// A session, by its row's id.
    case session(Int)
    /// A personal access token, by its row's id.
    case token(Int)

    /// `s12` or `t7`, as signed URLs carry it.
    package var description: String {
        switch self {
        case .session(let id): "s\(id)"
        case .token(let id): "t\(id)"
        }
    }

    /// Reads what ``description`` wrote.
    package init?(_ description: some StringProtocol) {
        guard let id = Int(description.dropFirst()), id > 0, description.dropFirst().allSatisfy(\.isNumber) else {
            return nil
        }
        switch description.first {
        case "s": self = .session(id)
        case "t": self = .token(id)
        default: return nil
        }
    }
}

/// A credential and the account that it is said to be of.
package struct CredentialHolder: Hashable, Sendable {
    package let userID: Int
    package let credential: Credential

    package init(userID: Int, credential: Credential) {
        self.userID = userID
        self.credential = credential
    }
}

/// Who asks: a live account with a live credential, both checked for this request.
package struct Caller: Sendable {
    package let userID: Int
    package let username: String
    package let role: Role
    package let status: AccountStatus
    package let credential: Credential
    /// What a personal access token is good for; nil for a session, which is good for everything.
    package let scopes: Set<TokenScope>?

    package init(
        userID: Int, username: String, role: Role, status: AccountStatus, credential: Credential,
        scopes: Set<TokenScope>? = nil
    ) {
        self.userID = userID
        self.username = username
        self.role = role
        self.status = status
        self.credential = credential
        self.scopes = scopes
    }

    /// Whether the credential is good for any of these.
    package func holds(anyOf wanted: Set<TokenScope>) -> Bool { scopes.map { !$0.isDisjoint(with: wanted) } ?? true }
}
