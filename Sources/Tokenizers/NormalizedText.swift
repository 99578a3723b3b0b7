/// A text on its way through the normalizers: its bytes, and for each of them where in the original
/// it came from.
///
/// The rules by which origins follow changes are those of `NormalizedString` in Hugging Face's
/// `tokenizers`, from which offsets of tokens are expected. All bytes of one character have the same
/// origin.
struct NormalizedText: Sendable, Hashable {
  /// A range of the original's bytes.
  struct Origin: Sendable, Hashable {
    var start: UInt32
    var end: UInt32
  }

  /// A character that a change writes: what it does to the characters that were there.
  struct Change {
    /// The character.
    var codePoint: UInt32
    /// 0 takes the place of the next character that was there; a positive number is new; `-n` takes
    /// the place of the next one, and the `n` after it go.
    var shift: Int
  }

  /// The text, in UTF-8.
  private(set) var bytes: [UInt8]
  /// For each byte, which bytes of the original it stands for; `nil` when only ids are wanted.
  private(set) var origins: [Origin]?
  /// Where in the original the text begins that this was made from.
  private(set) var originalStart: Int

  /// A text that nothing has changed yet.
  ///
  /// - Parameters:
  ///   - text: the original.
  ///   - keepsOrigins: whether to note where each byte comes from.
  init(_ text: String, keepsOrigins: Bool) {
    self.init(bytes: Array(text.utf8), keepsOrigins: keepsOrigins)
  }

  /// A text that nothing has changed yet, as valid UTF-8.
  ///
  /// - Parameters:
  ///   - bytes: the original.
  ///   - keepsOrigins: whether to note where each byte comes from.
  init(bytes: [UInt8], keepsOrigins: Bool) {
    self.bytes = bytes
    originalStart = 0
    guard keepsOrigins else { return }
    precondition(
      bytes.count <= Int(UInt32.max),
      "offsets are given for texts below 4 GiB: tokenize a longer one in parts")
    origins = bytes.withUnsafeBufferPointer { bytes in
      [Origin](unsafeUninitializedCapacity: bytes.count) { origins, count in
        var index = 0
        while index < bytes.count {
          let end = index + bytes.codePoint(at: index).length
          let origin = Origin(start: UInt32(index), end: UInt32(end))
          for byte in index..<end { origins.initializeElement(at: byte, to: origin) }
          index = end
        }
        count = bytes.count
      }
    }
  }

  /// Bytes whose origins are known already.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - origins: one for each byte, or `nil`.
  ///   - originalStart: where in the original it begins.
  init(bytes: [UInt8], origins: [Origin]?, originalStart: Int) {
    (self.bytes, self.origins, self.originalStart) = (bytes, origins, originalStart)
  }

  /// A part of the text, given by its bytes.
  func slice(_ range: Range<Int>) -> NormalizedText {
    NormalizedText(
      bytes: Array(bytes[range]), origins: origins.map { Array($0[range]) },
      originalStart: originalRange(of: range)?.lowerBound ?? originalStart)
  }

  /// Which bytes of the original these bytes stand for; `nil` where that is not known, or for none.
  func originalRange(of range: Range<Int>) -> Range<Int>? {
    guard let origins, !range.isEmpty else { return nil }
    let start = Int(origins[range.lowerBound].start)
    return start..<max(start, Int(origins[range.upperBound - 1].end))
  }

  /// Appends another text.
  mutating func append(_ other: NormalizedText) {
    bytes += other.bytes
    if let more = other.origins { origins?.append(contentsOf: more) }
  }
}

// What changes a text.
extension NormalizedText {
  /// Writes the text anew.
  ///
  /// - Parameter body: gets the text, and says what stands there instead.
  @inline(__always)
  mutating func transform(_ body: (UnsafeBufferPointer<UInt8>, inout Transformation) -> Void) {
    let (old, oldOrigins, start) = (bytes, origins, originalStart)
    old.withUnsafeBufferPointer { source in
      var transformation = Transformation(source, oldOrigins, originalStart: start)
      body(source, &transformation)
      bytes = transformation.bytes
      origins = transformation.origins
    }
  }

  /// Writes the changes of a list: every character of the new text.
  mutating func transform(_ changes: [Change]) {
    transform { _, result in
      for change in changes { result.append(change.codePoint, change.shift) }
    }
  }

  /// Replaces every character.
  @inline(__always)
  mutating func map(_ replacement: (UInt32) -> UInt32) {
    transform { source, result in
      source.forEachCodePoint { result.append(replacement($0), 0) }
    }
  }

  /// Keeps some characters. Those that follow a kept one are removed with it, the first ones at the
  /// beginning.
  @inline(__always)
  mutating func filter(_ isKept: (UInt32) -> Bool) {
    transform { source, result in
      var last: UInt32?
      var removed = 0
      source.forEachCodePoint { value in
        guard isKept(value) else {
          removed += 1
          return
        }
        if let last { result.append(last, -removed) } else { result.skip(removed) }
        (last, removed) = (value, 0)
      }
      if let last { result.append(last, -removed) }
    }
  }

  /// Puts a text before this one, unless this one is empty. It gets the origin of the first
  /// character.
  mutating func prepend(_ text: [UInt8]) {
    guard !bytes.isEmpty, !text.isEmpty else { return }
    bytes.insert(contentsOf: text, at: 0)
    if let first = origins?.first {
      origins?.insert(contentsOf: repeatElement(first, count: text.count), at: 0)
    }
  }

  /// Removes characters at the ends.
  ///
  /// - Parameters:
  ///   - left: whether at the beginning.
  ///   - right: whether at the end.
  ///   - isStripped: whether a character goes.
  mutating func strip(left: Bool, right: Bool, _ isStripped: (UInt32) -> Bool) {
    var (start, end) = (0, bytes.count)
    bytes.withUnsafeBufferPointer { bytes in
      while left, start < end {
        let (value, length) = bytes.codePoint(at: start)
        guard isStripped(value) else { break }
        start += length
      }
      while right, end > start {
        let (value, length) = bytes.codePoint(before: end)
        guard isStripped(value) else { break }
        end -= length
      }
    }
    bytes.removeSubrange(end...)
    bytes.removeSubrange(..<start)
    origins?.removeSubrange(end...)
    origins?.removeSubrange(..<start)
  }

  /// Puts a text in the place of each of these parts. It gets the origin of the last character of
  /// the part.
  ///
  /// - Parameters:
  ///   - ranges: the bytes of the parts, in order.
  ///   - text: the new text.
  mutating func replace(_ ranges: [Range<Int>], with text: [UInt8]) {
    guard !ranges.isEmpty else { return }
    var newBytes: [UInt8] = []
    newBytes.reserveCapacity(bytes.count + ranges.count * text.count)
    var newOrigins: [Origin] = []
    var position = 0
    let nowhere = Origin(start: UInt32(originalStart), end: UInt32(originalStart))
    for range in ranges {
      newBytes += bytes[position..<range.lowerBound]
      newBytes += text
      if let origins {
        newOrigins += origins[position..<range.lowerBound]
        let origin = range.upperBound > 0 ? origins[range.upperBound - 1] : nowhere
        newOrigins += repeatElement(origin, count: text.count)
      }
      position = range.upperBound
    }
    newBytes += bytes[position...]
    if let old = origins { origins = newOrigins + old[position...] }
    bytes = newBytes
  }
}

/// A new text that grows out of an old one, character by character.
struct Transformation {
  /// The new text.
  private(set) var bytes: [UInt8] = []
  /// The origins of its bytes.
  private(set) var origins: [NormalizedText.Origin]?

  private let source: UnsafeBufferPointer<UInt8>
  private let sourceOrigins: [NormalizedText.Origin]?
  private let originalStart: Int
  /// The byte of the old text that is replaced next.
  private var position = 0

  init(
    _ source: UnsafeBufferPointer<UInt8>, _ sourceOrigins: [NormalizedText.Origin]?,
    originalStart: Int
  ) {
    (self.source, self.sourceOrigins, self.originalStart) = (source, sourceOrigins, originalStart)
    bytes.reserveCapacity(source.count + source.count / 8)
    if sourceOrigins != nil { origins = [] }
    origins?.reserveCapacity(source.count)
  }

  /// Removes characters of the old text.
  mutating func skip(_ count: Int) {
    guard sourceOrigins != nil else { return }
    for _ in 0..<count where position < source.count {
      position += source.codePoint(at: position).length
    }
  }

  /// Appends a character.
  ///
  /// - Parameters:
  ///   - codePoint: the character.
  ///   - shift: as in ``NormalizedText/Change``.
  @inline(__always)
  mutating func append(_ codePoint: UInt32, _ shift: Int) {
    bytes.append(codePoint: codePoint)
    if sourceOrigins != nil { appendOrigin(utf8Length(of: codePoint), shift) }
  }

  private mutating func appendOrigin(_ count: Int, _ shift: Int) {
    guard let sourceOrigins else { return }
    let origin: NormalizedText.Origin
    if shift <= 0, position < sourceOrigins.count {
      origin = sourceOrigins[position]
      skip(1 - shift)
    } else if position > 0 {
      origin = sourceOrigins[position - 1]
    } else {
      origin = .init(start: UInt32(originalStart), end: UInt32(originalStart))
    }
    for _ in 0..<count { origins?.append(origin) }
  }
}
