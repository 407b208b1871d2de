package import Hummingbird
package import Logging
package import Media
package import NIOPosix
package import Platform
package import Postgres
package import ServiceLifecycle

/// The catalogue of products, what people own of it, and their files, put together.
package struct Catalogue: Sendable {
    /// What an operator decides; all in bytes.
    package struct Policy: Sendable {
        /// Of the largest file of a product in a collection.
        package var maximumFileBytes: Int
        /// Of the largest internal document.
        package var maximumDocumentBytes: Int
        /// What an account may store; 0 for any number.
        package var quotaBytes: Int
        /// What uploads leave free on the disk.
        package var minimumFreeBytes: Int

        package init(maximumFileBytes: Int, maximumDocumentBytes: Int, quotaBytes: Int, minimumFreeBytes: Int) {
            self.maximumFileBytes = maximumFileBytes
            self.maximumDocumentBytes = maximumDocumentBytes
            self.quotaBytes = quotaBytes
            self.minimumFreeBytes = minimumFreeBytes
        }
    }

    private let productRoutes: ProductRoutes
    private let adminRoutes: AdminProductRoutes
    private let userProductRoutes: UserProductRoutes
    private let fileRoutes: FileRoutes
    private let documentRoutes: DocumentRoutes
    private let collectionRoutes: CollectionRoutes
    private let running: RunningDownloads
    private let duties: CatalogueDuties

    /// - Parameters:
    ///   - store: where files of collections are kept.
    ///   - documents: where internal documents are.
    ///   - files: a running pool for whatever waits for the disk.
    ///   - work: looks at uploaded bytes.
    ///   - findCaller: the live account behind a credential, or a ``Problem``.
    ///   - notifications: remind owners of warranties.
    package init(
        database: Database, store: BlobStore, documents: BlobStore, files: NIOThreadPool, work: any MediaWork,
        signer: URLSigner, findCaller: @escaping MediaAccess.FindCaller, notifications: Notifications, policy: Policy,
        logger: Logger
    ) {
        let products = ProductService(store: ProductStore(database: database))
        let categories = CategoryStore(database: database)
        let items = UserProductService(store: UserProductStore(database: database))
        let inspection = FileInspection(work: work, threads: files)
        let access = FileAccess(signer: signer, findCaller: findCaller)
        running = RunningDownloads(logger: logger)
        productRoutes = ProductRoutes(service: products, categories: categories)
        adminRoutes = AdminProductRoutes(service: products, categories: categories)
        userProductRoutes = UserProductRoutes(service: items)
        let references = BlobReferences(database: database, store: store, threads: files)
        let reader = FileReader(store: store, threads: files)
        let fileService = FileService(
            store: FileStore(database: database), items: items, references: references, inspection: inspection,
            policy: policy)
        fileRoutes = FileRoutes(
            service: fileService, access: access, download: FileDownload(reader: reader, running: running))
        let imports = CollectionImport(database: database)
        collectionRoutes = CollectionRoutes(
            store: items.store,
            archive: CollectionArchive(database: database, references: references, reader: reader),
            receiver: ImportReceiver(
                imports: imports, archives: ArchiveImport(imports: imports, files: fileService),
                references: references, policy: policy),
            running: running, findCaller: findCaller)
        let documentStore = DocumentStore(database: database, blobs: documents, threads: files)
        documentRoutes = DocumentRoutes(
            service: DocumentService(
                store: documentStore, products: products,
                owners: items.store, inspection: inspection, policy: policy),
            access: access,
            download: FileDownload(reader: FileReader(store: documents, threads: files), running: running))
        duties = CatalogueDuties(
            reminders: WarrantyReminders(database: database, notifications: notifications), documents: documentStore,
            logger: logger)
    }

    /// Routes below `/api/v1`.
    package var routes: [RouteCollection<AppContext>] {
        [
            productRoutes.routes, adminRoutes.routes, userProductRoutes.routes, fileRoutes.routes,
            documentRoutes.routes, collectionRoutes.routes,
        ]
    }

    /// Routes at the root.
    package var rootRoutes: [RouteCollection<AppContext>] { [fileRoutes.rootRoutes] }

    /// What a node that answers requests runs beside them.
    package var services: [any Service] { [running, duties] }
}
