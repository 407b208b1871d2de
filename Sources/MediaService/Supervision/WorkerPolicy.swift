package import Media

/// What an operator, or a test, decides about workers.
package struct WorkerPolicy: Sendable {
    /// What is run as a worker, by `media-worker` as its first argument.
    package struct Program: Sendable {
        package var executable = "/proc/self/exe"
        /// Beyond the little that every worker is given.
        package var environment: [String: String] = [:]
        /// Instructions that FFmpeg's code may use; nil for all that the processor has.
        package var processorFeatures: ProcessorFeatures?
        /// Address space beyond that of the program itself.
        package var memoryBytes = 1 << 30

        package init() {}
    }

    package var program = Program()
    /// Processes for listeners; as many more may be started for reading in, and for drawing.
    package var workers: Int
    /// How long a segment or a look at a file may take.
    package var shortDeadline = Duration.seconds(60)
    /// And how many seconds of the processor.
    package var shortProcessorSeconds: UInt32 = 30
    /// Tasks after which a worker is replaced.
    package var tasksPerWorker = 2_000
    /// How often a source may end its worker before it is left alone.
    package var strikes = 3
    /// How long it is then left alone, and how long a strike counts.
    package var quarantine = Duration.seconds(600)

    package init(workers: Int) { self.workers = workers }
}

/// Time that a task may take.
struct TaskAllowance: Sendable, Equatable {
    /// Seconds of the processor, held by the kernel.
    let processorSeconds: UInt32
    /// Time on the clock, after which the worker is ended: a worker that stands still uses no processor.
    let deadline: Duration

    /// Where no length is declared, the longest that is accepted.
    private static let longestMilliseconds = MediaLimits().durationSeconds * 1_000
    private static let most: UInt32 = 1_800

    init(processorSeconds: UInt32, deadline: Duration) {
        self.processorSeconds = processorSeconds
        self.deadline = deadline
    }

    /// For decoding the whole of a recording: 30 s and half a second for each minute that it declares.
    init(declaredMilliseconds: Int?) {
        let milliseconds = min(max(0, declaredMilliseconds ?? Self.longestMilliseconds), Self.longestMilliseconds)
        processorSeconds = min(Self.most, 30 + UInt32(milliseconds / 120_000))
        // Processors are shared with other workers.
        deadline = .seconds(4 * Int(processorSeconds))
    }
}
