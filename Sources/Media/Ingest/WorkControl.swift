/// The caller's way into a long piece of work: hears how far it is, and can stop it.
struct WorkControl {
    private let progress: (Double) -> Void
    private let isCancelled: () -> Bool
    private let steps = Steps()

    /// Steps of a hundredth already told.
    private final class Steps { var told = -1 }

    init(progress: @escaping (Double) -> Void, isCancelled: @escaping () -> Bool) {
        self.progress = progress
        self.isCancelled = isCancelled
    }

    func checkCancelled() throws(MediaError) {
        if isCancelled() { throw MediaError.cancelled }
    }

    /// Tells the caller, at most a hundred times in all.
    func report(bytes: Int64, of total: Int64) {
        guard bytes > 0, total > 0 else { return }
        let hundredth = Int(min(99, bytes * 100 / total))
        guard hundredth > steps.told else { return }
        steps.told = hundredth
        progress(Double(hundredth) / 100)
    }

    func reportDone() { progress(1) }
}
