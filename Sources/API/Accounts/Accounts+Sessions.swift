import Crypto
import Foundation
import Logging
import Platform

extension Accounts {
    /// Signs in by e-mail address and password and begins a session.
    ///
    /// Throws a ``Problem``: 400 with `fields`, 401 for a wrong password and an unknown account alike (both take the
    /// time of one hash), 403 for a banned account (told to who knows its password only), 429 after too many failures.
    func login(_ request: LoginRequest, from origin: SessionStore.Origin) async throws -> LoginResponse {
        guard let email = request.email, let password = request.password, !email.isEmpty, !password.isEmpty else {
            let given = ["email": request.email, "password": request.password]
            throw Problem.invalid(given.filter { $0.value?.isEmpty ?? true }.mapValues { _ in "is required" })
        }
        // What cannot be an address is nobody's, and need not reach the database.
        let isAddress = AccountRules.problem(email: email) == nil
        let stored = isAddress ? try await store.credentials(email: email) : nil
        let attempt = SignInLimits.Attempt(email: isAddress ? email : nil, address: origin.address)
        let isKnown = {
            // An unknown account is asked about just as well, so that it takes as long.
            try await sessions.isKnown(address: origin.address, accountID: stored?.accountID ?? 0)
        }
        try await limits.admit(attempt, isKnown: isKnown)
        guard try await isPassword(password, of: stored), let stored else {
            limits.failed(attempt)
            throw Problem.wrongCredentials
        }
        try await limits.admit(attempt, isKnown: isKnown)
        limits.succeeded(attempt)
        guard stored.status != .banned else { throw Problem.banned }
        if stored.isDeleted { try await undelete(stored.accountID) }
        let hash = await rehashed(stored, password)
        return try await beginSession(stored.accountID, passwordHash: hash, origin: origin)
    }

    /// Gives a new access token, and the successor of this refresh token.
    ///
    /// Throws a ``Problem``: 400 without a token, 401 for one that is made up, expired or revoked, and for one whose
    /// successor was used before, which ends its session; 403 for a banned account.
    func refresh(_ request: RefreshRequest) async throws -> RefreshResponse {
        guard let text = request.refreshToken, !text.isEmpty else {
            throw Problem.invalid(["refresh_token": "is required"])
        }
        guard let token = RefreshToken(text), let session = try await sessions.salted(token.sessionID),
            token.isGenuine(salt: session.salt, key: refreshKey)
        else { throw Problem.refreshTokenInvalid }
        let caller = session.caller
        guard caller.status != .banned else { throw Problem.banned }
        guard
            try await sessions.advance(
                token.sessionID, to: token.generation, lifetimeSeconds: policy.refreshLifetimeSeconds)
        else {
            guard try await sessions.end(token.sessionID, ifPast: token.generation) else {
                throw Problem.refreshTokenInvalid
            }
            logger.warning(
                "A replaced refresh token was shown; its session was ended",
                metadata: ["user": "\(caller.userID)", "session": "\(token.sessionID)"])
            await announceEnd(of: token.sessionID, of: caller.userID)
            throw Problem.refreshTokenReused
        }
        return RefreshResponse(
            accessToken: try await accessToken(for: caller, sessionID: token.sessionID),
            refreshToken: token.successor(salt: session.salt, key: refreshKey).text,
            expiresIn: accessTokens.lifetimeSeconds)
    }

    /// Ends the session that the caller signed in by: its tokens, signed URLs, streams and sockets, on every node.
    func logout(_ caller: Caller) async throws {
        guard case .session(let id) = caller.credential else { throw Problem.forbidden }
        if try await sessions.end(id) { await announceEnd(of: id, of: caller.userID) }
    }

    /// Ends a session of the caller's, whichever; 404 when there is none.
    func endSession(_ id: Int, of caller: Caller) async throws {
        guard try await sessions.end(id, accountID: caller.userID) else { throw Problem.notFound("session") }
        await announceEnd(of: id, of: caller.userID)
    }

    /// Ends every session of an account, on every node: for its owner, and for administrators.
    package func endSessions(of accountID: Int) async throws {
        for id in try await sessions.endAll(accountID: accountID) { await announceEnd(of: id, of: accountID) }
    }

    /// Tells running responses and sockets, wherever they are, that a session is over.
    func announceEnd(of sessionID: Int, of userID: Int) async {
        await events.publish(Event(.sessionEnded, userID: userID, id: sessionID))
    }

    /// Takes the time of one hash, whether there is an account or not.
    func isPassword(_ password: String, of stored: StoredCredentials?) async throws(Problem) -> Bool {
        // Nobody's password is longer than the rules allow: a longer one is as wrong when cut, and cheaper to hash.
        let bounded = String(password.unicodeScalars.prefix(AccountRules.passwordLength.upperBound + 1))
        return try await hashing { () async throws(PasswordError) in
            try await hasher.verify(bounded, against: stored?.passwordHash)
        }
    }

    private func beginSession(
        _ accountID: Int, passwordHash: String, origin: SessionStore.Origin
    ) async throws -> LoginResponse {
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let begun = try await sessions.begin(
            accountID: accountID, passwordHash: passwordHash, salt: salt,
            lifetimeSeconds: policy.refreshLifetimeSeconds, origin: origin)
        // Nothing begins when the password was changed or the account banned since it was checked.
        guard let begun, let account = try await store.account(id: accountID) else { throw Problem.wrongCredentials }
        let caller = Caller(
            userID: account.id, username: account.username, role: account.role, status: account.status,
            credential: .session(begun))
        return LoginResponse(
            accessToken: try await accessToken(for: caller, sessionID: begun),
            refreshToken: RefreshToken(sessionID: begun, generation: 0, salt: salt, key: refreshKey).text,
            expiresIn: accessTokens.lifetimeSeconds,
            user: .init(id: account.id, username: account.username, email: account.email, role: account.role))
    }

    private func accessToken(for caller: Caller, sessionID: Int) async throws -> String {
        try await accessTokens.sign(
            userID: caller.userID, username: caller.username, role: caller.role, sessionID: sessionID)
    }

    /// The account's hash, made anew if hashes cost more now than when it was made. Signing in does not depend on it.
    private func rehashed(_ stored: StoredCredentials, _ password: String) async -> String {
        guard hasher.needsRehash(stored.passwordHash) else { return stored.passwordHash }
        do {
            let hash = try await hasher.hash(password)
            let isReplaced = try await store.replaceHash(
                accountID: stored.accountID, old: stored.passwordHash, new: hash)
            return isReplaced ? hash : stored.passwordHash
        } catch {
            logger.warning("A password's hash could not be renewed", metadata: ["error": "\(error)"])
            return stored.passwordHash
        }
    }
}
