/// How a stored picture has to be turned to be seen upright: the Exif tag `Orientation`, 1 to 8.
struct PictureOrientation: Hashable {
    /// Rows and columns change places.
    let isTransposed: Bool
    /// Of the upright picture, after that.
    let isMirroredAcross: Bool
    let isMirroredDown: Bool

    static let upright = PictureOrientation(exif: 1)

    /// Anything but 2 to 8 means upright.
    init(exif value: Int) {
        isTransposed = (5...8).contains(value)
        isMirroredAcross = [2, 3, 6, 7].contains(value)
        isMirroredDown = [3, 4, 7, 8].contains(value)
    }
}
