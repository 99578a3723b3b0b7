import BackpropArrays
import BackpropAutodiff
import BackpropTestSupport
import Testing

@testable import BackpropData
@testable import BackpropFiles
@testable import BackpropImages

@Suite struct ImageFolderTests {
  /// Pictures of 6 x 4 pixels: of class b reddish, of class a greenish, each of a shade of its own.
  private func fill(_ folder: String) throws {
    func picture(_ red: Int, _ green: Int) -> RGBImage {
      RGBImage(
        width: 6, height: 4,
        pixels: (0..<24).flatMap { [UInt8(red + $0), UInt8(green + $0), 50] })
    }
    for name in ["b/old", "a", "b", ".hidden"] { try File.createFolder(folder + "/" + name) }
    for (name, image) in [
      ("b/2.png", picture(200, 0)), ("b/10.PNG", picture(180, 0)), ("b/old/1.png", picture(160, 0)),
      ("a/x.png", picture(0, 200)),
    ] { try PNG.write(image, to: folder + "/" + name) }
    let gray = (0..<24).map { UInt8(100 + $0) }
    try AtomicFile.write(Array("P5 6 4 255\n".utf8) + gray, to: folder + "/a/y.pgm")
    try AtomicFile.write(Array("notes".utf8), to: folder + "/a/notes.txt")
    try AtomicFile.write(Array("x".utf8), to: folder + "/a/.x.png")
    try AtomicFile.write(Array("x".utf8), to: folder + "/readme.png")
  }

  @Test func classesAreFolders() throws {
    try withTemporaryFolder { folder in
      try fill(folder)
      let pictures = try ImageFolder(folder, rows: 4, columns: 6)
      #expect(pictures.classNames == ["a", "b"])
      #expect(
        pictures.files
          == ["a/x.png", "a/y.pgm", "b/10.PNG", "b/2.png", "b/old/1.png"].map { folder + "/" + $0 })
      #expect(pictures.labels == [0, 0, 1, 1, 1])
      let batch = pictures.batch([3, 0])
      #expect(batch.images.shape == [2, 3, 4, 6] && batch.labels.doubles == [1, 0])
      let first = batch.images[0].doubles.map { ($0 * 255).rounded() }
      let (red, green) = ((0..<24).map { 200 + Double($0) }, (0..<24).map { Double($0) })
      #expect(first == red + green + [Double](repeating: 50, count: 24))
      var rows = try ImageFolder(folder, colors: .gray, rows: 2, columns: 3)
      rows.options = ImageOptions(normalize: false, flatten: true, oneHot: true)
      let gray = rows.batch([1])
      #expect(gray.images.shape == [1, 6] && gray.labels.doubles == [1, 0])
      // The means of squares of four, rounded.
      #expect(gray.images.doubles == [104, 106, 108, 116, 118, 120])
    }
  }

  /// Decoded once or each time, alone or by a loader's threads: the same bits.
  @Test func keptOrNot() throws {
    try withTemporaryFolder { folder in
      try fill(folder)
      let kept = try ImageFolder(folder, rows: 3, columns: 3)
      let not = try ImageFolder(folder, rows: 3, columns: 3, memoryLimit: 0)
      let expected = kept.batch([0, 1, 2, 3, 4])
      for pictures in [kept, not] {
        for threads in [0, 2] {
          let source = DataLoader(pictures, threads: threads).source(
            of: DataPass(count: 5, batchSize: 2))
          let found = Tensor.concatenate(try (0..<3).map { try source.batch($0).images })
          #expect(found.doubles == expected.images.doubles)
        }
      }
      // What is kept is not read again.
      try File.remove(folder + "/a/x.png")
      #expect(kept.batch([0]).images.doubles == Array(expected.images.doubles[..<27]))
      #expect(throws: BadImages.self) { try not.read([0]) }
    }
  }

  @Test func allBadPicturesAreNamed() throws {
    try withTemporaryFolder { folder in
      try fill(folder)
      try AtomicFile.write(Array("GIF89a".utf8), to: folder + "/a/x.png")
      try AtomicFile.write(PNG.signature, to: folder + "/b/2.png")
      let pictures = try ImageFolder(folder, rows: 4, columns: 6)
      #expect(pictures.count == 5)
      let source = DataLoader(pictures, threads: 1).source(of: DataPass(count: 5, batchSize: 1))
      let error = #expect(throws: BadImages.self) { try source.batch(0) }
      #expect(error?.errors.count == 2)
      for name in ["a/x.png", "b/2.png"] { #expect("\(error!)".contains(folder + "/" + name)) }
      #expect(try source.batch(1).labels.doubles == [0])
      #expect(throws: BadImages.self) { try pictures.check() }
    }
  }

  @Test func foldersThatHoldNone() throws {
    try withTemporaryFolder { folder in
      let none = #expect(throws: ImageFolderError.self) {
        try ImageFolder(folder, rows: 4, columns: 6)
      }
      #expect(none?.reason == .noClasses)
      try fill(folder)
      try File.createFolder(folder + "/c")
      let empty = #expect(throws: ImageFolderError.self) {
        try ImageFolder(folder, rows: 4, columns: 6)
      }
      #expect(empty?.reason == .noPictures(["c"]) && "\(empty!)".contains("'c'"))
      #expect(throws: FileError.self) { try ImageFolder(folder + "/no", rows: 4, columns: 6) }
    }
  }

  @Test func partsHaveAllClasses() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        try File.createFolder(folder + "/" + name)
        for number in 0..<10 {
          try PNG.write(
            GrayImage(width: 2, height: 2, filledWith: UInt8(number)),
            to: "\(folder)/\(name)/\(number).png")
        }
      }
      let pictures = try ImageFolder(folder, rows: 2, columns: 2)
      let (train, heldOut) = pictures.split(
        validation: 0.3, stratifiedBy: pictures.classes, seed: 1)
      #expect(train.count == 14 && heldOut.count == 6)
      let batch = try DataLoader(heldOut).source(of: DataPass(count: 6, batchSize: 6)).batch(0)
      #expect(batch.labels.doubles == [0, 0, 0, 1, 1, 1])
      #expect(
        batch.images.doubles == pictures.batch(heldOut.positions.map(Int.init)).images.doubles)
      // A part of a folder reads as the folder does: what is bad is an error and ends nothing.
      try AtomicFile.write([1], to: folder + "/a/0.png")
      let again = try ImageFolder(folder, rows: 2, columns: 2).subset(0..<10)
      #expect(throws: BadImages.self) {
        try again.source(of: DataPass(count: 10, batchSize: 10)).batch(0)
      }
    }
  }

  @Test(.enabled(if: JPEG.isAvailable)) func jpegToo() throws {
    try withTemporaryFolder { folder in
      try File.createFolder(folder + "/a")
      try AtomicFile.write(Fixtures.bytes("jpeg/colors.jpg"), to: folder + "/a/1.jpeg")
      let pictures = try ImageFolder(folder, rows: 30, columns: 45)
      let expected = try ImageFile.readRGB(Fixtures.path("jpeg/colors.jpg"))
      let found = pictures.batch([0]).images[0].transposed([1, 2, 0]).doubles
      #expect(found.map { UInt8(($0 * 255).rounded()) } == expected.pixels)
    }
  }
}
