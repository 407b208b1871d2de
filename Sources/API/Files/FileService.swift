import HTTPTypes
import Hummingbird
import Media
import NIOPosix
import Platform
import Postgres

/// The rules of files: they belong to a product in their owner's collection, and count toward the quota as tracks do.
struct FileService: Sendable {
    let store: FileStore
    let items: UserProductService
    let references: BlobReferences
    let inspection: FileInspection
    let policy: Catalogue.Policy

    /// Takes an uploaded form in. Whatever goes wrong, nothing of it stays on disk.
    func receive(
        _ request: Request, _ context: AppContext, for item: UserProduct.ID, from caller: Caller
    ) async throws -> ProductFile {
        // Strangers need not send their file first.
        _ = try await items.item(item, of: caller)
        let admission = try await admission(of: caller.userID)
        let (blobs, threads, eventLoop) = (references.store, references.threads, context.channel.eventLoop)
        let form = try await FileForm.read(request, admission: admission) {
            try await BlobUpload(store: blobs, threads: threads, eventLoop: eventLoop)
        }
        let kind = try kind(form)
        let format = try await inspection.format(
            of: form.content, declared: form.declaredType, name: form.fileName, allowed: kind.formats)
        return try await keep(
            FileStore.Draft(
                userProductID: item, filename: form.fileName, kind: kind, mediaType: format.mediaType,
                content: form.content), of: caller)
    }

    /// The caller's file, or 404.
    func file(_ id: ProductFile.ID, of caller: Caller) async throws -> ProductFile {
        guard let file = try await store.file(id, ownedBy: caller.userID) else { throw Self.notFound }
        return file
    }

    /// Gives it another name, and another kind if its format is one of that kind's.
    func update(_ id: ProductFile.ID, _ input: FileInput, by caller: Caller) async throws -> ProductFile {
        let old = try await file(id, of: caller)
        var faults = FieldFaults()
        let typed = faults.required(input.filename, "filename", maximum: 255, old: old.content.name)
        let name = MultipartPart.displayedFileName(typed)
        if name == nil { faults.add("filename", "Must be the name of a file.") }
        let kind = faults.choice(input.type, "type", old: old.kind)
        if kind != old.kind, !kind.formats.contains(where: { $0.mediaType == old.content.mediaType }) {
            faults.add("type", "A file of type \(old.content.mediaType) cannot be of this kind.")
        }
        try faults.check()
        guard try await store.update(id, filename: name ?? typed, kind: kind, ownedBy: caller.userID) else {
            throw Self.notFound
        }
        return try await file(id, of: caller)
    }

    func delete(_ id: ProductFile.ID, by caller: Caller) async throws {
        try await store.database.transaction { transaction in
            guard let blob = try await FileStore.delete(id, ownedBy: caller.userID, in: transaction) else {
                throw Self.notFound
            }
            try await references.retire(blob, in: transaction)
        }
    }

    static let notFound = Problem.notFound("file")

    private func kind(_ form: FileForm) throws(Problem) -> FileKind {
        guard let kind = FileKind(rawValue: form.fields["type"] ?? "") else {
            let kinds = FileKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(["type": "Must be one of \(kinds)."])
        }
        guard form.content.size <= kind.maximumBytes(policy.maximumFileBytes) else {
            throw Problem(
                .contentTooLarge, code: "too_large",
                "A file of type \(kind.rawValue) may have at most \(kind.maximumBytes(policy.maximumFileBytes)) bytes.")
        }
        return kind
    }

    /// What there is room for at present.
    func admission(of userID: Int) async throws -> UploadAdmission {
        let tracks = TrackStore(database: store.database)
        let used = policy.quotaBytes > 0 ? try await tracks.storedBytes(of: userID) : 0
        return UploadAdmission(
            what: "A file", maximumBytes: policy.maximumFileBytes, quotaBytes: policy.quotaBytes, usedBytes: used,
            freeBytes: try await references.threads.runIfActive { [blobs = references.store] in
                try blobs.freeBytes()
            }, minimumFreeBytes: policy.minimumFreeBytes)
    }

    /// Writes the row once there is room for it, all or nothing.
    private func keep(_ draft: FileStore.Draft, of caller: Caller) async throws -> ProductFile {
        let id = try await store.database.transaction { transaction in
            try await admit(draft, of: caller, in: transaction)
            return try await FileStore.insert(draft, in: transaction)
        }
        return try await file(id, of: caller)
    }

    /// Locks the account, then the content, as uploads of tracks do: what an account stores is counted one by one.
    func admit(_ draft: FileStore.Draft, of caller: Caller, in transaction: Transaction) async throws {
        try await transaction.execute("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", caller.userID)
        let item = draft.userProductID
        guard try await UserProductStore.item(item, ownedBy: caller.userID, in: transaction) != nil else {
            throw UserProductService.notFound
        }
        guard try await FileStore.count(of: item, in: transaction) < FileStore.maximumPerProduct else {
            throw Problem(
                .conflict, code: "too_many_files",
                "A product may have at most \(FileStore.maximumPerProduct) files: delete others first.")
        }
        if policy.quotaBytes > 0 {
            let used = try await TrackStore.storedBytes(of: caller.userID, in: transaction)
            guard used + draft.content.size <= policy.quotaBytes else {
                throw UploadAdmission.overQuota(policy.quotaBytes)
            }
        }
        try await references.install(draft.content, in: transaction)
    }
}

/// What an owner changes of a file.
struct FileInput: Decodable, Sendable {
    var filename: Change<String> = .keep
    var type: Change<String> = .keep

    private enum CodingKeys: String, CodingKey { case filename, type }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        filename = try container.change(String.self, .filename)
        type = try container.change(String.self, .type)
    }
}
