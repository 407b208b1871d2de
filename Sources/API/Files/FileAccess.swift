import Hummingbird
import Platform

/// Lets requests for stored files in: by a bearer token, or by a signed URL.
struct FileAccess: Sendable {
    private static let variant = "content"

    let signer: URLSigner
    /// The live account behind a credential; throws a ``Problem`` when either has ended.
    let findCaller: MediaAccess.FindCaller

    /// The query that opens a resource such as `files/17` for this caller.
    static func query(_ resource: String, for caller: Caller, _ signer: URLSigner) -> String {
        signer.query(resource: resource, variant: variant, userID: caller.userID, credential: caller.credential)
    }

    /// Who asks for it: 401 without a valid signature or token.
    func caller(_ resource: String, _ request: Request, _ context: AppContext) async throws -> Caller {
        if let caller = context.caller { return caller }
        guard request.query("s") != nil else { throw Problem.unauthorized }
        let grant = signer.verify(resource: resource, variant: Self.variant, query: request.uri.query ?? "")
        guard let grant else {
            throw Problem(
                .unauthorized, code: "invalid_signature",
                "This address has expired or is not valid: ask for the list again to get a fresh one.")
        }
        return try await findCaller(grant.userID, grant.credential)
    }
}
