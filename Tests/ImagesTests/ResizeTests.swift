import Testing

@testable import BackpropImages

@Suite struct ResizeTests {
  @Test func shrinkingTakesTheMeanOfWhatIsCovered() {
    let image = GrayImage(width: 4, height: 2, pixels: [0, 100, 200, 40, 20, 40, 0, 0])
    // (0 + 100 + 20 + 40) / 4 and (200 + 40 + 0 + 0) / 4
    #expect(image.resized(width: 2, height: 1).pixels == [40, 60])
    // Thirds of 4 pixels: (0 + 100/3) / (4/3), (2/3 100 + 2/3 200) / (4/3), (200/3 + 40) / (4/3)
    let row = GrayImage(width: 4, height: 1, pixels: [0, 100, 200, 40])
    #expect(row.resized(width: 3, height: 1).pixels == [25, 150, 80])
  }

  @Test func growingInterpolates() {
    let row = GrayImage(width: 2, height: 1, pixels: [0, 100])
    // Centres of the new pixels at -0.25, 0.25, 0.75, 1.25 of the old.
    #expect(row.resized(width: 4, height: 1).pixels == [0, 25, 75, 100])
    #expect(row.resized(width: 2, height: 3).pixels == [0, 100, 0, 100, 0, 100])
  }

  @Test func theSameSizeIsTheSamePicture() {
    let image = GrayImage(width: 3, height: 2, pixels: [1, 2, 3, 250, 251, 252])
    #expect(image.resized(width: 3, height: 2) == image)
  }

  @Test func oneShadeStaysOneShade() {
    let image = GrayImage(width: 37, height: 23, filledWith: 201)
    for (width, height) in [(1, 1), (20, 12), (36, 24), (100, 3)] {
      #expect(
        image.resized(width: width, height: height)
          == GrayImage(width: width, height: height, filledWith: 201))
    }
  }

  @Test func partsAndNegatives() {
    let image = GrayImage(width: 3, height: 2, pixels: [1, 2, 3, 4, 5, 6])
    #expect(image.cropped(x: 1, y: 0, width: 2, height: 2).pixels == [2, 3, 5, 6])
    #expect(image.inverted().pixels == [254, 253, 252, 251, 250, 249])
  }

  /// Each colour is resized as a picture in gray is.
  @Test func coloursByThemselves() {
    let image = RGBImage(width: 5, height: 4, pixels: (0..<60).map { UInt8($0 * 37 % 251) })
    for (width, height) in [(2, 3), (9, 7), (5, 4)] {
      let resized = image.resized(width: width, height: height)
      for channel in 0..<3 {
        func plane(_ image: RGBImage) -> [UInt8] {
          stride(from: channel, to: image.pixels.count, by: 3).map { image.pixels[$0] }
        }
        let gray = GrayImage(width: 5, height: 4, pixels: plane(image))
        #expect(plane(resized) == gray.resized(width: width, height: height).pixels)
      }
    }
  }
}
