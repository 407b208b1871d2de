import Foundation
import Hummingbird
import NIOPosix
import Platform

/// `data` of `GET /admin/storage`.
struct StorageReport: Encodable, Sendable {
    let kinds: [StorageFigure]
    let disks: [StorageDisk]
    /// Below this uploads are refused.
    let minimumFreeBytes: Int
    /// What an account may store; null for any number.
    @Nullable var quotaBytes: Int?
    let largestUsers: [StorageUser]
}

/// The disk below one of the server's folders.
struct StorageDisk: Encodable, Sendable {
    /// `uploads` or `data`.
    let use: String
    let totalBytes: Int
    /// What the server may still write.
    let freeBytes: Int

    /// Nil when the folder cannot be asked. **Blocks.**
    init?(use: String, folder: String) {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let unit = Int(clamping: status.f_frsize)
        self.use = use
        totalBytes = Int(clamping: status.f_blocks).multipliedReportingOverflow(by: unit).partialValue
        freeBytes = Int(clamping: status.f_bavail).multipliedReportingOverflow(by: unit).partialValue
    }
}

/// `GET /admin/storage`.
struct StorageRoutes: Sendable {
    let store: StorageStore
    let policy: Administration.StoragePolicy
    let threads: NIOThreadPool

    /// Below `/api/v1`.
    var routes: RouteCollection<AppContext> {
        RouteCollection(context: AppContext.self).get("admin/storage", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Success<StorageReport> {
        try context.require(.admin)
        let policy = policy
        let disks = try await threads.runIfActive {
            [("uploads", policy.uploadPath), ("data", policy.dataDirectory)].compactMap {
                StorageDisk(use: $0.0, folder: $0.1)
            }
        }
        let report = StorageReport(
            kinds: try await store.figures(), disks: disks, minimumFreeBytes: policy.minimumFreeBytes,
            quotaBytes: policy.quotaBytes > 0 ? policy.quotaBytes : nil,
            largestUsers: try await store.largestUsers())
        return Success(report)
    }
}
