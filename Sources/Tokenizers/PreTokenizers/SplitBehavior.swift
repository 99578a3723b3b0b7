/// What becomes of the parts at which a text is cut, the delimiters.
enum SplitBehavior: String, Sendable, CaseIterable {
  /// They go.
  case removed = "Removed"
  /// Each is a piece.
  case isolated = "Isolated"
  /// They end the piece before them.
  case mergedWithPrevious = "MergedWithPrevious"
  /// They begin the piece after them.
  case mergedWithNext = "MergedWithNext"
  /// Those that touch are one piece.
  case contiguous = "Contiguous"

  /// Reads `behavior`.
  ///
  /// - Parameters:
  ///   - component: where it is a member.
  ///   - standard: what counts if it is missing; `nil` if it must be there.
  /// - Throws: `TokenizerError`.
  init(_ component: ComponentJSON, standard: SplitBehavior? = nil) throws(TokenizerError) {
    let name = try component.string("behavior", standard: standard?.rawValue)
    guard let behavior = SplitBehavior(rawValue: name) else {
      let known = SplitBehavior.allCases.map(\.rawValue).joined(separator: ", ")
      throw component.invalid("behavior", "expected one of \(known), found '\(name)'")
    }
    self = behavior
  }
}

/// Puts the parts of a piece together, delimiters and what lies between, as a behavior wants them.
struct SplitCollector {
  private let behavior: SplitBehavior
  /// The piece that may still grow.
  private var pending: Range<Int>?
  private var previousIsDelimiter = false

  init(_ behavior: SplitBehavior) { self.behavior = behavior }

  /// Takes the next part.
  ///
  /// - Parameters:
  ///   - range: its bytes.
  ///   - isDelimiter: whether it is a delimiter.
  ///   - cuts: where pieces go.
  @inline(__always)
  mutating func add(_ range: Range<Int>, isDelimiter: Bool, to cuts: inout PreTokenizedText.Cuts) {
    switch behavior {
    case .isolated: cuts.add(range)
    case .removed: if !isDelimiter { cuts.add(range) }
    case .contiguous: join(range, isDelimiter == previousIsDelimiter, to: &cuts)
    case .mergedWithPrevious: join(range, isDelimiter && !previousIsDelimiter, to: &cuts)
    // Of delimiters that touch, the last alone goes with what follows.
    case .mergedWithNext: join(range, !isDelimiter && previousIsDelimiter, to: &cuts)
    }
    previousIsDelimiter = isDelimiter
  }

  private mutating func join(
    _ range: Range<Int>, _ joins: Bool, to cuts: inout PreTokenizedText.Cuts
  ) {
    guard let old = pending else {
      pending = range
      return
    }
    if joins {
      pending = old.lowerBound..<range.upperBound
    } else {
      cuts.add(old)
      pending = range
    }
  }

  /// Ends the piece.
  mutating func finish(_ cuts: inout PreTokenizedText.Cuts) {
    if let pending { cuts.add(pending) }
    pending = nil
  }
}

extension PreTokenizedText {
  /// Cuts at every character of a kind.
  ///
  /// - Parameters:
  ///   - behavior: what becomes of these characters.
  ///   - isDelimiter: whether a character is of the kind.
  @inline(__always)
  mutating func split(_ behavior: SplitBehavior, where isDelimiter: (UInt32) -> Bool) {
    split { bytes, cuts in
      var collector = SplitCollector(behavior)
      var (start, position) = (0, 0)
      while position < bytes.count {
        let (value, length) = bytes.codePoint(at: position)
        if isDelimiter(value) {
          if start < position {
            collector.add(start..<position, isDelimiter: false, to: &cuts)
          }
          start = position + length
          collector.add(position..<start, isDelimiter: true, to: &cuts)
        }
        position += length
      }
      if start < position { collector.add(start..<position, isDelimiter: false, to: &cuts) }
      collector.finish(&cuts)
    }
  }
}
