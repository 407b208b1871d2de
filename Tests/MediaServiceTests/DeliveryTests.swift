import Testing

@testable import MediaService

@Suite struct DeliveryTests {
    @Test func passesOnOnceWhateverBeginsAnew() throws {
        let collected = Collected()
        let delivery = Delivery { piece in collected.append(piece) }
        delivery.begin()
        try delivery.pass([1, 2])
        try delivery.pass([3])
        delivery.begin()
        try delivery.pass([1, 2])
        try delivery.pass([3, 4])
        try delivery.pass([5])
        #expect(collected.pieces == [[1, 2], [3], [4], [5]])
    }

    @Test(
        arguments: [(nil, 750), (0, 30), (120_000, 31), (86_400_000, 750), (Int.max, 750), (-1, 30)] as [(Int?, UInt32)]
    )
    func timeGrowsWithTheDeclaredLength(milliseconds: Int?, seconds: UInt32) {
        #expect(TaskAllowance(declaredMilliseconds: milliseconds).processorSeconds == seconds)
    }
}
