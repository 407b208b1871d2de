import Glibc
import Testing

@testable import Postgres

@Suite struct CommandTests {
    private let command = Command(owner: ClusterOwner(userID: geteuid(), groupID: getegid(), prefix: []))

    @Test func tellsStatusAndOutput() async throws {
        let outcome = try await command.run("/bin/sh", ["-c", "echo out; echo err >&2; pwd; exit 3"])
        #expect(outcome.status == 3)
        #expect(outcome.output == "out\nerr\n/\n")
        #expect(try await command.run("/bin/sh", ["-c", "kill -9 $$"]).status == 128 + 9)
    }

    @Test func doesNotWaitForWhatIsLeftBehindNorGivesItDescriptors() async throws {
        let outcome = try await command.run(
            "/bin/sh", ["-c", "sleep 600 >/dev/null 2>&1 & echo $!; ls /proc/self/fd | wc -l"])
        let lines = outcome.output.split(separator: "\n").map(String.init)
        if let process = lines.first.flatMap({ pid_t($0) }) { kill(process, SIGKILL) }
        // Standard input, output, error and the directory being listed.
        #expect(lines.last.flatMap { Int($0.trimmingPrefix(" ")) } == 4)
    }

    @Test func aMissingProgramIsNamed() async {
        let error = await #expect(throws: ClusterError.self) { try await command.run("/nowhere/initdb", []) }
        #expect(error?.description.contains("/nowhere/initdb") == true)
    }
}
