package import Foundation
package import Platform

extension Accounts {
    /// Who shows this access token, a session's or a personal one, checked against the database for this request: what was ended, banned or renamed
    /// a moment ago on any node counts.
    ///
    /// Throws a ``Problem``: 401 for a token that is forged, expired or whose session has ended, 403 `account_banned`.
    package func caller(bearer: String) async throws -> Caller {
        if let token = PersonalToken(bearer) { return try living(try await tokens.caller(hash: token.hash)) }
        guard let claims = await accessTokens.verify(bearer) else { throw Problem.unauthorized }
        return try await caller(userID: claims.userID, credential: .session(claims.sessionID))
    }

    /// When this access token of a session expires; nil for a personal one, whose end the database knows.
    package func expiry(bearer: String) async -> Date? { await accessTokens.verify(bearer)?.expiresAt }

    /// Who holds this credential, for signed URLs, tickets and what runs on: as ``caller(bearer:)``.
    package func caller(userID: Int, credential: Credential) async throws -> Caller {
        switch credential {
        case .session(let id): try living(try await sessions.caller(id, accountID: userID))
        case .token(let id): try living(try await tokens.caller(id, accountID: userID))
        }
    }

    private func living(_ caller: Caller?) throws(Problem) -> Caller {
        guard let caller else { throw Problem.unauthorized }
        guard caller.status != .banned else { throw Problem.banned }
        return caller
    }

    /// Those of these that ``caller(userID:credential:)`` would let in, found at one go.
    @Sendable package func living(_ holders: Set<CredentialHolder>) async throws -> Set<CredentialHolder> {
        var sessionIDs: [Int] = []
        var tokenIDs: [Int] = []
        for holder in holders {
            switch holder.credential {
            case .session(let id): sessionIDs.append(id)
            case .token(let id): tokenIDs.append(id)
            }
        }
        return holders.intersection(try await sessions.living(sessionIDs))
            .union(holders.intersection(try await tokens.living(tokenIDs)))
    }
}
