/// A text that is being cut into pieces, words for instance. Tokens are made of each piece by
/// itself.
///
/// The pieces lie in one text, in their order, so that cutting copies nothing.
struct PreTokenizedText: Sendable {
  /// A piece of the text.
  struct Piece: Sendable, Hashable {
    /// Its bytes in the text.
    var range: Range<Int>
    /// Its bytes in the original. Without origins they are known as long as nothing changed the text.
    var original: Range<Int>
    /// The id of the added token that this is; nothing cuts or changes it then.
    var id: Int32?
  }

  /// The text, of which each piece is a part.
  private(set) var text: NormalizedText
  /// The pieces, in order. None is empty.
  private(set) var pieces: [Piece]

  /// One piece: the whole text.
  init(_ text: NormalizedText) {
    self.text = text
    let range = 0..<text.bytes.count
    pieces = range.isEmpty ? [] : [Piece(range: range, original: range)]
  }

  /// One piece: the whole of an original.
  ///
  /// - Parameters:
  ///   - text: the original.
  ///   - keepsOrigins: whether to note where each byte comes from.
  init(_ text: String, keepsOrigins: Bool) {
    self.init(NormalizedText(text, keepsOrigins: keepsOrigins))
  }

  /// Cuts every piece that is no added token.
  ///
  /// - Parameter body: gets the bytes of a piece, and adds the parts that stay.
  @inline(__always)
  mutating func split(_ body: (UnsafeBufferPointer<UInt8>, inout Cuts) -> Void) {
    let old = pieces
    pieces = []
    pieces.reserveCapacity(max(old.count, text.bytes.count / 4))
    var cuts = Cuts(pieces: pieces, text: text)
    text.bytes.withUnsafeBufferPointer { bytes in
      for piece in old {
        if piece.id != nil {
          cuts.pieces.append(piece)
        } else {
          cuts.start = piece.range.lowerBound
          body(UnsafeBufferPointer(rebasing: bytes[piece.range]), &cuts)
        }
      }
    }
    pieces = cuts.pieces
  }

  /// The parts of a piece.
  struct Cuts {
    fileprivate var pieces: [Piece]
    fileprivate let text: NormalizedText
    fileprivate var start = 0

    fileprivate init(pieces: [Piece], text: NormalizedText) {
      (self.pieces, self.text) = (pieces, text)
    }

    /// Adds a part, given by its bytes within the piece; an empty one is left out.
    @inline(__always)
    mutating func add(_ range: Range<Int>, id: Int32? = nil) {
      guard !range.isEmpty else { return }
      let range = range.lowerBound + start..<range.upperBound + start
      pieces.append(
        Piece(range: range, original: text.originalRange(of: range) ?? range, id: id))
    }
  }

  /// Changes the text of every piece that is no added token.
  ///
  /// - Parameter body: changes the text of a piece, whose place in the original it gets too.
  mutating func transform(_ body: (inout NormalizedText, Range<Int>) -> Void) {
    // The usual case: one piece, which is all of the text, changes where it lies.
    if pieces.count == 1, pieces[0].id == nil, pieces[0].range.count == text.bytes.count {
      let original = pieces[0].original
      body(&text, original)
      let range = 0..<text.bytes.count
      pieces = range.isEmpty ? [] : [Piece(range: range, original: original)]
      return
    }
    var result = NormalizedText(
      bytes: [], origins: text.origins == nil ? nil : [], originalStart: text.originalStart)
    var changed: [Piece] = []
    changed.reserveCapacity(pieces.count)
    for var piece in pieces {
      var part = text.slice(piece.range)
      if piece.id == nil { body(&part, piece.original) }
      let start = result.bytes.count
      result.append(part)
      piece.range = start..<result.bytes.count
      if !piece.range.isEmpty { changed.append(piece) }
    }
    (text, pieces) = (result, changed)
  }

  /// Puts other bytes in the place of each byte of every piece that is no added token. They keep
  /// the origin of the byte.
  ///
  /// - Parameter table: for each byte what stands for it: one or two bytes, the lower eight bits
  ///   first, and none above where there is one.
  mutating func mapBytes(_ table: [UInt16]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.bytes.count + text.bytes.count / 2)
    var origins: [NormalizedText.Origin] = []
    for index in pieces.indices {
      let piece = pieces[index]
      let start = bytes.count
      for position in piece.range {
        let byte = text.bytes[position]
        let mapped = piece.id == nil ? table[Int(byte)] : UInt16(byte)
        bytes.append(UInt8(truncatingIfNeeded: mapped))
        if mapped > 0xff { bytes.append(UInt8(truncatingIfNeeded: mapped >> 8)) }
        guard let origin = text.origins?[position] else { continue }
        origins.append(origin)
        if mapped > 0xff { origins.append(origin) }
      }
      pieces[index].range = start..<bytes.count
    }
    text = NormalizedText(
      bytes: bytes, origins: text.origins == nil ? nil : origins,
      originalStart: text.originalStart)
  }

  /// Normalizes every piece that is no added token.
  mutating func normalize(_ normalizer: any Normalizer) {
    transform { text, _ in normalizer.normalize(&text) }
  }
}
