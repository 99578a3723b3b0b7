/// A regular expression that finds what Oniguruma finds: of several alternatives the first with
/// which the whole matches.
///
/// The machine goes back as Oniguruma's does. When that has cost more than a fixed number of steps
/// for each byte of the text, it begins to note where it has failed, and fails there at once: no
/// expression takes longer than its own length times the text's.
struct RegularExpression: Sendable {
  private let program: PatternProgram

  /// Reads an expression.
  ///
  /// - Throws: `PatternError` if it is malformed, or has what is not supported here.
  init(_ source: String) throws(PatternError) {
    program = try PatternProgram(try PatternParser.parse(source))
  }

  /// Takes a text apart.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - body: gets what matches and what lies between, in order, and whether it matches.
  func forEachSegment(of bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Bool) -> Void) {
    guard !bytes.isEmpty else { return }
    program.steps.withUnsafeBufferPointer { steps in
      program.asciiMembers.withUnsafeBufferPointer { asciiMembers in
        program.beginnings.withUnsafeBufferPointer { beginnings in
          var matcher = PatternMatcher(
            bytes: bytes, program: program, steps: steps, asciiMembers: asciiMembers,
            beginnings: beginnings)
          var (start, position) = (0, 0)
          var lastEnd = -1
          while position <= bytes.count {
            if let first = program.firstBytes {
              while position < bytes.count, !first.contains(bytes[position]) { position += 1 }
              if position == bytes.count { break }
            }
            if let end = matcher.match(at: position), end > position || end != lastEnd {
              if start < position { body(start..<position, false) }
              body(position..<end, true)
              (start, position, lastEnd) = (end, end, end)
              if end > position || position < bytes.count { continue }
            }
            position += position < bytes.count ? bytes.codePoint(at: position).length : 1
          }
          if start < bytes.count { body(start..<bytes.count, false) }
        }
      }
    }
  }
}

/// The machine, on one text.
private struct PatternMatcher {
  let bytes: UnsafeBufferPointer<UInt8>
  let program: PatternProgram
  let steps: UnsafeBufferPointer<PatternProgram.Step>
  let asciiMembers: UnsafeBufferPointer<Bool>
  let beginnings: UnsafeBufferPointer<Bool>

  /// Where to go on when what is tried does not match.
  private struct Resumption {
    var step: Int
    var position: Int
    /// For characters that are given back: the first of them.
    var lowest: Int
  }

  private var resumptions: [Resumption] = []
  /// How many steps are left until failures are noted.
  private var patience: Int
  /// For each place in the text and each step, whether it fails there.
  private var failures: [UInt64] = []

  init(
    bytes: UnsafeBufferPointer<UInt8>, program: PatternProgram,
    steps: UnsafeBufferPointer<PatternProgram.Step>, asciiMembers: UnsafeBufferPointer<Bool>,
    beginnings: UnsafeBufferPointer<Bool>
  ) {
    (self.bytes, self.program, self.steps) = (bytes, program, steps)
    (self.asciiMembers, self.beginnings) = (asciiMembers, beginnings)
    patience = 64 * (bytes.count + 64)
  }

  /// The end of a match that begins here.
  mutating func match(at start: Int) -> Int? {
    if failures.isEmpty {
      if let result = matchWithPatience(at: start) { return result.end }
      failures = [UInt64](repeating: 0, count: ((bytes.count + 1) * steps.count + 63) / 64)
    }
    return matchNotingFailures(at: start)
  }

  /// The end of a match, in a place that says that there was enough patience; `nil` if not.
  private mutating func matchWithPatience(at start: Int) -> (end: Int?, Void)? {
    var (step, position) = (0, start)
    var left = patience
    defer { patience = left }
    resumptions.removeAll(keepingCapacity: true)
    while true {
      let current = steps[step]
      var fails = false
      switch current.kind {
      case .set:
        if let length = length(ofSet: current.operand, at: position) {
          position += length
          step += 1
        } else {
          fails = true
        }
      case .run, .greedyRun:
        let lowest = position
        while let length = length(ofSet: current.operand, at: position) { position += length }
        left -= position - lowest
        step += 1
        if current.kind == .greedyRun, position > lowest {
          resumptions.append(Resumption(step: step, position: position, lowest: lowest))
        }
      case .optional:
        if let length = length(ofSet: current.operand, at: position) { position += length }
        step += 1
      case .choice: step = takeChoice(current, at: position)
      case .jump: step = current.first
      case .assertion:
        fails = !holds(program.assertions[current.operand], at: position)
        step += 1
      case .accept: return (position, ())
      }
      left -= 1
      if left < 0 { return nil }
      if fails {
        guard let last = resumptions.last else { return (nil, ()) }
        step = last.step
        if last.position > last.lowest {
          position = last.position - bytes.codePoint(before: last.position).length
          if position > last.lowest {
            resumptions[resumptions.count - 1].position = position
          } else {
            resumptions.removeLast()
          }
        } else {
          position = last.position
          resumptions.removeLast()
        }
      }
    }
  }

  /// The same, one character at a time, so that no step is done twice at one place.
  private mutating func matchNotingFailures(at start: Int) -> Int? {
    var (step, position) = (0, start)
    resumptions.removeAll(keepingCapacity: true)
    while true {
      let current = steps[step]
      var fails = note(step, position)
      if !fails {
        switch current.kind {
        case .set:
          if let length = length(ofSet: current.operand, at: position) {
            position += length
            step += 1
          } else {
            fails = true
          }
        case .run:
          if let length = length(ofSet: current.operand, at: position) {
            position += length
          } else {
            step += 1
          }
        case .greedyRun:
          if let length = length(ofSet: current.operand, at: position) {
            resumptions.append(
              Resumption(step: step + 1, position: position, lowest: position))
            position += length
          } else {
            step += 1
          }
        case .optional:
          if let length = length(ofSet: current.operand, at: position) { position += length }
          step += 1
        case .choice: step = takeChoice(current, at: position)
        case .jump: step = current.first
        case .assertion:
          fails = !holds(program.assertions[current.operand], at: position)
          step += 1
        case .accept:
          // What led here at the end of the match has not failed.
          for step in steps.indices { forget(step, position) }
          return position
        }
      }
      if fails {
        guard let last = resumptions.popLast() else { return nil }
        (step, position) = (last.step, last.position)
      }
    }
  }

  /// Notes that a step was tried; whether it was before.
  private mutating func note(_ step: Int, _ position: Int) -> Bool {
    let index = position * steps.count + step
    defer { failures[index >> 6] |= 1 << UInt64(index & 63) }
    return failures[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  private mutating func forget(_ step: Int, _ position: Int) {
    let index = position * steps.count + step
    failures[index >> 6] &= ~(1 << UInt64(index & 63))
  }

  /// How many bytes the character here takes, if it is a member of a set.
  @inline(__always)
  private func length(ofSet set: Int, at position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    let byte = Int(bytes[position])
    if byte < 0x80 { return asciiMembers[set << 7 | byte] ? 1 : nil }
    return length(of: program.sets[set], at: position)
  }

  private func length(of set: CharacterSet, at position: Int) -> Int? {
    guard position < bytes.count else { return nil }
    let (value, length) = bytes.codePoint(at: position)
    return set.contains(value) ? length : nil
  }

  /// Which step follows a choice. If the other may follow too, it is tried when that does not match.
  @inline(__always)
  private mutating func takeChoice(_ choice: PatternProgram.Step, at position: Int) -> Int {
    guard canBegin(choice, at: position) else { return choice.second }
    resumptions.append(Resumption(step: choice.second, position: position, lowest: position))
    return choice.first
  }

  @inline(__always)
  private func canBegin(_ step: PatternProgram.Step, at position: Int) -> Bool {
    let next = position < bytes.count ? Int(bytes[position]) : PatternProgram.beginningsStride - 1
    return beginnings[step.operand * PatternProgram.beginningsStride + next]
  }

  private func holds(_ assertion: PatternNode.Assertion, at position: Int) -> Bool {
    func isWord(_ value: UInt32) -> Bool { CharacterSet.word.contains(value) }
    switch assertion {
    case .lookahead(let set, let isNegative):
      return (length(of: set, at: position) != nil) != isNegative
    case .lookbehind(let set, let isNegative):
      return (position > 0 && set.contains(bytes.codePoint(before: position).value)) != isNegative
    case .lineStart:
      return position == 0 || bytes[position - 1] == 0xa && position < bytes.count
    case .lineEnd: return position == bytes.count || bytes[position] == 0xa
    case .textStart: return position == 0
    case .textEnd: return position == bytes.count
    case .wordBoundary(let isNegative):
      let before = position > 0 && isWord(bytes.codePoint(before: position).value)
      let after = position < bytes.count && isWord(bytes.codePoint(at: position).value)
      return (before != after) != isNegative
    }
  }
}
