import BackpropArrays
import BackpropAutodiff
import BackpropFiles

/// Vectors with their texts, among which the nearest to others are looked for: exactly, by one matrix
/// product for all questions.
///
/// ```swift
/// var index = VectorIndex(width: encoder.width)
/// try index.add(encoder.encode(sentences), texts: sentences)
/// try index.save(to: "sentences.index")
///
/// let index = try VectorIndex(contentsOf: "sentences.index")        // mapped, and not read
/// for match in index.nearest(to: try encoder.encode(["a bird that sings"]), count: 5)[0] {
///   print(match.score, match.text)
/// }
/// ```
///
/// Every vector is looked at: nothing is trained, and nothing is missed. Of equal scores the vector
/// that was added first comes first, and the results are the same in every bit on any number of
/// threads. A text need not be what the vector was made of: a key of a database does as well.
public struct VectorIndex: Sendable {
  /// What makes vectors near to each other.
  public enum Similarity: Int, Sendable, CaseIterable {
    /// The cosine of the angle between them, from −1 to 1: x · y / (‖x‖ ‖y‖), and 0 for a vector of
    /// zeros. Vectors are stored with the length 1.
    case cosine = 0
    /// The dot product, x · y.
    case dotProduct = 1
  }

  /// A vector that was found.
  public struct Match: Sendable, Hashable {
    /// Its position in the index.
    public let position: Int
    /// How near it is: the cosine or the dot product.
    public let score: Float
    /// Its text.
    public let text: String
  }

  /// What makes vectors near.
  public let similarity: Similarity
  /// How many numbers a vector has.
  public let width: Int
  /// How many vectors there are.
  public private(set) var count = 0
  /// Texts by key that are saved along, such as what model the vectors were made by.
  public var metadata: [String: String] = [:]

  /// The vectors, and room for more behind them.
  private var rows: NDArray
  private var texts: TextColumn

  /// The vectors that are multiplied at a time: their scores for one question stay in the cache.
  private static let blockCount = 8192
  /// The questions that are multiplied at a time, so that scores take no more memory for more.
  private static let questionCount = 256

  /// An index of nothing yet.
  ///
  /// Traps if `width` is not positive.
  ///
  /// - Parameters:
  ///   - width: how many numbers a vector has.
  ///   - similarity: what makes vectors near.
  public init(width: Int, similarity: Similarity = .cosine) {
    guard (1...VectorIndexHeader.widthLimit).contains(width) else {
      fatalError(
        "VectorIndex: vectors of \(width) numbers; they have 1 to \(VectorIndexHeader.widthLimit)")
    }
    (self.width, self.similarity) = (width, similarity)
    rows = .zeros([0, width])
    texts = TextColumn()
  }

  /// The text of the vector at a position. Traps if there is none.
  public func text(at position: Int) -> String {
    precondition((0..<count).contains(position), "VectorIndex: there is no vector \(position)")
    return texts[position]
  }

  /// The vectors, of shape (count, width), as they are compared: of length 1 for the cosine.
  public var vectors: Tensor { Tensor(rows[0..<count]) }

  // MARK: Adding

  /// Adds vectors behind those that are there.
  ///
  /// Traps unless there is a text for each vector and they are as wide as the index.
  ///
  /// - Parameters:
  ///   - vectors: of shape (n, width), or (width) for one.
  ///   - texts: what is found with each.
  /// - Throws: `VectorIndexError` if a vector has something in it that is no finite number; nothing is
  ///   then added.
  public mutating func add(_ vectors: Tensor, texts: [String]) throws(VectorIndexError) {
    let new = comparable(vectors, "add")
    guard new.shape[0] == texts.count else {
      ShapeError(
        "VectorIndex.add", [vectors.shape], "there are \(texts.count) texts for these vectors"
      ).trap()
    }
    let bad = new.withContiguousScalars(as: Float.self) { numbers in
      numbers.firstIndex { !$0.isFinite }
    }
    if let bad { throw VectorIndexError(.notFinite(position: bad / width)) }
    makeRoom(for: count + texts.count)
    let start = count * width
    rows.withMutableScalars(as: Float.self) { target in
      new.withContiguousScalars(as: Float.self) { source in
        for index in source.indices { target[start + index] = source[index] }
      }
    }
    self.texts.append(texts)
    count += texts.count
  }

  /// Takes memory for this many vectors, or twice as many as before, if there is too little.
  private mutating func makeRoom(for needed: Int) {
    if needed <= rows.shape[0] { return }
    var larger = NDArray.zeros([max(needed, 2 * rows.shape[0]), width])
    larger.withMutableScalars(as: Float.self) { target in
      rows[0..<count].withContiguousScalars(as: Float.self) { source in
        for index in source.indices { target[index] = source[index] }
      }
    }
    rows = larger
  }

  /// Vectors as a matrix of `float32`, of length 1 for the cosine.
  private func comparable(_ vectors: Tensor, _ name: String) -> NDArray {
    let matrix = vectors.rank == 1 ? vectors.expandingDimension(at: 0) : vectors
    guard matrix.rank == 2, matrix.shape[1] == width else {
      ShapeError(
        "VectorIndex.\(name)", [vectors.shape], "the vectors of this index have \(width) numbers"
      ).trap()
    }
    var result = matrix.array.cast(to: .float32).contiguous()
    if similarity == .cosine {
      result.withMutableScalars(as: Float.self) { numbers in
        for start in stride(from: 0, to: numbers.count, by: width) {
          Self.normalize(UnsafeMutableBufferPointer(rebasing: numbers[start..<start + width]))
        }
      }
    }
    return result
  }

  /// Makes a vector one of length 1, unless it is zeros.
  private static func normalize(_ vector: UnsafeMutableBufferPointer<Float>) {
    // As `Double`, in which no square of a `Float` is too large or too small.
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    if length == 0 { return }
    for index in vector.indices { vector[index] = Float(Double(vector[index]) / length) }
  }

  // MARK: Finding

  /// The vectors that are nearest to each of others, the nearest first.
  ///
  /// Traps unless the questions are as wide as the index.
  ///
  /// - Parameters:
  ///   - questions: of shape (n, width), or (width) for one.
  ///   - limit: how many at most. Traps if it is negative.
  /// - Returns: for each question its matches.
  public func nearest(to questions: Tensor, count limit: Int) -> [[Match]] {
    precondition(limit >= 0, "VectorIndex: \(limit) matches are none; ask for 0 or more")
    let questions = comparable(questions, "nearest")
    return stride(from: 0, to: questions.shape[0], by: Self.questionCount).flatMap { start in
      let end = min(start + Self.questionCount, questions.shape[0])
      return bestScores(Tensor(questions[start..<end]), limit).map { best in
        best.sorted.map { Match(position: $0.position, score: $0.score, text: texts[$0.position]) }
      }
    }
  }

  /// The best of all scores, for each of some questions.
  private func bestScores(_ questions: Tensor, _ limit: Int) -> [BestScores] {
    var best = (0..<questions.shape[0]).map { _ in BestScores(min(limit, count)) }
    withoutGradient {
      for start in stride(from: 0, to: count, by: Self.blockCount) {
        let end = min(start + Self.blockCount, count)
        let scores = questions.matmul(Tensor(rows[start..<end]), transposingOther: true).array
        scores.withContiguousScalars(as: Float.self) { scores in
          for question in best.indices {
            let row = question * (end - start)
            best[question].add(
              UnsafeBufferPointer(rebasing: scores[row..<row + end - start]), from: start)
          }
        }
      }
    }
    return best
  }
}

// MARK: - Files

extension VectorIndex {
  /// Writes the index to a file: whole or not at all.
  ///
  /// - Throws: `FileError`.
  public func save(to path: String) throws {
    let members = metadata.sorted { $0.key < $1.key }.map {
      JSONDocument.Member(name: $0.key, value: .string($0.value))
    }
    let metadata = Array(JSONDocument.object(members).description.utf8)
    let header = VectorIndexHeader(
      similarity: similarity, width: width, count: count, metadataByteCount: metadata.count,
      textByteCount: self.texts.byteCount)
    let rows = rows[0..<count].contiguous()
    func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    try AtomicFile.write(to: path) { file in
      try file.write(header.bytes(metadata))
      try file.write(metadata)
      try file.write(zeros(header.vectors.lowerBound - header.metadata.upperBound))
      try file.write(
        SharedBytes(
          UnsafeRawBufferPointer(start: rows.storage.base, count: header.vectors.count),
          owner: rows.storage))
      try file.write(zeros(header.textEnds.lowerBound - header.vectors.upperBound))
      try self.texts.write(to: file)
    }
  }

  /// Opens a file that ``save(to:)`` wrote.
  ///
  /// It is mapped: vectors and texts are looked at where they lie, and what nobody asks for is never
  /// read. The file must not be cut short as long as the index is kept; replacing it, as ``save(to:)``
  /// does, is no danger. What is added goes to memory, with a copy of what is there.
  ///
  /// - Throws: `FileError`, or `VectorIndexError` for a file that is none of vectors, or is damaged.
  public init(contentsOf path: String) throws {
    let file = try FileReader(path).contents()
    do {
      try self.init(file)
    } catch let error as VectorIndexError {
      throw VectorIndexError(error.reason, file: path)
    }
  }

  private init(_ file: SharedBytes) throws {
    let header = try VectorIndexHeader(file)
    (similarity, width, count) = (header.similarity, header.width, header.count)
    texts = try TextColumn(file[header.texts], ends: file[header.textEnds])
    metadata = try Self.metadata(in: file[header.metadata].array)
    let shape: Shape = [header.count, header.width]
    let bytes = file[header.vectors]
    if let memory = bytes.memory, let start = memory.start, Int(bitPattern: start) % 4 == 0 {
      rows = NDArray(memory: start, shape: shape, scalarType: .float32, owner: memory.owner)
    } else {
      rows = bytes.withUnsafeBytes { NDArray(bytes: $0, shape: shape, scalarType: .float32) }
    }
  }

  private static func metadata(in bytes: [UInt8]) throws(VectorIndexError) -> [String: String] {
    var result: [String: String] = [:]
    guard let json = try? JSONDocument(bytes), case .object(let members) = json else {
      throw VectorIndexError(.invalid("the metadata are no object of JSON"))
    }
    for member in members {
      guard let text = member.value.string else {
        throw VectorIndexError(.invalid("the metadata '\(member.name)' are no text"))
      }
      result[member.name] = text
    }
    return result
  }
}
