/// A colour of a picture: red, green, blue and opacity, each 0…255.
package struct WaveformColor: Sendable, Hashable {
    /// Red, 0…255.
    package let red: UInt8
    /// Green, 0…255.
    package let green: UInt8
    /// Blue, 0…255.
    package let blue: UInt8
    /// Opacity, 255 = opaque.
    package let alpha: UInt8

    /// A colour from its parts.
    package init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha
    }

    /// What is drawn when nothing was asked for: reads well on white and on black.
    package static let standard = WaveformColor(red: 0x4F, green: 0x86, blue: 0xF7)
}
