import Foundation
import Platform

/// A member in a list.
struct UserSummary: Encodable, Sendable {
    let id: Int
    let username: String
    @Nullable var email: String?
    @Nullable var firstName: String?
    @Nullable var lastName: String?
    @Nullable var avatar: String?

    init(_ user: UserStore.User, avatarURL: String?) {
        id = user.id
        username = user.username
        _email = Nullable(wrappedValue: user.email)
        _firstName = Nullable(wrappedValue: user.firstName)
        _lastName = Nullable(wrappedValue: user.lastName)
        _avatar = Nullable(wrappedValue: avatarURL)
    }
}

/// `data` of `GET /users/:id`.
struct UserObject: Encodable, Sendable {
    let id: Int
    let username: String
    @Nullable var email: String?
    @Nullable var firstName: String?
    @Nullable var lastName: String?
    @Nullable var bio: String?
    @Nullable var avatar: String?
    let createdAt: Date
    let followersCount: Int
    let followingCount: Int
    /// Whether the one who asks follows them.
    let followed: Bool

    init(_ user: UserStore.User, _ counts: FollowStore.Counts, avatarURL: String?) {
        id = user.id
        username = user.username
        followersCount = counts.followers
        followingCount = counts.following
        followed = counts.isFollowed
        _email = Nullable(wrappedValue: user.email)
        _firstName = Nullable(wrappedValue: user.firstName)
        _lastName = Nullable(wrappedValue: user.lastName)
        _bio = Nullable(wrappedValue: user.bio)
        _avatar = Nullable(wrappedValue: avatarURL)
        createdAt = user.createdAt
    }
}
