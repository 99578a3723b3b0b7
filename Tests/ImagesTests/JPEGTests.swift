import BackpropTestSupport
import Testing

@testable import BackpropImages

/// Where libturbojpeg is not there, that is what the error says; the other tests then have nothing to
/// decode with.
@Suite struct JPEGTests {
  /// The steps of the decoder are those of Pillow's, whose roundings may differ by one.
  private func isNear(_ found: [UInt8], _ expected: [UInt8]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs(Int($0) - Int($1)) <= 2 }
  }

  @Test(.enabled(if: JPEG.isAvailable)) func asPillowDecodes() throws {
    for name in ["colors", "progressive", "gray"] {
      let image = try ImageFile.read(Fixtures.path("jpeg/\(name).jpg"))
      #expect(image.width == 45 && image.height == 30 && image.isOpaque)
      #expect(isNear(image.over(.white).pixels, try Fixtures.bytes("jpeg/\(name).rgb")), "\(name)")
      let gray = try ImageFile.readGray(Fixtures.path("jpeg/\(name).jpg"))
      #expect(isNear(gray.pixels, try Fixtures.bytes("jpeg/\(name).gray")), "\(name)")
    }
  }

  /// A part of the size is decoded alone where the picture is made smaller anyway.
  @Test(.enabled(if: JPEG.isAvailable)) func smallerThanItIs() throws {
    let path = Fixtures.path("jpeg/colors.jpg")
    for (width, height) in [(45, 30), (22, 15), (10, 7), (3, 2)] {
      let whole = try ImageFile.readRGB(path).resized(width: width, height: height)
      let part = try ImageFile.readRGB(path, resizedTo: (width, height))
      #expect(part.width == width && part.height == height)
      // Red and green change slowly; blue has edges, which the two ways blur differently.
      let differences = zip(part.pixels, whole.pixels).enumerated()
        .filter { $0.offset % 3 < 2 }.map { abs(Int($0.element.0) - Int($0.element.1)) }
      #expect(differences.reduce(0, +) < 6 * differences.count, "\(width) x \(height)")
      let gray = try ImageFile.readGray(path, resizedTo: (width, height))
      #expect(gray.width == width && gray.height == height)
    }
  }

  @Test(.enabled(if: JPEG.isAvailable)) func badPicturesAreErrors() throws {
    let file = try Fixtures.bytes("jpeg/colors.jpg")
    for count in 3..<file.count - 2 {
      let cut = Array(file[..<count])
      #expect(throws: ImageError.self, "cut at \(count)") { try ImageFile.decode(cut) }
    }
    let cmyk = #expect(throws: ImageError.self) {
      try ImageFile.read(Fixtures.path("jpeg/cmyk.jpg"))
    }
    #expect("\(cmyk!)".contains("CMYK"))
    for index in file.indices.dropFirst(3) {
      var damaged = file
      damaged[index] ^= 0x55
      // Any answer but a crash: a JPEG has no checksums.
      _ = try? ImageFile.decode(damaged)
    }
    // A header that says more than so few bytes can hold.
    var large = file
    let start = try #require(
      file.indices.dropLast(9).first { file[$0] == 0xff && file[$0 + 1] == 0xc0 })
    large.replaceSubrange(start + 5..<start + 9, with: [0x1f, 0xff, 0x1f, 0xff])
    let error = #expect(throws: ImageError.self) { try ImageFile.decode(large) }
    guard case .truncated = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(.disabled(if: JPEG.isAvailable)) func theErrorNamesThePackage() throws {
    let error = #expect(throws: ImageError.self) {
      try ImageFile.read(Fixtures.path("jpeg/colors.jpg"))
    }
    #expect("\(error!)".contains("libturbojpeg0") && "\(error!)".contains("colors.jpg"))
  }

  /// All that cannot be read are named.
  @Test func allBadPicturesAreNamed() throws {
    let good = Fixtures.path("png/gray8.png")
    let bad = [Fixtures.path("png/none.png"), Fixtures.path("idx/labels-idx1-ubyte")]
    #expect(try ImageFile.readAll([good, good]) { try ImageFile.read($0) }.count == 2)
    let error = #expect(throws: BadImages.self) {
      try ImageFile.readAll([bad[0], good, bad[1]]) { try ImageFile.read($0) }
    }
    #expect(error?.errors.count == 2)
    for path in bad { #expect("\(error!)".contains(path)) }
    #expect("\(error!)".hasPrefix("2 pictures cannot be used:"))
  }
}
