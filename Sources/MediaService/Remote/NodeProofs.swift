internal import Foundation
internal import GRPCCore

/// Names under which proofs travel.
private enum Field {
    static let nonce = "talas-nonce-bin"
    static let seconds = "talas-seconds"
    static let proof = "talas-proof-bin"
}

extension Metadata {
    fileprivate func bytes(_ key: String) -> [UInt8] { self[binaryValues: key].first { _ in true } ?? [] }
}

/// Proves each call to a media node, and believes only answers that are proven.
struct ProvingClient: ClientInterceptor {
    let secret: NodeSecret

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingClientRequest<Input>, context: ClientContext,
        next: (StreamingClientRequest<Input>, ClientContext) async throws -> StreamingClientResponse<Output>
    ) async throws -> StreamingClientResponse<Output> {
        let (nonce, seconds) = (NodeSecret.nonce(), Int64(Date().timeIntervalSince1970))
        var request = request
        request.metadata.addBinary(nonce, forKey: Field.nonce)
        request.metadata.addString("\(seconds)", forKey: Field.seconds)
        request.metadata.addBinary(
            secret.request(context.descriptor.method, nonce: nonce, seconds: seconds), forKey: Field.proof)
        let response = try await next(request, context)
        if case .success(let contents) = response.accepted {
            guard secret.acceptsAnswer(contents.metadata.bytes(Field.proof), nonce: nonce) else {
                throw RPCError(code: .unauthenticated, message: "The media node does not know MEDIA_SECRET.")
            }
        }
        return response
    }
}

/// Refuses calls that are not proven, and proves each answer.
struct ProvingServer: ServerInterceptor {
    let secret: NodeSecret

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>, context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let nonce = request.metadata.bytes(Field.nonce)
        let seconds = request.metadata[stringValues: Field.seconds].first { _ in true }.flatMap { Int64($0) }
        guard
            secret.accepts(
                request.metadata.bytes(Field.proof), context.descriptor.method, nonce: nonce, seconds: seconds ?? 0,
                now: Int64(Date().timeIntervalSince1970))
        else {
            throw RPCError(
                code: .unauthenticated, message: "MEDIA_SECRET is another one here, or the clocks differ by a minute.")
        }
        var response = try await next(request, context)
        response.metadata.addBinary(secret.answer(nonce: nonce), forKey: Field.proof)
        return response
    }
}
