import API
import ArgumentParser

struct OpenAPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI 3.1 document that /openapi.json serves.")

    func run() {
        print(OpenAPIDocument.json)
    }
}
