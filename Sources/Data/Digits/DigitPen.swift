/// Draws one digit: chooses a form, bends it as a hand would, and lays ink on the pixels.
///
/// A pen owns its scratch memory, so each thread has its own. Only +, −, ×, ÷ and √ are used, which
/// every IEEE 754 machine rounds alike: the bytes depend on the random stream and nothing else.
final class DigitPen {
  /// Pixels along a side of an image.
  static let side = 28

  /// Pixels along a side of the box into which a digit is fitted, as in MNIST.
  static let box: Float = 20

  /// The canvas on which a digit is drawn before it is centred; a digit of 20 pixels and its
  /// blurred rim fit.
  private static let canvasSide = 24
  private static let canvasMargin: Float = 2

  /// Straight pieces into which the line between two knots is cut; each is about a pixel long or
  /// two, and bends are out of sight.
  private static let steps = 6

  private static let maximumKnots = DigitStrokes.forms.joined().map(\.turns.count).max()!
  private static let maximumPoints = maximumKnots * steps

  /// A point of the drawn line, the pen's radius there, and whether the pen draws to the next.
  private struct Point {
    var position: SIMD2<Float>
    var radius: Float
    var isDown: Bool
  }

  private let knots = UnsafeMutableBufferPointer<SIMD2<Float>>.allocate(capacity: maximumKnots)
  private let points = UnsafeMutableBufferPointer<Point>.allocate(capacity: maximumPoints)
  private let canvas = UnsafeMutableBufferPointer<Float>.allocate(
    capacity: canvasSide * canvasSide)
  private var pointCount = 0

  /// The width of the rim over which ink fades to paper, in pixels.
  private var softness: Float = 1

  deinit {
    knots.deallocate()
    points.deallocate()
    canvas.deallocate()
  }

  /// Draws `digit` into 784 bytes, row by row, 0 for paper and 255 for full ink.
  func draw(_ digit: Int, into image: UnsafeMutablePointer<UInt8>, using random: inout DigitRandom)
  {
    let form = Self.choose(from: DigitStrokes.forms[digit], using: &random)
    let posture = DigitPosture.usual[digit]
    placeKnots(of: form, using: &random)
    bendKnots(count: form.turns.count, posture: posture, using: &random)
    traceLine(through: form.turns)
    fitIntoBox(ink: posture.ink, using: &random)
    layInk()
    let centre = develop()
    copy(to: image, centring: centre, using: &random)
  }

  private static func choose(from forms: [DigitForm], using random: inout DigitRandom) -> DigitForm
  {
    var total: Float = 0
    for form in forms { total += form.weight }
    var rest = random.uniform() * total
    for form in forms {
      rest -= form.weight
      if rest < 0 { return form }
    }
    return forms[forms.count - 1]
  }

  /// Mixes two of the form's examples and lets the hand tremble.
  private func placeKnots(of form: DigitForm, using random: inout DigitRandom) {
    let count = form.turns.count
    let one = form.examples[random.below(form.examples.count)]
    let other = form.examples[random.below(form.examples.count)]
    let share = random.uniform(DigitVariation.mixture)
    let sloppiness = random.uniform(DigitVariation.jitter)
    for i in 0..<count {
      let isEndpoint = i == 0 || form.turns[i - 1] == .end || form.turns[i] == .end
      let spread = isEndpoint ? DigitVariation.endJitter * sloppiness : sloppiness
      let knot = one[i] + (other[i] - one[i]) * share
      knots[i] = knot + SIMD2(random.normal(), random.normal()) * spread
    }
  }

  /// Bends the plane, stretches it, turns it and slants it.
  private func bendKnots(count: Int, posture: DigitPosture, using random: inout DigitRandom) {
    func bend() -> Float { DigitVariation.bend * random.normal() }
    let bendX = (xx: bend(), xy: bend(), yy: bend())
    let bendY = (xx: bend(), xy: bend(), yy: bend())
    let width = posture.width * (1 + DigitVariation.width * random.normal())
    let slant = posture.lean + DigitVariation.slant * random.normal()
    // The tangent of half the angle gives sine and cosine by division alone.
    let t = DigitVariation.rotation * 0.5 * random.normal()
    let cosine = (1 - t * t) / (1 + t * t)
    let sine = 2 * t / (1 + t * t)
    for i in 0..<count {
      let p = (knots[i] - SIMD2(0.5, 0.5)) * 2
      let square = (xx: p.x * p.x, xy: p.x * p.y, yy: p.y * p.y)
      let bentX = p.x + bendX.xx * square.xx + bendX.xy * square.xy + bendX.yy * square.yy
      let y = p.y + bendY.xx * square.xx + bendY.xy * square.xy + bendY.yy * square.yy
      let x = bentX * width - slant * y
      knots[i] = SIMD2(cosine * x - sine * y, sine * x + cosine * y)
    }
  }

  /// Runs a Catmull–Rom spline through the knots.
  private func traceLine(through turns: [DigitForm.Turn]) {
    pointCount = 0
    let steps = Self.steps
    for i in 0..<turns.count {
      let isStart = i == 0 || turns[i - 1] == .end
      if turns[i] == .end {
        append(knots[i], isDown: false)
        continue
      }
      let from = knots[i]
      let to = knots[i + 1]
      // At an end or a corner the chord itself is the tangent.
      let startTangent =
        isStart || turns[i] == .sharp ? to - from : (to - knots[i - 1]) * 0.5
      let endTangent =
        turns[i + 1] != .smooth ? to - from : (knots[i + 2] - from) * 0.5
      for step in 0..<steps {
        let t = Float(step) / Float(steps)
        let t2 = t * t
        let t3 = t2 * t
        let a = from * (2 * t3 - 3 * t2 + 1) + startTangent * (t3 - 2 * t2 + t)
        append(a + to * (3 * t2 - 2 * t3) + endTangent * (t3 - t2), isDown: true)
      }
    }
  }

  private func append(_ position: SIMD2<Float>, isDown: Bool) {
    points[pointCount] = Point(position: position, radius: 0, isDown: isDown)
    pointCount += 1
  }

  /// Scales the line so that its ink just fills a box of 20 × 20 pixels, keeping its shape.
  private func fitIntoBox(ink: Float, using random: inout DigitRandom) {
    var low = points[0].position
    var high = low
    for i in 0..<pointCount {
      low = pointwiseMin(low, points[i].position)
      high = pointwiseMax(high, points[i].position)
    }
    let extent = high - low
    let z = random.normal()
    let usual = ink * DigitVariation.thickness
    let limits = DigitVariation.thicknessLimits
    let thickness = min(
      max(
        usual + DigitVariation.thicknessSpread * z + DigitVariation.thicknessSkew * z * z,
        limits.lowerBound), limits.upperBound)
    softness = random.uniform(DigitVariation.softness)
    // The ink ends half the thickness and half the width of the blurred rim beyond the line.
    let rim = thickness * 0.5 + DigitVariation.rim
    let scale = (Self.box - 2 * rim) / max(extent.x, extent.y, 0.01)
    let corner = Self.canvasMargin + rim
    // The pressure rises or falls along the line, and is higher or lower in its middle.
    let rise = DigitVariation.pressure * random.normal()
    let sag = DigitVariation.pressure * random.normal()
    for i in 0..<pointCount {
      points[i].position = (points[i].position - low) * scale + corner
      let s = 2 * Float(i) / Float(pointCount) - 1
      let pressure = 1 + rise * s + sag * (s * s - 0.4)
      points[i].radius = thickness * 0.5 * pressure
    }
  }

  /// Marks on the canvas how far inside the ink each pixel's centre lies (negative: outside).
  private func layInk() {
    let side = Self.canvasSide
    // Deeper in paper than any rim is wide.
    canvas.update(repeating: -Float(side))
    for i in 0..<pointCount where points[i].isDown {
      let a = points[i].position
      let ab = points[i + 1].position - a
      let radius = points[i].radius
      let growth = points[i + 1].radius - radius
      let reach = max(radius, points[i + 1].radius) + softness * 0.5
      let b = points[i + 1].position
      let left = max(0, Int(min(a.x, b.x) - reach))
      let right = min(side - 1, Int(max(a.x, b.x) + reach))
      let top = max(0, Int(min(a.y, b.y) - reach))
      let bottom = min(side - 1, Int(max(a.y, b.y) + reach))
      let inverse = 1 / max(ab.x * ab.x + ab.y * ab.y, 1e-6)
      guard left <= right, top <= bottom else { continue }
      for y in top...bottom {
        let py = Float(y) + 0.5 - a.y
        let row = y * side
        for x in left...right {
          let px = Float(x) + 0.5 - a.x
          let t = min(1, max(0, (px * ab.x + py * ab.y) * inverse))
          let dx = px - t * ab.x
          let dy = py - t * ab.y
          let depth = radius + t * growth - (dx * dx + dy * dy).squareRoot()
          canvas[row + x] = max(canvas[row + x], depth)
        }
      }
    }
  }

  /// Turns depth into ink from 0 to 1, and finds the centre of its mass.
  private func develop() -> SIMD2<Float> {
    let side = Self.canvasSide
    let sharpness = 1 / softness
    var mass: Float = 0
    var moment = SIMD2<Float>.zero
    for y in 0..<side {
      for x in 0..<side {
        let ink = min(1, max(0, canvas[y * side + x] * sharpness + 0.5))
        canvas[y * side + x] = ink
        mass += ink
        moment += SIMD2(Float(x), Float(y)) * ink
      }
    }
    return moment / mass
  }

  /// Copies the canvas to the image with `centre` in its middle, as grey levels with some grain.
  private func copy(
    to image: UnsafeMutablePointer<UInt8>, centring centre: SIMD2<Float>,
    using random: inout DigitRandom
  ) {
    let side = Self.canvasSide
    let middle = Float(Self.side - 1) * 0.5
    let shiftX = Int((middle - centre.x).rounded())
    let shiftY = Int((middle - centre.y).rounded())
    image.update(repeating: 0, count: Self.side * Self.side)
    for y in max(0, -shiftY)..<min(side, Self.side - shiftY) {
      for x in max(0, -shiftX)..<min(side, Self.side - shiftX) {
        let ink = canvas[y * side + x]
        guard ink > 0 else { continue }
        var grey = ink * 255
        if ink < 1 { grey += DigitVariation.grain * random.normal() }
        image[(y + shiftY) * Self.side + x + shiftX] = UInt8(min(255, max(0, grey + 0.5)))
      }
    }
  }
}
