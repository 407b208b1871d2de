/// Reads the network byte order of PostgreSQL's binary formats; valid as long as the bytes are.
struct BinaryReader {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(PostgresError) -> T {
        T(bigEndian: try bytes(MemoryLayout<T>.size).loadUnaligned(as: T.self))
    }

    mutating func bytes(_ count: Int) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard count <= rest.count else {
            throw PostgresError(.undecodable, "A value from the database ends too early.")
        }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
}
