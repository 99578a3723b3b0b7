import BackpropTestSupport
import Testing

@testable import BackpropImages

@Suite struct NetpbmTests {
  @Test func filesByPillow() throws {
    let gray = try ImageFile.readGray(Fixtures.path("netpbm/gray.pgm"))
    #expect(gray.width == 7 && gray.height == 5)
    #expect(gray.pixels == (try Fixtures.bytes("netpbm/gray.raw")))
    let color = try ImageFile.read(Fixtures.path("netpbm/color.ppm")).over(.white)
    #expect(color.pixels == (try Fixtures.bytes("netpbm/color.raw")))
  }

  @Test func textWithComments() throws {
    let text = "P2 # a comment\n# another\n3\t2\n15\n0 5 10\n15 # and one here\n3 6\n"
    let image = try ImageFile.decode(Array(text.utf8)).over(.white).gray
    #expect(image == GrayImage(width: 3, height: 2, pixels: [0, 85, 170, 255, 51, 102]))
    let color = try ImageFile.decode(Array("P3 1 1 255 1 2 3".utf8)).over(.white)
    #expect(color.pixels == [1, 2, 3])
  }

  @Test func twoBytesASample() throws {
    let file = Array("P5 2 1 65535\n".utf8) + [0xff, 0xff, 0x80, 0x80]
    #expect(try ImageFile.decode(file).over(.white).gray.pixels == [255, 128])
    let color = Array("P6 1 1 1000\n".utf8) + [0x03, 0xe8, 0, 0, 0x01, 0xf4]
    #expect(try ImageFile.decode(color).over(.white).pixels == [255, 0, 128])
  }

  @Test func everyCutIsAnError() throws {
    for file in [try Fixtures.bytes("netpbm/color.ppm"), Array("P2 2 2 9 1 2 3 4".utf8)] {
      for count in 0..<file.count {
        #expect(throws: ImageError.self) { try ImageFile.decode(Array(file[..<count])) }
      }
    }
  }

  @Test func badHeadersAndSamples() {
    for text in [
      "P2 0 2 9 1", "P2 2 2 0 1 2 3 4", "P2 2 2 65536 1 2 3 4", "P2 x 2 9 1 2 3 4",
      "P2 1 1 9 10", "P2 -1 1 9 1", "P2 99999999999999999999 1 9 1", "P2 65536 65536 255 1",
      "P5 2000000000 2000000000 255 1",
    ] {
      #expect(throws: ImageError.self, "\(text)") { try ImageFile.decode(Array(text.utf8)) }
    }
  }
}
