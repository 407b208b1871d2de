import Foundation

/// A password for an account: from standard input, from a prompt, or, where neither is there, made up.
struct NewPassword {
    let text: String
    private let isGenerated: Bool

    /// - Parameter fromStandardInput: read one line, as from another program.
    static func ask(fromStandardInput: Bool) throws -> NewPassword {
        if fromStandardInput {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw Failure("No password came on standard input.", isWrongUsage: true)
            }
            return NewPassword(text: line, isGenerated: false)
        }
        guard isatty(STDIN_FILENO) == 1 else { return generated() }
        guard let typed = getpass("New password (empty to have one made): ").map({ String(cString: $0) }) else {
            throw Failure("The password could not be read from the terminal.")
        }
        guard !typed.isEmpty else { return generated() }
        guard let again = getpass("Once more: ").map({ String(cString: $0) }), again == typed else {
            throw Failure("The two passwords differ.")
        }
        return NewPassword(text: typed, isGenerated: false)
    }

    /// 120 random bits, in letters and digits that are hard to confuse.
    static func generated() -> NewPassword {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var random = SystemRandomNumberGenerator()
        let text = String((0..<24).map { _ in alphabet[Int(random.next() & 31)] })
        return NewPassword(text: text, isGenerated: true)
    }

    /// The only time that a generated password is shown.
    func printIfGenerated() {
        if isGenerated { print("Password: \(text)") }
    }
}
