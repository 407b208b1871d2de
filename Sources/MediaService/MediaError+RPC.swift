internal import GRPCCore
internal import Media

/// A `MediaError` travels as a failed call with its kind beside the sentence; a failed call without one is a fault of the
/// worker or of the way to it.
extension MediaError {
    private static let key = "talas-media-error"

    init?(_ error: any Error) {
        guard let error = error as? RPCError,
            let code = error.metadata[stringValues: Self.key].first(where: { _ in true }).flatMap(Code.init)
        else { return nil }
        self.init(code: code, message: error.message)
    }

    var call: RPCError {
        var metadata = Metadata()
        metadata.addString(code.rawValue, forKey: Self.key)
        return RPCError(code: .failedPrecondition, message: message, metadata: metadata)
    }
}

/// The worker was not given this source, or has forgotten it.
struct UnknownSource: Error {}

extension RPCError {
    /// What the service threw, as a call fails with it.
    static func translating(_ error: any Error) -> any Error {
        switch error {
        case let error as MediaError: error.call
        case is UnknownSource: RPCError(code: .notFound, message: "The source is not known here.")
        default: error
        }
    }
}
