internal import Foundation

/// Bytes in parts that fit into a message.
struct Pieces: Sequence {
    private static let bytes = 1 << 20
    let whole: Data

    init(of whole: Data) { self.whole = whole }

    func makeIterator() -> some IteratorProtocol<Data> {
        stride(from: whole.startIndex, to: whole.endIndex, by: Self.bytes).lazy.map { start in
            whole[start..<Swift.min(start + Self.bytes, whole.endIndex)]
        }.makeIterator()
    }
}
