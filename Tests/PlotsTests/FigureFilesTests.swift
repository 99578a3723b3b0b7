import Foundation
import BackpropImages
import BackpropTestSupport
import Testing

@testable import BackpropPlots

@Suite struct FigureFilesTests {
  static func decode(_ png: [UInt8]) throws -> (width: Int, height: Int, pixels: [RGB]) {
    let image = try PNG.decode(png).over(.white)
    let pixels = stride(from: 0, to: image.pixels.count, by: 3).map {
      RGB(image.pixels[$0], image.pixels[$0 + 1], image.pixels[$0 + 2])
    }
    return (image.width, image.height, pixels)
  }

  @Test func encodedPixelsComeBack() throws {
    let colors = [RGB(255, 0, 0), RGB(0, 255, 0), RGB(1, 2, 3), RGB(9, 9, 9), RGB(0), RGB(7, 8, 9)]
    let image = try Self.decode(colors.png(width: 3, height: 2))
    #expect(image.width == 3 && image.height == 2 && image.pixels == colors)
    let grays = (0..<6).map { RGB(UInt8($0), UInt8($0), UInt8($0)) }
    let file = grays.png(width: 2, height: 3)
    let gray = try Self.decode(file)
    #expect(gray.width == 2 && gray.height == 3 && gray.pixels == grays)
    // The colour type: one byte a pixel where all are grey.
    #expect(file[25] == 0)
  }

  @Test func imagesAreScaledByWholePixels() throws {
    var figure = Figure(width: 40, height: 20, rows: 1, columns: 2)
    figure[0, 0].imshow([[0, 255], [255, 0]], limits: 0...255)
    figure[0, 1].imshow([[128]], limits: 0...255)
    let image = try Self.decode(figure.png())
    // 40 / (2 · (2 + 1)) = 6 pixels a value, and as many between the images.
    #expect(image.width == 2 * (12 + 6) + 6 && image.height == 12 + 2 * 6)
    func pixel(_ x: Int, _ y: Int) -> UInt8 { image.pixels[y * image.width + x].red }
    #expect(pixel(0, 0) == 255)
    #expect(pixel(6, 6) == 0 && pixel(11, 11) == 0)
    #expect(pixel(12, 6) == 255 && pixel(17, 11) == 255)
    #expect(pixel(6, 12) == 255 && pixel(12, 12) == 0)
    // The single pixel stands in the middle of its cell.
    #expect(pixel(24 + 2, 6) == 255 && pixel(24 + 3, 9) == 128 && pixel(24 + 8, 14) == 128)
    #expect(image.pixels.count { $0.red == 128 } == 36)
  }

  @Test func svgHoldsTheImageInFewBytes() throws {
    let reader = SVGReader(SampleFigures.digits.svg())
    let images = reader.all("image")
    #expect(images.count == 10)
    let link = try #require(images[3].attributes["href"])
    #expect(link.hasPrefix("data:image/png;base64,"))
    let data = try #require(Data(base64Encoded: String(link.dropFirst(22))))
    let image = try Self.decode(Array(data))
    let expected = SampleFigures.digit(3)
    let high = expected.joined().max()!
    #expect(image.width % 28 == 0 && image.width == image.height)
    let repeats = image.width / 28
    for row in 0..<28 {
      for column in 0..<28 {
        let value = 255 - (expected[row][column] / high * 255).rounded()
        #expect(
          Double(image.pixels[row * repeats * image.width + column * repeats].red) == value)
      }
    }
  }

  @Test func writesByEnding() throws {
    try withTemporaryFolder { folder in
      let svg = folder + "/a.svg"
      try SampleFigures.tangent.write(to: svg)
      let text = try String(contentsOfFile: svg, encoding: .utf8)
      #expect(text == SampleFigures.tangent.svg())
      let png = folder + "/b.PNG"
      try SampleFigures.digits.write(to: png)
      let written = try Array(Data(contentsOf: URL(fileURLWithPath: png)))
      #expect(try SampleFigures.digits.png() == written)
    }
  }

  @Test func errorsSayWhatToDo() {
    #expect(throws: PlotError.unknownFormat(path: "a.pdf", found: "pdf")) {
      try Figure().write(to: "a.pdf")
    }
    let error = #expect(throws: PlotError.self) { try SampleFigures.tangent.write(to: "a.png") }
    #expect(error?.description.contains("Write the figure as .svg") == true)
    #expect(error?.description.contains("a.png") == true)
    let missing = #expect(throws: PlotError.self) {
      try Figure().write(to: "/no/such/folder/a.svg")
    }
    #expect(missing?.description.hasPrefix("/no/such/folder/a.svg:") == true)
  }
}
