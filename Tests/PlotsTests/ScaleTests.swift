import Testing

@testable import BackpropPlots

@Suite struct ScaleTests {
  @Test func linear() {
    let scale = Scale(.linear, domain: -1...3, start: 100, end: 500)
    #expect(scale.map(-1) == 100)
    #expect(scale.map(3) == 500)
    #expect(scale.map(0) == 200)
    #expect(scale.inverse(300) == 1)
  }

  @Test func reversed() {
    let scale = Scale(.linear, domain: 0...10, start: 400, end: 0)
    #expect(scale.map(0) == 400)
    #expect(scale.map(2.5) == 300)
  }

  @Test func logarithmic() {
    let scale = Scale(.log, domain: 0.01...100, start: 0, end: 400)
    #expect(abs(scale.map(1)! - 200) < 1e-9)
    #expect(abs(scale.map(10)! - 300) < 1e-9)
    #expect(abs(scale.inverse(100) - 0.1) < 1e-12)
    #expect(scale.map(0) == nil)
    #expect(scale.map(-1) == nil)
  }

  @Test func inverseUndoesMap() {
    for scale in [
      Scale(.linear, domain: -1e-12...3e-12, start: 10, end: 600),
      Scale(.linear, domain: 5e20...6e20, start: 480, end: 0),
      Scale(.log, domain: 1e-8...1e8, start: 0, end: 640),
    ] {
      let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
      for step in 0...20 {
        let value =
          scale.kind == .log ? low * Double(step + 1) : low + (high - low) / 20 * Double(step)
        let back = scale.inverse(scale.map(value)!)
        #expect(abs(back - value) <= 1e-12 * max(abs(low), abs(high)), "\(value)")
      }
    }
  }

  @Test func whatIsNotFiniteHasNoPlace() {
    let scale = Scale(.linear, domain: 0...1, start: 0, end: 1)
    for value in [Double.nan, .infinity, -.infinity] { #expect(scale.map(value) == nil) }
  }

  /// Limits are numbers, whatever the data, and hold the data.
  @Test func limitsOfTheLargestNumbers() {
    let largest = Double.greatestFiniteMagnitude
    for kind in [AxisScale.linear, .log] {
      for low in [-largest, -1e300, -1, 0, 1e-300, 1, 1e294, largest] {
        for high in [-1e300, 0, 1e-300, 1, 1e294, 1e300, largest] where low <= high {
          guard kind == .linear || low > 0 else { continue }
          for (stickyLow, stickyHigh) in [
            (false, false), (true, false), (false, true), (true, true),
          ] {
            let limits = Scale.limits(
              kind, extent: low...high, stickyLow: stickyLow, stickyHigh: stickyHigh)
            #expect(limits.lowerBound.isFinite && limits.upperBound.isFinite)
            #expect(limits.lowerBound <= low && high <= limits.upperBound)
            #expect(limits.lowerBound < limits.upperBound)
            let scale = Scale(kind, domain: limits, start: 0, end: 100)
            let places = [low, high].map { scale.map($0)! }
            #expect(places.allSatisfy { $0 > -1e-9 && $0 < 100 + 1e-9 }, "\(low)...\(high)")
          }
        }
      }
    }
  }

  @Test func limits() {
    #expect(Scale.limits(.linear, extent: nil) == 0...1)
    #expect(Scale.limits(.log, extent: nil) == 1...10)
    #expect(Scale.limits(.linear, extent: 0...10) == -0.5...10.5)
    #expect(Scale.limits(.linear, extent: 0...10, stickyLow: true) == 0...10.5)
    #expect(Scale.limits(.linear, extent: 5...5) == 4.5...5.5)
    #expect(Scale.limits(.linear, extent: -10...(-10)) == -11...(-9))
    #expect(Scale.limits(.linear, extent: 0...Double.leastNonzeroMagnitude) == -0.05...0.5)
    // Shares keep to an axis from 0 to 1.
    #expect(Scale.limits(.linear, extent: 0.9...1) == (0.9 - 0.005)...1.005)
    #expect(Scale.limits(.linear, extent: 1...1) == 0.9...1.05)
    #expect(Scale.limits(.linear, extent: 0...0) == -0.05...0.5)
    let log = Scale.limits(.log, extent: 100...100)
    #expect(abs(log.lowerBound - 10) < 1e-9 && abs(log.upperBound - 1000) < 1e-9)
  }
}
