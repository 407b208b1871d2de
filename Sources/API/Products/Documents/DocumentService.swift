import HTTPTypes
import Hummingbird
import Media
import NIOPosix
import Platform
import Postgres

/// The rules of internal documents: administrators bring them, owners of the product and staff read them.
struct DocumentService: Sendable {
    private static let formats: Set<FileFormat> = [
        .pdf, .text, .markdown, .csv, .odt, .ods, .docx, .xlsx, .png, .jpeg, .webp, .zip,
    ]

    let store: DocumentStore
    let products: ProductService
    let owners: UserProductStore
    let inspection: FileInspection
    let policy: Catalogue.Policy

    /// The documents about a product; 403 for whom has none of it and is no staff.
    func list(of product: Product.ID, for caller: Caller) async throws -> [ProductDocument] {
        _ = try await products.product(product)
        guard try await mayRead(product, caller) else {
            throw Problem(
                .forbidden, code: "forbidden", "Only owners of this product and staff may see its documents.")
        }
        return try await store.list(of: product)
    }

    /// The document, or 404 for whom may not see it.
    func document(_ id: ProductDocument.ID, for caller: Caller) async throws -> ProductDocument {
        guard let document = try await store.document(id),
            try await mayRead(Product.ID(document.productID), caller)
        else { throw Self.notFound }
        return document
    }

    /// Takes an uploaded form in. Whatever goes wrong, nothing of it stays on disk.
    func receive(
        _ request: Request, _ context: AppContext, for product: Product.ID, from caller: Caller
    ) async throws -> ProductDocument {
        _ = try await products.product(product)
        let (blobs, threads) = (store.references.store, store.references.threads)
        let admission = UploadAdmission(
            what: "A document", maximumBytes: policy.maximumDocumentBytes, quotaBytes: 0, usedBytes: 0,
            freeBytes: try await threads.runIfActive { try blobs.freeBytes() },
            minimumFreeBytes: policy.minimumFreeBytes)
        let form = try await FileForm.read(request, admission: admission) {
            try await BlobUpload(store: blobs, threads: threads, eventLoop: context.channel.eventLoop)
        }
        let draft = try await draft(form, for: product, from: caller)
        return try await store.database.transaction { transaction in
            let document = try await store.insert(draft, in: transaction)
            try await record("document.created", by: caller, from: context.remoteAddress, on: document, in: transaction)
            return document
        }
    }

    func delete(
        _ id: ProductDocument.ID, of product: Product.ID, by caller: Caller, from address: String
    ) async throws {
        try await store.database.transaction { transaction in
            guard let document = try await store.delete(id, of: product, in: transaction) else { throw Self.notFound }
            try await record("document.deleted", by: caller, from: address, on: document, in: transaction)
        }
    }

    private func record(
        _ action: String, by caller: Caller, from address: String, on document: ProductDocument,
        in transaction: Transaction
    ) async throws {
        let entry = AuditEntry(
            action, by: caller, from: address, on: .document, document.id.rawValue,
            details: ["product_id": .integer(document.productID), "title": .text(document.title)])
        try await AuditLog.record(entry, in: transaction)
    }

    static let notFound = Problem.notFound("document")

    private func draft(
        _ form: FileForm, for product: Product.ID, from caller: Caller
    ) async throws -> DocumentStore.Draft {
        var faults = FieldFaults()
        let typed = form.fields["title"].map { Change.set($0) } ?? .keep
        let title = faults.text(typed, "title", maximum: 200).applied(to: nil) ?? FileName(form.fileName).stem
        try faults.check()
        let format = try await inspection.format(
            of: form.content, declared: form.declaredType, name: form.fileName, allowed: Self.formats)
        return DocumentStore.Draft(
            productID: product, uploaderID: caller.userID,
            title: String(String.UnicodeScalarView(title.unicodeScalars.prefix(200))), filename: form.fileName,
            mediaType: format.mediaType, content: form.content)
    }

    private func mayRead(_ product: Product.ID, _ caller: Caller) async throws -> Bool {
        if caller.role >= .moderator { return true }
        return try await owners.owns(caller.userID, product: product)
    }
}
