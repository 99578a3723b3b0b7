import BackpropFiles

/// The first bytes of a file of vectors, from which the place of everything else follows.
///
/// All numbers are little-endian:
///
///       0  8 bytes  "BPVECT\r\n"
///       8  UInt32   version, 1
///      12  UInt32   similarity: 0 cosine, 1 dot product
///      16  UInt64   the numbers in a vector
///      24  UInt64   the vectors
///      32  UInt64   the bytes of the metadata
///      40  UInt64   the bytes of all texts
///      48  UInt32   CRC-32 of bytes 0 to 47 and of the metadata
///      52  12 bytes zeros
///      64           the metadata, an object of JSON whose values are texts; zeros up to a multiple of 64
///                   the vectors, float32, one after the other; zeros up to a multiple of 64
///                   UInt64 for each text: where it ends, counted from where the first begins
///                   the texts, UTF-8, one after the other
///
/// Vectors begin at a multiple of 64 bytes, so that a mapped file is looked at where it lies.
struct VectorIndexHeader: Equatable {
  static let magic = Array("BPVECT\r\n".utf8)
  static let version = 1
  static let byteCount = 64
  /// More bytes than any computer can address: sums of sizes below it do not overflow.
  private static let limit = 1 << 47
  /// The longest vectors, and the longest metadata.
  static let widthLimit = 1 << 24, metadataLimit = 1 << 24

  var similarity: VectorIndex.Similarity
  var width: Int
  var count: Int
  var metadataByteCount: Int
  var textByteCount: Int

  // MARK: Places

  /// Where the metadata are.
  var metadata: Range<Int> { Self.byteCount..<Self.byteCount + metadataByteCount }
  /// Where the vectors are.
  var vectors: Range<Int> {
    let start = Self.aligned(metadata.upperBound)
    return start..<start + 4 * width * count
  }
  /// Where the ends of the texts are.
  var textEnds: Range<Int> {
    let start = Self.aligned(vectors.upperBound)
    return start..<start + 8 * count
  }
  /// Where the texts are.
  var texts: Range<Int> { textEnds.upperBound..<textEnds.upperBound + textByteCount }
  /// The bytes of the file.
  var fileByteCount: Int { texts.upperBound }

  private static func aligned(_ place: Int) -> Int { (place + 63) & ~63 }

  // MARK: Bytes

  /// The header, for these metadata.
  func bytes(_ metadata: [UInt8]) -> [UInt8] {
    var bytes = Self.magic
    bytes.append(littleEndian: UInt32(Self.version))
    bytes.append(littleEndian: UInt32(similarity.rawValue))
    for number in [width, count, metadataByteCount, textByteCount] {
      bytes.append(littleEndian: UInt64(number))
    }
    bytes.append(littleEndian: Self.checksum(bytes, metadata))
    return bytes + [UInt8](repeating: 0, count: Self.byteCount - bytes.count)
  }

  /// Reads a header, and checks it against the file that it begins.
  init(_ file: SharedBytes) throws(VectorIndexError) {
    guard file.count >= Self.magic.count, file[0..<Self.magic.count].array == Self.magic else {
      throw VectorIndexError(.wrongFormat)
    }
    guard file.count >= Self.byteCount else {
      throw VectorIndexError(.wrongLength(expected: Self.byteCount, found: file.count))
    }
    let bytes = file[0..<Self.byteCount].array
    let version = bytes.littleEndian(UInt32.self, at: 8)
    guard version == Self.version else { throw VectorIndexError(.unknownVersion(Int(version))) }
    let code = bytes.littleEndian(UInt32.self, at: 12)
    guard let similarity = VectorIndex.Similarity(rawValue: Int(code)) else {
      throw VectorIndexError(.invalid("there is no similarity of number \(code)"))
    }
    func number(at place: Int, limit: Int, _ what: String) throws(VectorIndexError) -> Int {
      let value = bytes.littleEndian(UInt64.self, at: place)
      guard value <= limit else {
        throw VectorIndexError(.invalid("\(what): expected at most \(limit), found \(value)"))
      }
      return Int(value)
    }
    self.similarity = similarity
    width = try number(at: 16, limit: Self.widthLimit, "the numbers in a vector")
    count = try number(at: 24, limit: Self.limit, "the vectors")
    metadataByteCount = try number(at: 32, limit: Self.metadataLimit, "the bytes of metadata")
    textByteCount = try number(at: 40, limit: Self.limit, "the bytes of texts")
    guard width > 0, let vectorBytes = checkedProduct([4, width, count]), vectorBytes < Self.limit
    else {
      throw VectorIndexError(
        .invalid("\(count) vectors of \(width) numbers are none, or more than can be"))
    }
    guard bytes[52...].allSatisfy({ $0 == 0 }) else {
      throw VectorIndexError(.invalid("the end of the header is not zeros"))
    }
    guard fileByteCount == file.count else {
      throw VectorIndexError(.wrongLength(expected: fileByteCount, found: file.count))
    }
    let sum = Self.checksum(Array(bytes[..<48]), file[metadata].array)
    guard sum == bytes.littleEndian(UInt32.self, at: 48) else {
      throw VectorIndexError(.invalid("the checksum of the header is another"))
    }
  }

  init(
    similarity: VectorIndex.Similarity, width: Int, count: Int, metadataByteCount: Int,
    textByteCount: Int
  ) {
    self.similarity = similarity
    (self.width, self.count) = (width, count)
    (self.metadataByteCount, self.textByteCount) = (metadataByteCount, textByteCount)
  }

  private static func checksum(_ header: [UInt8], _ metadata: [UInt8]) -> UInt32 {
    SharedBytes(header + metadata).crc32
  }
}
