internal import Foundation

extension BlobStore {
    /// Moves a finished temporary file to its place and makes the move durable.
    func install(_ temporary: String, as path: String, in blob: BlobID) throws(MediaError) {
        let shard = shard(of: blob)
        if try FileSystem.status(shard) == nil {
            try FileSystem.makeDirectory(shard)
            try FileSystem.synchroniseDirectory("\(directory)/blobs/\(blob.rawValue.prefix(2))")
            try FileSystem.synchroniseDirectory("\(directory)/blobs")
        }
        try FileSystem.rename(temporary, path)
        try FileSystem.synchroniseDirectory(shard)
    }
}
