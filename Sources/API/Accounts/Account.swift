package import Foundation
package import Platform

/// A member of this installation, as its row has it.
package struct Account: Sendable {
    package let id: Int
    package let username: String
    package let email: String
    /// Whether others may see and find the address.
    package let emailVisible: Bool
    /// Whether mail to the address has been shown to reach its owner.
    package let emailVerified: Bool
    package let role: Role
    /// What the account may do now: a suspension that has run out counts as active.
    package let status: AccountStatus
    package let firstName: String?
    package let lastName: String?
    package let bio: String?
    /// Path of the picture, unsigned, if there is one.
    package let avatar: String?
    package let createdAt: Date
    package let updatedAt: Date
    /// When its owner asked for it to go, if they did.
    package let deletedAt: Date?
}
