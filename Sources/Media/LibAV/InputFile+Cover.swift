internal import CLibAV

extension InputFile {
    /// The picture inside the file as it is stored there: the front cover where several are named, else the first.
    var cover: [UInt8]? {
        let pictures = (0..<Int(context.pointee.nb_streams)).compactMap { context.pointee.streams[$0] }.filter {
            $0.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
                && (1...Picture.maximumBytes).contains(Int($0.pointee.attached_pic.size))
        }
        let front = pictures.first { picture in
            Options.pairs(of: picture.pointee.metadata).contains { $0.key == "comment" && $0.value == "Cover (front)" }
        }
        guard let picture = (front ?? pictures.first)?.pointee.attached_pic, let data = picture.data else { return nil }
        return Array(UnsafeBufferPointer(start: data, count: Int(picture.size)))
    }
}
