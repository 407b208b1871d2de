import Testing

@testable import Platform

struct RequestOrderTests {
    @Test func aHotAnswerWaitsForNobody() {
        var order = RequestOrder()
        #expect(order.isNext)
        order.passed(isKeepAlive: true)
        #expect(!order.isNext)
        #expect(!order.isAnswering)
        order.passedEnd()
        #expect(order.isAnswering)
        order.passed(isKeepAlive: true)
        order.answered()
        #expect(!order.isNext)
        order.passedEnd()
        order.answered()
        #expect(order.isNext)
        #expect(!order.isAnswering)
    }

    @Test func nothingIsAnsweredBehindTheLastRequest() {
        var order = RequestOrder()
        order.passed(isKeepAlive: false)
        order.passedEnd()
        order.answered()
        #expect(!order.isNext)
    }

    @Test func answersWithoutRequestsDoNotCount() {
        var order = RequestOrder()
        order.answered()
        order.passed(isKeepAlive: true)
        #expect(!order.isNext)
    }
}
