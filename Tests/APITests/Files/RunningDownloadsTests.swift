import NIOCore
import NIOPosix
import Platform
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite struct RunningDownloadsTests {
    private struct Broken: Error {}

    /// Registers a download, lets `outcome` happen to its check, and tells whether it goes on.
    private func goesOn(_ outcome: (any Error)?) async throws -> Bool {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let running = RunningDownloads(logger: quietLogger)
        let end = running.add(channel) { if let outcome { throw outcome } }
        await running.check()
        // A close that was begun is done before what is submitted after it.
        try await channel.eventLoop.submit {}.get()
        let isActive = channel.isActive
        end()
        if isActive { try await channel.close() }
        return isActive
    }

    @Test func whatIsAllowedGoesOn() async throws { #expect(try await goesOn(nil)) }

    @Test func whatIsNotEnds() async throws {
        #expect(try await !goesOn(FileService.notFound))
        #expect(try await !goesOn(Problem.unauthorized))
    }

    @Test func aLostDatabaseEndsNothing() async throws { #expect(try await goesOn(Broken())) }

    @Test func whatIsThroughIsLeftAlone() async throws {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let running = RunningDownloads(logger: quietLogger)
        let end = running.add(channel) { throw Problem.unauthorized }
        end()
        await running.check()
        try await channel.eventLoop.submit {}.get()
        #expect(channel.isActive)
        try await channel.close()
    }
}
