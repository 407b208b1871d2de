internal import CLibAV

extension InputFile {
    /// Brings the demuxer to some packet of the audio at or before a time; to which one, only its bytes tell.
    /// - Returns: whether the container can be searched.
    borrowing func seek(toSeconds seconds: Double) -> Bool {
        let time = Int64(seconds / av_q2d(timeBase)) + max(0, startTime)
        return avformat_seek_file(context, streamNumber, Int64.min, time, time, 0) >= 0
    }
}
