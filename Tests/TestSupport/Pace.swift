/// Lets time pass between the things that random people do, or before a test looks once more at what it waits for within a
/// bound. Nothing may depend on how long it is.
package func letPass(_ duration: Duration) async throws { try await Task.sleep(for: duration) }
