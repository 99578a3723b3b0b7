import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropImages

@Suite struct PNGTests {
  static let names =
    [1, 2, 4, 8, 16].flatMap { ["gray\($0)", "gray\($0)-trns"] }
    + [8, 16].flatMap { ["rgb\($0)", "rgb\($0)-trns", "graya\($0)", "rgba\($0)"] }
    + [1, 2, 4, 8].flatMap { ["palette\($0)", "palette\($0)-trns"] }

  @Test func everyColourTypeAndDepthPlainAndInterlaced() throws {
    for name in Self.names {
      let expected = try Fixtures.bytes("png/\(name).rgba")
      for suffix in ["", "-adam7"] {
        let image = try ImageFile.read(Fixtures.path("png/\(name)\(suffix).png"))
        #expect(image.width == 13 && image.height == 9)
        #expect(image.pixels == expected, "\(name)\(suffix)")
      }
    }
  }

  @Test func everyFilter() throws {
    for name in ["photo", "photo-gray"] {
      let expected = try Fixtures.bytes("png/\(name).rgba")
      #expect(try ImageFile.read(Fixtures.path("png/\(name).png")).pixels == expected)
      #expect(try ImageFile.read(Fixtures.path("png/\(name)-filters.png")).pixels == expected)
    }
  }

  @Test func gray() throws {
    for name in ["photo", "photo-gray"] {
      let image = try ImageFile.readGray(Fixtures.path("png/\(name).png"))
      #expect(image.pixels == (try Fixtures.bytes("png/\(name).gray")))
    }
  }

  @Test func whatIsEncodedComesBack() throws {
    var state: UInt32 = 1
    for (width, height) in [(1, 1), (1, 9), (9, 1), (30, 20)] {
      let bytes = (0..<4 * width * height).map { index -> UInt8 in
        state = state &* 1_664_525 &+ 1_013_904_223
        return index % 3 == 0 ? UInt8(state >> 24) : UInt8(truncatingIfNeeded: index)
      }
      let rgba = RGBAImage(width: width, height: height, pixels: bytes)
      #expect(try PNG.decode(PNG.encode(rgba)) == rgba)
      let rgb = rgba.over(.black)
      #expect(try PNG.decode(PNG.encode(rgb)).over(.white) == rgb)
      let gray = rgb.gray
      #expect(try PNG.decode(PNG.encode(gray)).over(.white).gray == gray)
    }
  }

  @Test func transparencyShowsTheBackground() {
    let image = RGBAImage(
      width: 3, height: 1, pixels: [10, 20, 30, 0, 10, 20, 30, 255, 0, 100, 200, 51])
    #expect(image.over(.white).pixels == [255, 255, 255, 10, 20, 30, 204, 224, 244])
    #expect(image.over(.black).pixels == [0, 0, 0, 10, 20, 30, 0, 20, 40])
    #expect(!image.isOpaque)
  }

  @Test func everyCutIsAnError() throws {
    for name in ["palette4-trns", "rgb8-adam7"] {
      let file = try Fixtures.bytes("png/\(name).png")
      for count in 0..<file.count {
        #expect(throws: ImageError.self) { try ImageFile.decode(Array(file[..<count])) }
      }
    }
  }

  @Test func everyDamagedByteIsAnError() throws {
    let file = try Fixtures.bytes("png/palette4-trns.png")
    for index in file.indices {
      for bit in 0..<8 {
        var damaged = file
        damaged[index] ^= 1 << bit
        #expect(throws: ImageError.self, "byte \(index)") { try ImageFile.decode(damaged) }
      }
    }
  }

  /// With its checksums put right, damage reaches the decoder itself: any answer but a crash.
  @Test func damageUnderARightChecksumDoesNotCrash() throws {
    for name in ["palette4-trns", "gray16-adam7", "rgb8-trns"] {
      let file = try Fixtures.bytes("png/\(name).png")
      var errors = 0
      for index in 16..<file.count - 12 {
        var damaged = file
        damaged[index] &+= 0x5b
        if (try? PNG.decode(withRightChecksums(damaged), maximumPixelCount: 1 << 20)) == nil {
          errors += 1
        }
      }
      #expect(errors > 20)
    }
  }

  @Test func aSmallFileCannotAskForMuchMemory() throws {
    var file = try Fixtures.bytes("png/rgba8.png")
    file.replaceSubrange(16..<24, with: [0, 0, 0x80, 0, 0, 0, 0x80, 0])
    let bomb = withRightChecksums(file)
    #expect(throws: ImageError(.tooLarge(width: 32768, height: 32768, limit: 1 << 26))) {
      try ImageFile.decode(bomb)
    }
    // Even where so many pixels are allowed, the file is too small to hold them.
    let error = #expect(throws: ImageError.self) {
      try ImageFile.decode(bomb, maximumPixelCount: .max)
    }
    guard case .truncated = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func whatIsNoPictureIsSaidSo() {
    let bytes = Array("GIF89a......".utf8)
    let error = ImageError(
      .notAnImage(firstBytes: [0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x2e, 0x2e]), file: "a.gif")
    #expect(throws: error) { try ImageFile.decode(bytes, file: "a.gif") }
    #expect(error.description.contains("47 49 46 38"))
    #expect(throws: ImageError(.notAnImage(firstBytes: []))) { try ImageFile.decode([]) }
  }

  /// A chunk that a reader may pass over is passed over where it is wrong, as other decoders do.
  @Test func aTransparencyThatBreaksTheFormatIsPassedOver() throws {
    func check(_ name: String, tRNS data: [UInt8], _ comment: Comment) throws {
      let file = try Fixtures.bytes("png/\(name).png")
      let expected = try PNG.decode(file)
      var chunk: [UInt8] = []
      chunk.append(bigEndian: UInt32(data.count))
      chunk += Array("tRNS".utf8) + data + [0, 0, 0, 0]
      // Before the first IDAT.
      let place =
        try #require(
          file.indices.dropLast(4).first { Array(file[$0..<$0 + 4]) == Array("IDAT".utf8) }) - 4
      let changed = withRightChecksums(Array(file[..<place]) + chunk + Array(file[place...]))
      #expect(try PNG.decode(changed) == expected, comment)
    }
    for name in ["rgba8", "rgba16", "graya8", "rgba8-adam7"] {
      try check(name, tRNS: [0, 0, 0, 0, 0, 0], "\(name) has transparency already")
      try check(name, tRNS: [], "\(name)")
    }
    try check("palette4", tRNS: [UInt8](repeating: 0, count: 17), "more than 16 colours")
    try check("palette8", tRNS: [UInt8](repeating: 0, count: 257), "more than 256 colours")
    try check("gray8", tRNS: [0], "one byte")
    try check("rgb8", tRNS: [0, 0], "that of gray")
  }

  @Test func inGrayAsInColour() throws {
    for name in Self.names + ["photo", "photo-gray", "rgba8-adam7", "gray1-trns-adam7"] {
      let file = try Fixtures.bytes("png/\(name).png")
      let colors = try PNG.decode(file)
      let gray = try PNG.decodeGray(file, maximumPixelCount: .max)
      #expect(gray.overWhite == colors.over(.white).gray, "\(name)")
      #expect((gray.overBlack ?? gray.overWhite) == colors.over(.black).gray, "\(name)")
      #expect((gray.overBlack == nil) == colors.isOpaque, "\(name)")
    }
  }

  /// Data that end early take no more memory than what there was of them.
  @Test func dataThatAreMissingOrTooMany() throws {
    func file(_ rows: Int, of height: UInt8) -> [UInt8] {
      var file = PNG.encode(GrayImage(width: 7, height: rows, filledWith: 5))
      file.replaceSubrange(20..<24, with: [0, 0, 0, height])
      return withRightChecksums(file)
    }
    #expect(try PNG.decode(file(9, of: 9)).pixels.count == 4 * 63)
    #expect(throws: ImageError(.invalid("the image data end before the picture does"))) {
      try PNG.decode(file(8, of: 9))
    }
    #expect(throws: ImageError(.invalid("the image data hold more bytes than the picture has"))) {
      try PNG.decode(file(10, of: 9))
    }
  }

  private func withRightChecksums(_ file: [UInt8]) -> [UInt8] {
    var result = file
    var position = 8
    while position + 12 <= result.count {
      let count = Int(result.bigEndian(UInt32.self, at: position))
      if count > result.count - position - 12 { break }
      let end = position + 8 + count
      var checksum: [UInt8] = []
      checksum.append(bigEndian: Zlib.crc32(result, in: position + 4..<end))
      result.replaceSubrange(end..<end + 4, with: checksum)
      position = end + 4
    }
    return result
  }
}
