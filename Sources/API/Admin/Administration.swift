package import Hummingbird
package import NIOPosix
package import Platform
package import Postgres

/// What moderators and administrators do, put together: the dashboard, accounts, the audit log, reports, jobs, storage.
package struct Administration {
    /// What the storage is measured against.
    package struct StoragePolicy: Sendable {
        let uploadPath: String
        let dataDirectory: String
        /// Bytes of the disk that uploads leave free.
        let minimumFreeBytes: Int
        /// Bytes that an account may store; 0 for any number.
        let quotaBytes: Int

        package init(_ settings: Settings) {
            uploadPath = settings.uploadPath
            dataDirectory = settings.dataDirectory
            minimumFreeBytes =
                settings.minFreeDiskBytes ?? DiskSpace.defaultMinimumFreeBytes(of: settings.uploadPath)
            quotaBytes = settings.userQuotaBytes
        }
    }

    /// Routes below `/api/v1`.
    package let routes: [RouteCollection<AppContext>]

    /// - Parameters:
    ///   - events: told of accounts and tracks that change.
    ///   - files: a running pool for whatever waits for the disk.
    package init(
        database: Database, events: EventBus, notifications: Notifications, files: NIOThreadPool,
        storage: StoragePolicy
    ) {
        routes = [
            DashboardRoutes(store: DashboardStore(database: database)).routes,
            ManagedUserRoutes(
                store: ManagedUserStore(database),
                administration: UserAdministration(database: database, events: events)
            ).routes,
            AuditRoutes(log: AuditLog(database)).routes,
            ReportRoutes(
                store: ReportStore(database),
                service: ReportService(database: database, notifications: notifications)
            ).routes,
            IngestJobRoutes(
                store: IngestJobStore(database),
                administration: IngestJobAdministration(database: database, events: events)
            ).routes,
            StorageRoutes(store: StorageStore(database: database), policy: storage, threads: files).routes,
        ]
    }
}
