extension MultipartPart {
    /// Reads a block of header lines that end with CRLF, without the empty line after it.
    init(header bytes: ArraySlice<UInt8>) throws(MultipartError) {
        var disposition: HeaderValue?
        var contentType: String?
        for line in try Self.lines(bytes) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw MultipartError(.malformedHeader, "A header line of a part has no name and colon.") }
            let value = HeaderValue(line[(colon + 1)...])
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition" where disposition == nil: disposition = value
            case "content-type" where contentType == nil: contentType = value.value
            case "content-transfer-encoding": try Self.check(encoding: value.value)
            default: break
            }
        }
        guard let disposition, disposition.value.lowercased() == "form-data",
            let name = disposition.parameters["name"]
        else {
            throw MultipartError(
                .missingName, "A part of the form has no Content-Disposition of form-data with the name of its field.")
        }
        self.init(
            name: name,
            sentFileName: disposition.parameters["filename*"] ?? disposition.parameters["filename"],
            contentType: contentType)
    }

    /// The lines, with folded ones (RFC 5322 §2.2.3) made whole.
    private static func lines(_ bytes: ArraySlice<UInt8>) throws(MultipartError) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        for var line in bytes.split(separator: 0x0A) {
            guard line.last == 0x0D else {
                throw MultipartError(.malformedHeader, "A header line of a part does not end with CRLF.")
            }
            line = line.dropLast()
            guard !line.contains(0x0D) else {
                throw MultipartError(.malformedHeader, "A header line of a part has a carriage return within.")
            }
            guard line.first == 0x20 || line.first == 0x09 else {
                lines.append(line)
                continue
            }
            guard !lines.isEmpty else {
                throw MultipartError(.malformedHeader, "The first header line of a part begins with a space.")
            }
            lines[lines.count - 1] += line
        }
        return lines
    }

    /// Bytes are taken as they are; RFC 7578 §4.7 forbids to encode them.
    private static func check(encoding: String) throws(MultipartError) {
        guard ["7bit", "8bit", "binary"].contains(encoding.lowercased()) else {
            throw MultipartError(
                .unsupportedEncoding, "A part is sent with a Content-Transfer-Encoding, which forms must not use.")
        }
    }
}
