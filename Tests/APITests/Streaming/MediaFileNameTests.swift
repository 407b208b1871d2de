import Testing

@testable import API

@Suite struct MediaFileNameTests {
    @Test(arguments: [("17.mp3", 17, "mp3"), ("1.peaks.json", 1, "peaks.json"), ("9.PNG", 9, "png")])
    func reads(name: String, id: Int, fileExtension: String) {
        let parsed = MediaFileName(name)
        #expect(parsed?.id == id)
        #expect(parsed?.fileExtension == fileExtension)
    }

    @Test(arguments: [
        "", "17", "17.", ".mp3", "a.mp3", "-1.mp3", "0.mp3", "+3.mp3", "١.mp3", "99999999999999999999.mp3", "../1.mp3",
    ])
    func refuses(name: String) {
        #expect(MediaFileName(name) == nil)
    }
}
