import HTTPTypes
import Platform

/// Whether there is room for an upload: for a file of this size, on this account, on this disk.
struct UploadAdmission: Sendable {
    /// What a form may hold beside its file: other fields and the heads of parts.
    static let overheadBytes = 256 << 10

    /// What is uploaded, at the beginning of a sentence.
    var what = "A track"
    /// Largest file in bytes.
    let maximumBytes: Int
    /// Bytes that an account may store; 0 for any number.
    let quotaBytes: Int
    /// Bytes that it stores already.
    let usedBytes: Int
    /// Free bytes of the disk.
    let freeBytes: Int
    /// What has to stay free.
    let minimumFreeBytes: Int

    /// Decides by the length of the whole body, before any of it is read; without one, by what is known anyhow.
    func check(declaredBodyBytes: Int?) throws(Problem) {
        // A body that is barely too long may have a file that fits.
        try check(fileBytes: max(0, (declaredBodyBytes ?? 0) - Self.overheadBytes))
    }

    /// Decides by as much of the file as is known.
    func check(fileBytes: Int) throws(Problem) {
        guard fileBytes <= maximumBytes else {
            throw Problem(
                .contentTooLarge, code: "too_large", "\(what) may have at most \(maximumBytes) bytes.")
        }
        if quotaBytes > 0, usedBytes + max(1, fileBytes) > quotaBytes { throw Self.overQuota(quotaBytes) }
        try checkDisk(for: fileBytes)
    }

    /// Decides by the disk alone.
    func checkDisk(for bytes: Int) throws(Problem) {
        guard freeBytes - bytes >= minimumFreeBytes else { throw Self.storageFull }
    }

    static func overQuota(_ quotaBytes: Int) -> Problem {
        Problem(
            .contentTooLarge, code: "quota_exceeded",
            "This account may store \(quotaBytes) bytes, and the file does not fit: delete others first.")
    }

    /// 507.
    static let storageFull = Problem(
        .init(code: 507, reasonPhrase: "Insufficient Storage"), code: "storage_full",
        "The server has no room for uploads at present: try again later, or tell its operator.")
}
