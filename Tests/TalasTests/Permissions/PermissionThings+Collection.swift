import Foundation
import NIOHTTP1
import Postgres
import TestSupport

@testable import API

/// Things of accounts and collections.
extension PermissionScene {
    func makeSession(for owner: Person) async throws -> [String: String] {
        let id = try await number(
            """
            INSERT INTO sessions (user_id, salt, token_expires_at, expires_at)
            VALUES ($1, 'x', now() + interval '1 day', now() + interval '1 day') RETURNING id
            """, owner.id)
        return ["id": "\(id)"]
    }

    func makeAccessToken(for owner: Person) async throws -> [String: String] {
        let id = try await number(
            """
            INSERT INTO access_tokens (user_id, name, scopes, hash) VALUES ($1, 'x', '{read}', $2::text::bytea) RETURNING id
            """, owner.id, Self.unique())
        return ["id": "\(id)"]
    }

    func makeInvitation(for owner: Person) async throws -> [String: String] {
        let id = try await number(
            """
            INSERT INTO invitations (created_by, hash, expires_at)
            VALUES ($1, $2::text::bytea, now() + interval '1 day') RETURNING id
            """, owner.id, Self.unique())
        return ["id": "\(id)"]
    }

    /// The account, with the cover of the owner's track as its picture.
    func withAvatar(_ person: Person) async throws -> Person {
        try await database.execute(
            """
            UPDATE users SET avatar = '/uploads/avatars/' || id || '.jpg',
              avatar_sha256 = (SELECT cover_sha256 FROM tracks WHERE id = $2) WHERE id = $1
            """, person.id, sounds[try owner.id])
        return person
    }

    func makeCategory() async throws -> String {
        "\(try await number("INSERT INTO categories (name) VALUES ($1) RETURNING id::bigint", Self.unique()))"
    }

    func makeProduct() async throws -> String {
        "\(try await number("INSERT INTO products (name) VALUES ($1) RETURNING id::bigint", Self.unique()))"
    }

    func makeOwnedProduct(for owner: Person) async throws -> [String: String] {
        let product = Int(try await makeProduct())
        let id = try await number(
            "INSERT INTO user_products (user_id, product_id) VALUES ($1, $2) RETURNING id::bigint", owner.id, product)
        return ["id": "\(id)", "owned": "\(product ?? 0)"]
    }

    /// A file of the collection, whose content is that of the owner's track.
    func makeFile(for owner: Person) async throws -> [String: String] {
        let item = Int(try await makeOwnedProduct(for: owner)["id", default: ""])
        let id = try await number(
            """
            INSERT INTO files (id, product_id, filename, url, type, mime_type, size, sha256)
            SELECT next.id, $1, 'paper.pdf', '/uploads/files/' || next.id || '_paper.pdf', 'manual', 'application/pdf',
              size, sha256
            FROM tracks, (SELECT nextval('files_id_seq') AS id) AS next WHERE tracks.id = $2 RETURNING id::bigint
            """, item, sounds[try self.owner.id])
        return ["id": "\(id)", "file": "\(id)_paper.pdf"]
    }

    /// An internal document about a product that the owner has.
    /// - Parameter isInProduct: `id` is the product's.
    func makeDocument(for owner: Person, isInProduct: Bool = false) async throws -> [String: String] {
        let product = try await makeOwnedProduct(for: owner)["owned", default: ""]
        let form = TestApp.form(Data("%PDF-1.4\n%%EOF\n".utf8), named: "service.pdf", fields: [("title", "Service")])
        let answer = try await app.request(
            .POST, "/api/v1/admin/products/\(product)/docs", headers: form.headers, body: form.body,
            token: try person(.superAdmin).accessToken)
        guard let id = (answer.data as? [String: Any])?["id"] as? Int else {
            throw TestFailure("the document answered \(answer)")
        }
        return ["id": isInProduct ? product : "\(id)", "document": "\(id)"]
    }
}
