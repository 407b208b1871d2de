import Foundation
import Testing

@testable import Platform

struct ProcessorsTests {
    @Test(arguments: [("3", 2), ("1", 1), ("f,ffffffff", 36), ("00000000,00000005", 2)])
    func anAffinityIsCounted(mask: String, count: Int) {
        #expect(Processors.allowed(inStatus: "Name:\ttalas\nCpus_allowed:\t\(mask)\nCpus_allowed_list:\t0\n") == count)
    }

    @Test func areNoMoreThanTheMachineHas() {
        #expect((1...ProcessInfo.processInfo.processorCount).contains(Processors.available))
    }
}
