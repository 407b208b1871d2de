import Foundation
import HTTPTypes
import Platform

/// An upload that may arrive in several pieces, as its row has it.
struct ResumableUpload: Sendable {
    /// What all of its bytes became.
    enum Outcome: Sendable {
        case track(Track.ID)
        case refused(Refusal)
    }

    let id: UUID
    let userID: Int
    /// Bytes of the whole file.
    let length: Int
    /// Bytes that are durably stored.
    var received: Int
    /// `Upload-Metadata` as it was sent.
    let metadata: String
    /// Nil until it is whole and was looked at.
    let outcome: Outcome?
    let expiresAt: Date

    var isWhole: Bool { received == length }
}

/// A ``Problem`` to be told again.
struct Refusal: Codable, Sendable, Equatable {
    let status: Int
    let code: String
    let message: String
    let fields: [String: String]
    let details: [String: Int]

    init(_ problem: Problem) {
        status = problem.status.code
        code = problem.code
        message = problem.message
        fields = problem.fields
        details = problem.details
    }

    var problem: Problem {
        Problem(HTTPResponse.Status(code: status), code: code, message, fields: fields, details: details)
    }
}
