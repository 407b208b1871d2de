import Foundation

/// What a username, an e-mail address and a password must be like; pure, so that a form can be judged as a whole.
package enum AccountRules {
    package static let usernameLength = 3...50
    package static let maximumEmailLength = 100
    package static let passwordLength = 8...256

    /// What is wrong with which field of a registration, in words for its author; empty when nothing is.
    package static func problems(username: String?, email: String?, password: String?) -> [String: String] {
        var problems: [String: String] = [:]
        problems["username"] = problem(username: username)
        problems["email"] = problem(email: email)
        problems["password"] = problem(password: password, username: username, email: email)
        return problems
    }

    /// What is wrong with a username; nil when nothing is.
    package static func problem(username: String?) -> String? {
        guard let username, !username.isEmpty else { return "is required" }
        guard usernameLength.contains(username.unicodeScalars.count) else {
            return "must have 3 to 50 characters"
        }
        guard username.utf8.allSatisfy(isUsernameByte) else {
            return "may have only letters A-Z and a-z, digits, and the characters _ . -"
        }
        return nil
    }

    /// What is wrong with an e-mail address; nil when nothing is. Only its form is judged: whether it exists, mail tells.
    package static func problem(email: String?) -> String? {
        guard let email, !email.isEmpty else { return "is required" }
        guard email.unicodeScalars.count <= maximumEmailLength else { return "must have at most 100 characters" }
        let sentence = "must be an address such as name@example.com"
        guard let at = email.lastIndex(of: "@") else { return sentence }
        let local = email[..<at]
        let labels = email[email.index(after: at)...].split(separator: ".", omittingEmptySubsequences: false)
        guard isLocalPart(local), labels.count >= 2, labels.allSatisfy(isDomainLabel) else { return sentence }
        return nil
    }

    /// What is wrong with a password for this account; nil when nothing is.
    package static func problem(password: String?, username: String?, email: String?) -> String? {
        guard let password, !password.isEmpty else { return "is required" }
        guard passwordLength.contains(password.unicodeScalars.count) else { return "must have 8 to 256 characters" }
        let folded = password.lowercased()
        guard folded != username?.lowercased(), folded != email?.lowercased() else {
            return "must not be the username or the e-mail address"
        }
        guard !CommonPasswords.contains(folded) else { return "is one of the passwords that are tried first" }
        return nil
    }

    private static func isUsernameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The part before the `@` without quotes: RFC 5321 `Dot-string`, with the letters of RFC 6531.
    private static func isLocalPart(_ part: Substring) -> Bool {
        let atoms = part.split(separator: ".", omittingEmptySubsequences: false)
        return part.utf8.count <= 64 && atoms.allSatisfy { !$0.isEmpty && $0.unicodeScalars.allSatisfy(isAtomScalar) }
    }

    private static func isAtomScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(scalar)
            : isLetterOrDigit(scalar)
    }

    private static func isDomainLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.unicodeScalars.allSatisfy { $0 == "-" || isLetterOrDigit($0) }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
            || scalar.properties.generalCategory == .nonspacingMark
    }
}
