import BackpropImages
import Testing

@testable import BackpropData

@Suite struct ImagePreparationTests {
  /// A thick "L" of light ink on black: a stem of 12 x 60 and a foot of 40 x 12 pixels.
  private func letter(ink: UInt8, paper: UInt8, width: Int, height: Int, x: Int, y: Int)
    -> GrayImage
  {
    var image = GrayImage(width: width, height: height, filledWith: paper)
    for row in 0..<60 {
      for column in 0..<(row >= 48 ? 40 : 12) { image[x + column, y + row] = ink }
    }
    return image
  }

  private func centre(_ image: GrayImage) -> (x: Double, y: Double) {
    var (mass, x, y) = (0.0, 0.0, 0.0)
    for row in 0..<image.height {
      for column in 0..<image.width {
        mass += Double(image[column, row])
        x += Double(column) * Double(image[column, row])
        y += Double(row) * Double(image[column, row])
      }
    }
    return (x / mass, y / mass)
  }

  private func extent(_ image: GrayImage) -> (width: Int, height: Int) {
    let columns = (0..<image.width).filter { x in (0..<image.height).contains { image[x, $0] > 0 } }
    let rows = (0..<image.height).filter { y in (0..<image.width).contains { image[$0, y] > 0 } }
    return (columns.last! - columns.first! + 1, rows.last! - rows.first! + 1)
  }

  @Test func inkIsScaledIntoTheBoxAndCentred() throws {
    let digit = try ImagePreparation.digit(
      letter(ink: 255, paper: 0, width: 100, height: 90, x: 50, y: 5))
    #expect(digit.width == 28 && digit.height == 28)
    // 40 x 60 becomes 13 x 20.
    #expect(extent(digit) == (13, 20))
    let middle = centre(digit)
    #expect(abs(middle.x - 14) <= 0.5 && abs(middle.y - 14) <= 0.5)
    #expect(digit.pixels.max() == 255)
  }

  @Test func placeContrastAndShadesDoNotMatter() throws {
    let expected = try ImagePreparation.digit(
      letter(ink: 255, paper: 0, width: 100, height: 90, x: 50, y: 5))
    for (ink, paper): (UInt8, UInt8) in [(0, 255), (30, 200), (255, 90), (100, 0)] {
      let other = letter(ink: ink, paper: paper, width: 211, height: 150, x: 3, y: 80)
      #expect(try ImagePreparation.digit(other) == expected, "ink \(ink) on \(paper)")
    }
  }

  @Test func unevenPaperIsNotInk() throws {
    let clean = letter(ink: 20, paper: 200, width: 120, height: 110, x: 30, y: 20)
    var noisy = clean
    var state: UInt32 = 5
    for index in noisy.pixels.indices where noisy.pixels[index] == 200 {
      state = state &* 1_664_525 &+ 1_013_904_223
      noisy.pixels[index] = 193 + UInt8(state >> 24) % 15
    }
    #expect(extent(try ImagePreparation.digit(noisy)) == (13, 20))
  }

  @Test func aPictureLikeMNISTIsLeftAlone() throws {
    var image = GrayImage(width: 28, height: 28)
    for index in 0..<40 { image[5 + index % 8, 3 + index / 8] = UInt8(100 + index) }
    #expect(try ImagePreparation.digit(image) == image)
    // Dark on light of the same size is prepared, and comes out light on dark.
    let negative = try ImagePreparation.digit(image.inverted())
    #expect(negative[0, 0] == 0 && negative.pixels.max() == 255)
  }

  @Test func transparentPicturesAreSeenOnWhicheverPaperShowsThem() throws {
    let shape = letter(ink: 255, paper: 0, width: 100, height: 90, x: 50, y: 5)
    let expected = try ImagePreparation.digit(shape)
    for ink: UInt8 in [0, 255] {
      let pixels = shape.pixels.flatMap { [ink, ink, ink, $0] }
      let image = RGBAImage(width: 100, height: 90, pixels: pixels)
      #expect(try ImagePreparation.digit(image) == expected, "ink \(ink)")
    }
  }

  @Test func aThinLineInALargePictureIsStillInk() throws {
    var image = GrayImage(width: 2000, height: 2000, filledWith: 255)
    for y in 300..<1700 { image[1000, y] = 0 }
    let digit = try ImagePreparation.digit(image)
    #expect(digit.pixels.filter { $0 == 255 }.count == 20)
    #expect(extent(digit) == (1, 20))
  }

  @Test func nothingDrawnIsAnError() {
    for shade: UInt8 in [0, 128, 255] {
      #expect(
        throws: BlankImage(width: 50, height: 40, darkest: shade, lightest: shade)
      ) { try ImagePreparation.digit(GrayImage(width: 50, height: 40, filledWith: shade)) }
    }
    let clear = RGBAImage(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 16))
    #expect(throws: BlankImage.self) { try ImagePreparation.digit(clear) }
  }
}
