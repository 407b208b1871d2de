import Platform

/// Body of `PUT /users/me`: what is left out stays, null or a blank text takes it away.
struct ProfileInput: Decodable, Sendable {
    var firstName: Change<String> = .keep
    var lastName: Change<String> = .keep
    var bio: Change<String> = .keep
    var emailVisible: Bool?

    private enum CodingKeys: CodingKey { case firstName, lastName, bio, emailVisible }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        firstName = try container.change(String.self, .firstName)
        lastName = try container.change(String.self, .lastName)
        bio = try container.change(String.self, .bio)
        if container.contains(.emailVisible) { emailVisible = try container.decode(Bool.self, forKey: .emailVisible) }
    }
}

/// Such a body, checked.
struct ProfileChanges: Sendable {
    static let maximumNameCharacters = 50
    static let maximumBioCharacters = 2_000

    let firstName: Change<String>
    let lastName: Change<String>
    let bio: Change<String>
    let emailVisible: Bool?

    /// Throws 400 with `fields`.
    init(_ input: ProfileInput) throws(Problem) {
        firstName = Self.tidied(input.firstName)
        lastName = Self.tidied(input.lastName)
        bio = Self.tidied(input.bio)
        emailVisible = input.emailVisible
        var faults: [String: String] = [:]
        faults["first_name"] = Self.fault(firstName, Self.maximumNameCharacters, isLine: true)
        faults["last_name"] = Self.fault(lastName, Self.maximumNameCharacters, isLine: true)
        faults["bio"] = Self.fault(bio, Self.maximumBioCharacters, isLine: false)
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func tidied(_ change: Change<String>) -> Change<String> {
        guard case .set(let text) = change else { return change }
        let trimmed = text.trimmingWhitespace()
        return trimmed.isEmpty ? .clear : .set(trimmed)
    }

    private static func fault(_ change: Change<String>, _ maximum: Int, isLine: Bool) -> String? {
        guard case .set(let text) = change else { return nil }
        guard text.unicodeScalars.count <= maximum else { return "must have at most \(maximum) characters" }
        let hasControls = text.unicodeScalars.contains { scalar in
            scalar.properties.generalCategory == .control && (isLine || !["\n", "\r", "\t"].contains(scalar))
        }
        return hasControls ? "must not have control characters" : nil
    }
}
