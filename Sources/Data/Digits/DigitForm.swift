/// One way of writing a digit: its strokes as knots that a pen runs through.
///
/// A form is given by one or more examples with the same strokes and numbers of knots, for
/// instance a wide one and a narrow one; a digit is drawn from a random mixture of them.
///
/// An example is written as a string. Knots are `x,y` in hundredths of the digit's height, x to the
/// right and y downwards, parted by spaces; the pen runs smoothly through a knot, except that
/// it turns sharply at one followed by `!`; a `/` lifts the pen for the next stroke.
///
///     DigitForm("28,2 14,52! 88,50 / 75,2 66,98")  // a 4: an open corner, then the stem
struct DigitForm: Sendable {
  /// How often this form is chosen, in proportion to the others of its digit.
  let weight: Float

  /// The knots of each example, strokes one after the other; all examples have as many.
  let examples: [[SIMD2<Float>]]

  /// What happens at each knot.
  let turns: [Turn]

  /// How the pen moves on from a knot.
  enum Turn: UInt8, Sendable {
    /// It runs through without a corner.
    case smooth
    /// It changes direction at once.
    case sharp
    /// It is lifted: the stroke's last knot.
    case end
  }

  init(_ examples: String..., weight: Float) {
    let parsed = examples.map(Self.parse)
    self.weight = weight
    self.examples = parsed.map(\.knots)
    turns = parsed[0].turns
    for (example, text) in zip(parsed, examples) where example.turns != turns {
      fatalError("DigitForm: '\(text)' has other strokes, knots or corners than '\(examples[0])'")
    }
  }

  private static func parse(_ text: String) -> (knots: [SIMD2<Float>], turns: [Turn]) {
    var knots: [SIMD2<Float>] = []
    var turns: [Turn] = []
    for word in text.split(separator: " ") {
      if word == "/" {
        turns[turns.count - 1] = .end
        continue
      }
      let isSharp = word.hasSuffix("!")
      let numbers = word.dropLast(isSharp ? 1 : 0).split(separator: ",").compactMap { Float($0) }
      guard numbers.count == 2 else {
        fatalError("DigitForm: expected a knot such as '12,34', found '\(word)' in '\(text)'")
      }
      knots.append(SIMD2(numbers[0], numbers[1]) * 0.01)
      turns.append(isSharp ? .sharp : .smooth)
    }
    turns[turns.count - 1] = .end
    return (knots, turns)
  }
}
