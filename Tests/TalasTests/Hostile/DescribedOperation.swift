import Foundation

@testable import API

/// One operation of the OpenAPI document, as far as hostile requests need it.
struct DescribedOperation: Sendable, CustomStringConvertible {
    /// A member of a JSON body, and an example that its schema allows.
    struct Member: Sendable {
        let name: String
        let example: String
    }

    let method: String
    let path: String
    /// Names of the parameters in the path.
    let pathNames: [String]
    /// Names of the parameters in the query.
    let queryNames: [String]
    /// Members of the JSON body; nil when it takes none.
    let members: [Member]?
    /// Statuses that the document names.
    let statuses: Set<Int>

    var description: String { "\(method) \(path)" }

    /// Every operation of the document.
    static func all() throws -> [DescribedOperation] {
        let document = OpenAPITree(try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json.utf8)))
        return document["paths"].members.flatMap { path, item in
            item.members.filter { $0.value["responses"].isObject }.map { method, operation in
                DescribedOperation(path: path, item: item, method: method, operation: operation)
            }
        }.sorted { $0.description < $1.description }
    }

    private init(path: String, item: OpenAPITree, method: String, operation: OpenAPITree) {
        self.path = path
        self.method = method.uppercased()
        let parameters = (item["parameters"].items + operation["parameters"].items)
        pathNames = parameters.filter { $0["in"].text == "path" }.compactMap(\.["name"].text)
        queryNames = parameters.filter { $0["in"].text == "query" }.compactMap(\.["name"].text)
        statuses = Set(operation["responses"].members.compactMap { Int($0.key) })
        let schema = operation["requestBody"]["content"]["application/json"]["schema"]
        members =
            schema.isObject
            ? schema["properties"].members.map { Member(name: $0.key, example: Self.example($0.value)) } : nil
    }

    /// A JSON text that the schema allows.
    private static func example(_ schema: OpenAPITree) -> String {
        if let first = schema["enum"].items.first?.text { return "\"\(first)\"" }
        switch schema["type"].text ?? schema["type"].items.first?.text {
        case "integer", "number": return "1"
        case "boolean": return "true"
        case "array": return "[]"
        case "object": return "{}"
        default: return schema["format"].text == "date-time" ? "\"2099-01-01T00:00:00Z\"" : "\"some text\""
        }
    }
}

/// A place in the document, references followed.
struct OpenAPITree {
    private let value: Any?
    private let root: Any?

    init(_ root: Any) { self.init(value: root, root: root) }

    private init(value: Any?, root: Any?) {
        self.root = root
        var value = value
        while let reference = (value as? [String: Any])?["$ref"] as? String {
            value = reference.split(separator: "/").dropFirst().reduce(root) { ($0 as? [String: Any])?[String($1)] }
        }
        self.value = value
    }

    subscript(name: String) -> OpenAPITree {
        OpenAPITree(value: (value as? [String: Any])?[name], root: root)
    }

    var members: [(key: String, value: OpenAPITree)] {
        (value as? [String: Any] ?? [:]).keys.sorted().map { ($0, self[$0]) }
    }

    var items: [OpenAPITree] { (value as? [Any] ?? []).map { OpenAPITree(value: $0, root: root) } }
    var text: String? { value as? String }
    var isObject: Bool { value is [String: Any] }
}
