internal import Foundation
internal import GRPCCore
internal import Media
internal import SwiftProtobuf

extension WorkerService {
    /// A file that is being converted; it has to stay open until the last piece.
    private struct Conversion {
        let file: GivenFile
        let pieces: TranscodedPieces

        init(_ file: GivenFile, as wish: Transcoder.Wish) throws {
            self.file = file
            pieces = try TranscodedPieces(file.path, as: wish)
        }

        func bytes(ofPiece number: Int64) throws -> [UInt8] {
            try withExtendedLifetime(file) { try pieces.bytes(ofPiece: number) }
        }
    }

    /// One piece is made when the one before has been taken: whoever reads slowly costs no memory, and whoever leaves
    /// ends the work after the piece.
    func transcode(
        request: Talas_Media_V1_TranscodeRequest, response: RPCWriter<Talas_Media_V1_Piece>, context: ServerContext
    ) async throws {
        let conversion = try await perform(request.source) { file in
            try Conversion(file, as: try Transcoder.Wish(request))
        }
        for number in 0..<conversion.pieces.count {
            let bytes = try await work(request.source) { try conversion.bytes(ofPiece: number) }
            for piece in Pieces(of: Data(bytes)) { try await response.write(.with { $0.bytes = piece }) }
        }
    }
}

extension Transcoder.Wish {
    /// - Throws: `.invalidOption` for a format there is not.
    init(_ request: Talas_Media_V1_TranscodeRequest) throws(MediaError) {
        guard let format = TranscodeFormat(rawValue: request.format) else {
            throw MediaError(code: .invalidOption, message: "There is no format \"\(request.format)\".")
        }
        self.init(format, kilobits: request.bitrateKilobits == 0 ? nil : Int(request.bitrateKilobits))
    }
}
