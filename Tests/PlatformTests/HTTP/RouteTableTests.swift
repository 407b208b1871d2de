import HTTPTypes
import Hummingbird
import Testing

@testable import Platform

struct RouteTableTests {
    @Test func knowsTheMethodsOfAPath() {
        let router = Router(context: AppContext.self)
        router.get("tracks") { _, _ in "" }
        router.post("tracks") { _, _ in "" }
        router.delete("tracks/:id") { _, _ in "" }
        router.get("assets/**") { _, _ in "" }
        let table = RouteTable(router)
        #expect(table.methods(at: "/tracks") == [.get, .head, .post])
        #expect(table.methods(at: "/tracks/7") == [.delete])
        #expect(table.methods(at: "/assets/a/b.js") == [.get, .head])
        #expect(table.methods(at: "/tracks/7/more").isEmpty)
        #expect(table.methods(at: "/").isEmpty)
    }
}
