package import Hummingbird
package import Media
package import NIOPosix
package import Platform
package import Postgres

/// Members as others see them, put together.
package struct Users: Sendable {
    private let userRoutes: UserRoutes
    private let avatarRoutes: AvatarRoutes
    private let followRoutes: FollowRoutes
    private let ownAccountRoutes: OwnAccountRoutes

    /// - Parameters:
    ///   - blobs: where pictures are kept.
    ///   - files: a running pool for whatever waits for the disk.
    ///   - work: decodes pictures.
    ///   - signer: of media URLs.
    ///   - quotaBytes: bytes that an account may store; 0 for any number.
    package init(
        accounts: Accounts, database: Database, blobs: BlobStore, files: NIOThreadPool, work: any MediaWork,
        signer: URLSigner, quotaBytes: Int
    ) {
        let links = AvatarLinks(signer: signer)
        let store = UserStore(database)
        let follows = FollowStore(database: database)
        let tracks = TrackStore(database: database)
        userRoutes = UserRoutes(accounts: accounts, store: store, follows: follows, avatars: links)
        followRoutes = FollowRoutes(
            users: store, follows: follows, tracks: tracks,
            access: MediaAccess(tracks: tracks, signer: signer, findCaller: accounts.caller(userID:credential:)))
        ownAccountRoutes = OwnAccountRoutes(
            accounts: accounts, usage: UsageStore(database: database, quotaBytes: quotaBytes))
        avatarRoutes = AvatarRoutes(
            accounts: accounts,
            store: AvatarStore(
                database: database, references: BlobReferences(database: database, store: blobs, threads: files)),
            room: CoverRoom(store: blobs, threads: files, work: work), links: links)
    }

    /// Routes below `/api/v1`.
    package var routes: [RouteCollection<AppContext>] {
        [userRoutes.routes, avatarRoutes.routes, followRoutes.routes, ownAccountRoutes.routes]
    }

    /// Routes at the root.
    package var rootRoutes: [RouteCollection<AppContext>] { [avatarRoutes.rootRoutes] }
}
