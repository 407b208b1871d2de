import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresErrorTests {
    @Test func violationsTellConstraintAndColumn() async throws {
        try await withDatabase(isMigrated: false) { database async throws in
            for sql in [
                "CREATE TABLE parents (id int PRIMARY KEY)",
                """
                CREATE TABLE t (id int CONSTRAINT t_id_key UNIQUE, name text, parent int REFERENCES parents,
                    size int CONSTRAINT t_size_check CHECK (size > 0), needed int NOT NULL DEFAULT 1)
                """,
                "CREATE UNIQUE INDEX t_name_lower_key ON t (lower(name))",
                "INSERT INTO t (id, name) VALUES (1, 'One')",
            ] { try await database.execute(sql) }

            let unique = await failure { try await database.execute("INSERT INTO t (id) VALUES (1)") }
            #expect(unique?.code == .uniqueViolation)
            #expect(unique?.sqlState == "23505")
            #expect(unique?.constraint == "t_id_key")
            #expect(unique?.column == "id")
            let ignoringCase = await failure { try await database.execute("INSERT INTO t (name) VALUES ($1)", "ONE") }
            #expect(ignoringCase?.constraint == "t_name_lower_key")
            #expect(ignoringCase?.column == "name")
            let foreign = await failure { try await database.execute("INSERT INTO t (parent) VALUES (9)") }
            #expect(foreign?.code == .foreignKeyViolation)
            #expect(foreign?.column == "parent")
            let check = await failure { try await database.execute("INSERT INTO t (size) VALUES (0)") }
            #expect(check?.code == .checkViolation)
            #expect(check?.constraint == "t_size_check")
            let null = await failure { try await database.execute("INSERT INTO t (needed) VALUES (NULL)") }
            #expect(null?.code == .notNullViolation)
            #expect(null?.column == "needed")
            let syntax = await failure { try await database.execute("SELEC 1") }
            #expect(syntax?.code == .other)
            #expect(syntax?.sqlState == "42601")
        }
    }

    @Test(
        arguments: [
            ("Key (id)=(1) already exists.", "id"),
            ("Key (lower(email::text))=(a@b.c) already exists.", "email"),
            ("Key (lower((username)::text))=(x) already exists.", "username"),
            ("Schlüssel »(name)=(Eins)« existiert bereits.", "name"),
            ("Key (user_id, product_id)=(1, 2) already exists.", nil),
            ("Key (id)=()=(x) already exists.", "id"),
            ("Nothing of the kind.", nil),
            (")=(", nil),
            ("()=()", nil),
        ] as [(String, String?)])
    func findsTheColumnOfADetail(detail: String, column: String?) {
        #expect(PostgresError.column(detail: detail) == column)
    }

    @Test func oneStateIsTwoKinds() {
        #expect(PostgresError.code(sqlState: "57014", wasCancelled: true) == .cancelled)
        #expect(PostgresError.code(sqlState: "57014", wasCancelled: false) == .timeout)
    }
}
