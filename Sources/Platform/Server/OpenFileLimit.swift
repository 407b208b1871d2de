import Glibc

/// How many files and connections this process may have open.
package enum OpenFileLimit {
    /// Takes what the system allows rather than what it gives unasked, which is often 1,024.
    package static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        // Where it is not allowed the limit stays as it was.
        _ = setrlimit(resource, &limit)
    }
}
