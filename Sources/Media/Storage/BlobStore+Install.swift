extension BlobStore {
    /// Moves a finished temporary file to its place and makes the move durable.
    ///
    /// The directories above are made durable each time, since one that is found may have been made by another thread a
    /// moment ago. For those that are durable already this costs next to nothing.
    func install(_ temporary: String, as path: String, in blob: BlobID) throws(MediaError) {
        let shard = shard(of: blob)
        try FileSystem.makeDirectory(shard)
        try FileSystem.rename(temporary, path)
        for directory in [shard, "\(directory)/blobs/\(blob.rawValue.prefix(2))", "\(directory)/blobs"] {
            try FileSystem.synchroniseDirectory(directory)
        }
    }
}
