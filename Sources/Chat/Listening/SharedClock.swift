import Foundation
import Logging
import Platform
import Postgres
import ServiceLifecycle
import Synchronization

/// The database's clock as this node knows it: the one that all nodes share, and by which a room's play position moves.
///
/// It is this node's own clock and its distance to the database's, found as NTP does (RFC 5905 §8): of several questions the one
/// that was answered soonest counts, and is off by half of the time that the answer took at most.
final class SharedClock: Service {
    private static let interval = Duration.seconds(30)
    private static let questions = 5

    private let database: Database
    private let logger: Logger
    private let offset = Atomic<Int>(0)

    init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Milliseconds since 1970.
    var milliseconds: Int { Self.own + offset.load(ordering: .relaxed) }

    private static var own: Int { Int(Date().timeIntervalSince1970 * 1_000) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do { try await self.synchronise() } catch {
                    self.logger.debug("The database's clock is not known", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    /// Finds how far this node's clock is from the database's.
    func synchronise() async throws {
        var best: ClockSample?
        for _ in 0..<Self.questions {
            let sent = Self.own
            let answer = try await database.row(
                "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms"
            ) { row throws(PostgresError) -> Int in try row.decode("ms") }
            guard let answer else { return }
            let sample = ClockSample(sent: sent, answered: answer, received: Self.own)
            if best.map({ sample.roundTrip < $0.roundTrip }) ?? true { best = sample }
        }
        if let best { offset.store(best.offset, ordering: .relaxed) }
    }
}

/// One question for another clock's time, in milliseconds: when it was asked and when its answer came by one's own clock, and
/// what the answer was.
struct ClockSample: Hashable, Sendable {
    let sent: Int
    let answered: Int
    let received: Int

    var roundTrip: Int { received - sent }
    /// How far the other clock is ahead, give or take half of the round trip.
    var offset: Int { answered - (sent + received) / 2 }
}

extension NowPlaying {
    /// Where the track is when the shared clock is at this millisecond.
    func position(at milliseconds: Int) -> Int {
        isPaused ? positionMilliseconds : positionMilliseconds + milliseconds - atMilliseconds
    }
}
