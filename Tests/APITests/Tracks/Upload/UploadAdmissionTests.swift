import HTTPTypes
import Platform
import Testing

@testable import API

@Suite struct UploadAdmissionTests {
    private func admission(
        maximum: Int = 1 << 30, quota: Int = 0, used: Int = 0, free: Int = 1 << 40, minimum: Int = 0
    ) -> UploadAdmission {
        UploadAdmission(
            maximumBytes: maximum, quotaBytes: quota, usedBytes: used, freeBytes: free, minimumFreeBytes: minimum)
    }

    @Test func sizesAreExact() throws {
        try admission(maximum: 100).check(fileBytes: 100)
        #expect(throws: Problem.self) { try admission(maximum: 100).check(fileBytes: 101) }
    }

    @Test func aBodyThatMayFitIsRead() throws {
        let slack = UploadAdmission.overheadBytes
        try admission(maximum: 100).check(declaredBodyBytes: 100 + slack)
        let problem = #expect(throws: Problem.self) {
            try admission(maximum: 100).check(declaredBodyBytes: 101 + slack)
        }
        #expect(problem?.status.code == 413)
        #expect(problem?.code == "too_large")
    }

    @Test func quotaCountsWhatIsThere() throws {
        try admission(quota: 100, used: 60).check(fileBytes: 40)
        let problem = #expect(throws: Problem.self) { try admission(quota: 100, used: 60).check(fileBytes: 41) }
        #expect(problem?.status.code == 413)
        #expect(problem?.code == "quota_exceeded")
        // A full account is told before it sends anything.
        #expect(throws: Problem.self) { try admission(quota: 100, used: 100).check(declaredBodyBytes: nil) }
    }

    @Test func theDiskKeepsItsReserve() throws {
        try admission(free: 150, minimum: 50).check(fileBytes: 100)
        let problem = #expect(throws: Problem.self) { try admission(free: 150, minimum: 50).check(fileBytes: 101) }
        #expect(problem?.status.code == 507)
        #expect(problem?.code == "storage_full")
    }
}
