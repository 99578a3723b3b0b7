import BackpropArrays
import BackpropAutodiff
import BackpropFiles
import BackpropTestSupport
import Testing

@testable import BackpropPretrained

@Suite struct VectorIndexFileTests {
  private static func index(
    _ count: Int, similarity: VectorIndex.Similarity = .cosine
  ) throws -> VectorIndex {
    var index = VectorIndex(width: 5, similarity: similarity)
    try index.add(
      VectorIndexTests.vectors([count, 5], seed: 1), texts: VectorIndexTests.texts(0..<count))
    index.metadata = ["model": "a/\"b\"", "more": "한"]
    return index
  }

  @Test(arguments: [0, 1, 3, 100], VectorIndex.Similarity.allCases)
  func savedAndOpened(_ count: Int, _ similarity: VectorIndex.Similarity) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.index"
      let index = try Self.index(count, similarity: similarity)
      try index.save(to: path)
      var opened = try VectorIndex(contentsOf: path)
      #expect(opened.count == count && opened.width == 5 && opened.similarity == similarity)
      #expect(opened.metadata == index.metadata)
      #expect(opened.vectors.array == index.vectors.array)
      let question = VectorIndexTests.vectors([2, 5], seed: 2)
      #expect(opened.nearest(to: question, count: 9) == index.nearest(to: question, count: 9))

      // More is added behind, saved over the file that is still mapped, and opened again.
      var longer = index
      let more = VectorIndexTests.vectors([4, 5], seed: 3)
      try longer.add(more, texts: ["", "a", "b\nc", "d"])
      try opened.add(more, texts: ["", "a", "b\nc", "d"])
      #expect(opened.nearest(to: question, count: 9) == longer.nearest(to: question, count: 9))
      try opened.save(to: path)
      let again = try VectorIndex(contentsOf: path)
      #expect(again.nearest(to: question, count: 200) == longer.nearest(to: question, count: 200))
      #expect(again.text(at: count + 2) == "b\nc")
      // The same index gives the same bytes, however it was made.
      try longer.save(to: folder + "/b.index")
      #expect(try File.read(path) == File.read(folder + "/b.index"))
    }
  }

  /// Nothing is copied when a file is opened.
  @Test func vectorsAreThoseOfTheFile() throws {
    try withTemporaryFolder { folder in
      try Self.index(10).save(to: folder + "/a.index")
      let index = try VectorIndex(contentsOf: folder + "/a.index")
      #expect(!index.vectors.array.storage.ownsMemory)
      #expect(Int(bitPattern: index.vectors.array.storage.base) % 64 == 0)
    }
  }

  @Test func aDamagedHeaderIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.index"
      try Self.index(3).save(to: path)
      let good = try File.read(path)
      let header = try VectorIndexHeader(SharedBytes(good))
      for place in 0..<header.metadata.upperBound {
        for change: UInt8 in [1, 0x80, 0xff] {
          var bytes = good
          bytes[place] ^= change
          try AtomicFile.write(bytes, to: path)
          let error = #expect(throws: VectorIndexError.self, "byte \(place)") {
            try VectorIndex(contentsOf: path)
          }
          #expect(error?.file == path)
        }
      }
      for count in 0..<good.count {
        try AtomicFile.write(Array(good[..<count]), to: path)
        #expect(throws: VectorIndexError.self, "\(count) bytes") {
          try VectorIndex(contentsOf: path)
        }
      }
      try AtomicFile.write(good + [0], to: path)
      let longer = #expect(throws: VectorIndexError.self) { try VectorIndex(contentsOf: path) }
      #expect(longer?.reason == .wrongLength(expected: good.count, found: good.count + 1))
    }
  }

  /// Headers that are whole and ask for what cannot be.
  @Test func absurdSizesAreRefused() throws {
    let cases: [(width: Int, count: Int, metadata: Int, texts: Int)] = [
      (0, 1, 2, 0), (1 << 25, 1, 2, 0), (5, 1 << 46, 2, 0), (1 << 24, 1 << 40, 2, 0),
      (5, 1 << 60, 2, 0), (5, 1, 1 << 30, 0), (5, 1, 2, 1 << 60), (5, 0, 2, 1 << 46),
      (5, 1 << 20, 2, 0),
    ]
    for (width, count, metadata, texts) in cases {
      let header = VectorIndexHeader(
        similarity: .cosine, width: width, count: count, metadataByteCount: metadata,
        textByteCount: texts)
      let bytes = header.bytes(Array("{}".utf8)) + Array("{}".utf8)
      #expect(throws: VectorIndexError.self, "\(header)") {
        try VectorIndexHeader(SharedBytes(bytes + [UInt8](repeating: 0, count: 200)))
      }
    }
  }

  @Test func placesOfTextsAreChecked() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.index"
      try Self.index(3).save(to: path)
      let good = try File.read(path)
      let header = try VectorIndexHeader(SharedBytes(good))
      for (place, value) in [(0, UInt8(200)), (8, 0), (15, 0xff), (16, 1), (16, 200), (23, 0x80)] {
        var bytes = good
        bytes[header.textEnds.lowerBound + place] = value
        try AtomicFile.write(bytes, to: path)
        let error = #expect(throws: VectorIndexError.self) { try VectorIndex(contentsOf: path) }
        #expect(error?.description.contains("out of order") ?? false)
      }
      // Vectors and texts have no checksum: what is no number is the worst, what is no UTF-8 replaced.
      var bytes = good
      for place in header.vectors.prefix(4) { bytes[place] = 0xff }
      bytes[header.texts.lowerBound] = 0xff
      try AtomicFile.write(bytes, to: path)
      let matches = try VectorIndex(contentsOf: path).nearest(to: .ones([5]), count: 3)[0]
      #expect(matches.last?.position == 0 && matches.last?.text.hasPrefix("\u{fffd}") ?? false)
    }
  }

  @Test func errorsSayWhatToDo() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array("hello, world".utf8), to: folder + "/a")
      let wrong = #expect(throws: VectorIndexError.self) {
        try VectorIndex(contentsOf: folder + "/a")
      }
      #expect(wrong!.description.contains("no index of vectors"))
      #expect(throws: FileError.self) { try VectorIndex(contentsOf: folder + "/b") }
      let width = VectorIndexError(.wrongWidth(expected: 384, found: 5), file: "i").description
      #expect(width.contains("384") && width.contains("found 5"))
    }
  }
}
