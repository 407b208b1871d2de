import HTTPTypes
import Platform
import Postgres

/// What moderators do to tags, written to the audit log.
struct TagModeration: Sendable {
    private let tags: TagStore

    init(_ tags: TagStore) { self.tags = tags }

    /// Gives a tag another name, normalised. Throws a ``Problem``: 400 for what cannot be a tag, 404 for no such tag, 409
    /// `tag_taken` when there is a tag of that name.
    func rename(_ id: Int, to typed: String, by caller: Caller, from address: String) async throws -> Tag {
        guard let name = TagName(typed) else {
            throw Problem.invalid([
                "name":
                    "must have 1 to \(TagName.maximumLength) characters, none of them a comma or a control character"
            ])
        }
        do {
            return try await tags.database.transaction { transaction in
                guard let before = try await TagStore.tag(id, in: transaction) else { throw Problem.notFound("tag") }
                try await TagStore.rename(id, to: name, in: transaction)
                try await AuditLog.record(
                    AuditEntry(
                        "tag.renamed", by: caller, from: address, on: .tag, id,
                        details: ["from": .text(before.name), "to": .text(name.rawValue)]), in: transaction)
                return Tag(id: id, name: name.rawValue, usageCount: before.usageCount)
            }
        } catch let error as PostgresError where error.code == .uniqueViolation {
            throw Problem(
                .conflict, code: "tag_taken", "There is a tag of this name: merge the two instead.",
                fields: ["name": "is taken"])
        }
    }

    /// Gives the tracks of one tag the other, and removes the one. Throws a ``Problem``: 400 for a tag and itself, 404 when
    /// one of them is not there.
    func merge(_ id: Int, into other: Int, by caller: Caller, from address: String) async throws -> Tag {
        guard id != other else { throw Problem.invalid(["into": "must be another tag"]) }
        return try await tags.database.transaction { transaction in
            try await TagStore.lock([id, other], in: transaction)
            guard let gone = try await TagStore.tag(id, in: transaction),
                let kept = try await TagStore.tag(other, in: transaction)
            else { throw Problem.notFound("tag") }
            try await TagStore.merge(id, into: other, in: transaction)
            try await AuditLog.record(
                AuditEntry(
                    "tag.merged", by: caller, from: address, on: .tag, id,
                    details: ["name": .text(gone.name), "into": .integer(other), "into_name": .text(kept.name)]),
                in: transaction)
            guard let merged = try await TagStore.tag(other, in: transaction) else { throw Problem.notFound("tag") }
            return merged
        }
    }

    /// Removes a tag from all tracks. 404 for no such tag.
    func delete(_ id: Int, by caller: Caller, from address: String) async throws {
        try await tags.database.transaction { transaction in
            guard let tag = try await TagStore.tag(id, in: transaction),
                try await TagStore.delete(id, in: transaction)
            else { throw Problem.notFound("tag") }
            try await AuditLog.record(
                AuditEntry("tag.deleted", by: caller, from: address, on: .tag, id, details: ["name": .text(tag.name)]),
                in: transaction)
        }
    }
}
