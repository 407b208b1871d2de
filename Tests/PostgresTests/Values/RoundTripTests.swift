import Foundation
import Postgres
import TestSupport
import Testing

/// Whatever is sent comes back the same.
@Suite struct RoundTripTests {
    private enum Colour: String, CaseIterable, PostgresCodable { case red, green }

    private struct Document: Codable, Hashable {
        let name: String
        let sizes: [Int]
        let at: Date
    }

    private func check<T: PostgresCodable & Equatable>(
        _ values: [T], as type: String, in database: Database, _ comment: Comment
    ) async throws {
        for value in values {
            let back = try await database.row("SELECT $1::\(type)", value) { row throws(PostgresError) in
                try row.decode(0, as: T.self)
            }
            #expect(back == value, comment)
        }
        let null = try await database.row("SELECT NULL::\(type)") { row throws(PostgresError) in
            try row.decode(0, as: T?.self)
        }
        #expect(null == .some(nil), comment)
    }

    @Test func scalars() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        try await withDatabase(isMigrated: false) { database async throws in
            let comment: Comment = "seed \(seed)"
            try await check([true, false], as: "bool", in: database, comment)
            let integers = [0, 1, -1, .max, .min] + (0..<20).map { _ in Int.random(in: .min ... .max, using: &random) }
            try await check(integers, as: "int8", in: database, comment)
            try await check(integers, as: "numeric", in: database, comment)
            try await check(integers.map(Int64.init), as: "int8", in: database, comment)
            try await check(integers.map(RowID<Colour>.init(rawValue:)), as: "int8", in: database, comment)
            try await check([0, .max, .min] as [Int32], as: "int4", in: database, comment)
            try await check([0, 32_767, -32_768], as: "int2", in: database, comment)
            try await check([0, 4_294_967_295], as: "oid", in: database, comment)
            let doubles =
                [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 0.1]
                + (0..<20).map { _ in Double(bitPattern: .random(in: 0...(.max >> 2), using: &random)) }
            try await check(doubles, as: "float8", in: database, comment)
            try await check([0, 0.1, -12_345.678, 1e20, 1e-9], as: "numeric", in: database, comment)
            try await check([0, 0.5, -1.25], as: "float4", in: database, comment)
            try await check((0..<10).map { _ in UUID() }, as: "uuid", in: database, comment)
            try await check(Colour.allCases, as: "text", in: database, comment)
        }
    }

    @Test func textOfAnyKind() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        try await withDatabase(isMigrated: false) { database async throws in
            let scalars = (0..<40).map { _ in
                String(
                    String.UnicodeScalarView(
                        (0..<Int.random(in: 0...30, using: &random)).compactMap { _ in
                            Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &random))
                        }))
            }
            let texts = ["", "NULL", "\\N", "{}", "a\"b\\c,{d}", "مرحبا 🎹"] + scalars
            try await check(texts, as: "text", in: database, "seed \(seed)")
            try await check([texts, [], ["NULL"]], as: "text[]", in: database, "seed \(seed)")
            let blobs = (0..<20).map { size in (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) } }
            try await check(blobs, as: "bytea", in: database, "seed \(seed)")
        }
    }

    @Test func arrays() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            try await check([[], [1, -2, .max]], as: "int8[]", in: database, "")
            try await check([[1, -2]], as: "int4[]", in: database, "")
            try await check([[true, false]], as: "bool[]", in: database, "")
            try await check([[1.5, -0.25]], as: "float8[]", in: database, "")
            try await check([[UUID(), UUID()]], as: "uuid[]", in: database, "")
            let counted = try await database.row(
                "SELECT count(*) FROM generate_series(1, 9) n WHERE n = ANY($1)", [2, 4, 99]
            ) {
                row throws(PostgresError) in try row.decode(0, as: Int.self)
            }
            #expect(counted == 2)
        }
    }

    @Test func moments() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        try await withDatabase(isMigrated: false) { database async throws in
            // Whole microseconds, which both sides can hold exactly near the reference date.
            let random = (0..<40).map { _ in
                Date(
                    timeIntervalSinceReferenceDate: Double(Int64.random(in: -(1 << 51)...(1 << 51), using: &random))
                        / 1_000_000)
            }
            let known = [0, 951_782_400, 1_705_314_600.5, -62_135_596_800, -100_000_000_000, 300_000_000_000]
            let moments = random + known.map(Date.init(timeIntervalSince1970:)) + [.distantFuture, .distantPast]
            try await check(moments, as: "timestamptz", in: database, "seed \(seed)")
            try await check([Date(timeIntervalSince1970: 86_400 * 19_737)], as: "date", in: database, "")
            let forever = try await database.row("SELECT 'infinity'::timestamptz, '-infinity'::timestamptz") {
                row throws(PostgresError) -> [Date] in [try row.decode(0), try row.decode(1)]
            }
            #expect(forever == [.distantFuture, .distantPast])
            #expect(
                await failure {
                    try await database.execute("SELECT $1::timestamptz", Date(timeIntervalSince1970: 1e18))
                }?.sqlState == "22008")
            let day = try await database.row("SELECT $1::date", "2024-02-29") { row throws(PostgresError) in
                try row.decode(0, as: String.self)
            }
            #expect(day == "2024-02-29")
        }
    }

    @Test func json() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            let document = Document(name: "a\"b\\c", sizes: [1, 2], at: Date(timeIntervalSince1970: 1_700_000_000))
            try await check([JSON(document)], as: "jsonb", in: database, "")
            try await check([JSON(document)], as: "json", in: database, "")
            let wrong = await failure {
                try await database.row("SELECT '[]'::jsonb AS d") { row throws(PostgresError) in
                    try row.decode("d", as: JSON<Document>.self)
                }
            }
            #expect(wrong?.code == .undecodable)
            #expect(wrong?.column == "d")
            #expect(try await text("SELECT '{\"a\": 1}'::jsonb", in: database) == "{\"a\": 1}")
        }
    }
}
