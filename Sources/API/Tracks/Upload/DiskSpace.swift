import Foundation

/// How much of a disk uploads leave free when nobody says.
package enum DiskSpace {
    /// 2 GiB or 5 % of the disk that holds `directory`, whichever is smaller; 0 when that cannot be told.
    package static func defaultMinimumFreeBytes(of directory: String) -> Int {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return 0 }
        let total = Double(status.f_blocks) * Double(status.f_frsize)
        return Int(min(2 * 1_073_741_824, total * 0.05))
    }
}
