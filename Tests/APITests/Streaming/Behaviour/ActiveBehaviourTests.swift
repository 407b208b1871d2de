import Testing

@testable import API

@Suite struct ActiveBehaviourTests {
    @Test func aDifferenceSaysWhatToDo() {
        #expect(ActiveBehaviour.difference(own: ["a"], active: "a") == nil)
        #expect(ActiveBehaviour.difference(own: ["a", "b"], active: "b") == nil)
        for own: Set in [["b"], ["b", "c"]] {
            let sentence = ActiveBehaviour.difference(own: own, active: "a")
            #expect(sentence?.contains("talas media adopt") == true)
        }
    }
}
