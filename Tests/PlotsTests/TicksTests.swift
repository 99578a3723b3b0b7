import Foundation
import Testing

@testable import BackpropPlots

@Suite struct TicksTests {
  @Test func knownRanges() {
    // Limits, how many at most, and the multiples of 1, 2, 2.5 or 5 times a power of ten in them.
    let cases: [(ClosedRange<Double>, Int, [Double], [String])] = [
      (0...1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (0...1, 5, [0, 0.25, 0.5, 0.75, 1], ["0.00", "0.25", "0.50", "0.75", "1.00"]),
      (0...10, 6, [0, 2, 4, 6, 8, 10], ["0", "2", "4", "6", "8", "10"]),
      (-3...3, 7, [-3, -2, -1, 0, 1, 2, 3], ["−3", "−2", "−1", "0", "1", "2", "3"]),
      (-0.1...1.1, 3, [0, 0.5, 1], ["0.0", "0.5", "1.0"]),
      (0...9999, 4, [0, 2500, 5000, 7500], ["0", "2500", "5000", "7500"]),
      (0...300_000, 4, [0, 100_000, 200_000, 300_000], ["0", "100k", "200k", "300k"]),
      (0...2_000_000, 5, [0, 5e5, 1e6, 1.5e6, 2e6], ["0", "0.5M", "1.0M", "1.5M", "2.0M"]),
      (0...1, 1, [0], ["0"]),
      (0.1...0.4, 4, [0.1, 0.2, 0.3, 0.4], ["0.1", "0.2", "0.3", "0.4"]),
      (97...103, 4, [98, 100, 102], ["98", "100", "102"]),
    ]
    for (domain, maximum, values, labels) in cases {
      let ticks = Ticks.linear(domain, atMost: maximum)
      if maximum > 1 {
        #expect(ticks.major == values, "\(domain) at most \(maximum)")
        #expect(ticks.labels == labels, "\(domain) at most \(maximum)")
      }
      #expect(ticks.major.count <= maximum)
    }
  }

  @Test func smallAndLargeNumbersShareAPowerOfTen() {
    let small = Ticks.linear(0...3e-5, atMost: 4)
    #expect(small.major == [0, 1e-5, 2e-5, 3e-5])
    #expect(small.labels == ["0", "1", "2", "3"])
    #expect(small.note == "×10⁻⁵")
    let large = Ticks.linear(0...3e12, atMost: 4)
    #expect(large.major == [0, 1e12, 2e12, 3e12])
    #expect(large.labels == ["0", "1", "2", "3"])
    #expect(large.note == "×10¹²")
  }

  @Test func aLargeCommonPartIsSaidOnce() {
    let ticks = Ticks.linear(1_000_000.001...1_000_000.004, atMost: 4)
    #expect(
      ticks.major == [1_000_000.001, 1_000_000.002, 1_000_000.003, 1_000_000.004])
    #expect(ticks.labels == ["0.001", "0.002", "0.003", "0.004"])
    #expect(ticks.note == "+1000000")
  }

  @Test func everyRangeGetsFewDistinctRoundTicksThatCoverIt() {
    for value in SampleFigures.noise(150) {
      for exponent in [-300, -20, -6, -3, -1, 0, 1, 3, 5, 8, 15, 200, 299] {
        for relative in [1e-6, 0.01, 0.7, 4.0] {
          let scale = pow(10, Double(exponent))
          let low = value * scale
          let domain = low...(low + abs(value) * relative * scale)
          let maximum = 2 + Int(abs(value) * 16)
          let ticks = Ticks.linear(domain, atMost: maximum)
          let name: Comment = "\(domain) at most \(maximum): \(ticks)"
          guard ticks.major.count <= maximum, ticks.labels.count == ticks.major.count else {
            Issue.record(name)
            continue
          }
          #expect(Set(ticks.labels).count == ticks.labels.count, name)
          #expect(ticks.labels.count < 2 || ticks.labels.allSatisfy { $0.count <= 9 }, name)
          let decimals = Set(
            ticks.labels.filter { $0 != "0" }.map { label in
              label.split(separator: ".").dropFirst().first?.filter(\.isNumber).count ?? 0
            })
          #expect(decimals.count <= 1, name)
          let span = domain.upperBound - domain.lowerBound
          let slack = span * 1e-6
          #expect(
            ticks.major.allSatisfy {
              $0 >= domain.lowerBound - slack && $0 <= domain.upperBound + slack
            }, name)
          // With three or more, the next multiple on either side would be outside.
          if ticks.major.count >= 3 {
            let step = ticks.major[1] - ticks.major[0]
            #expect(ticks.major[0] - step < domain.lowerBound + slack, name)
            #expect(ticks.major.last! + step > domain.upperBound - slack, name)
            // A step a third as long would have given more than the maximum.
            #expect(span / step * 3 >= Double(maximum) - 1, name)
          }
        }
      }
    }
  }

  @Test func powersOfTen() {
    let ticks = Ticks.make(.log, 1e-3...1e2, atMost: 8)
    #expect(ticks.major == [1e-3, 1e-2, 1e-1, 1, 10, 100])
    #expect(ticks.labels == ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"])
    // Between each pair of powers 2, 3 … 9.
    #expect(ticks.minor.count == 5 * 8)
    #expect(ticks.minor.contains { abs($0 - 0.05) < 1e-12 })
  }

  @Test func everySecondPowerWhereAllAreTooMany() {
    let ticks = Ticks.make(.log, 1...1e8, atMost: 5)
    #expect(ticks.major == [1, 1e2, 1e4, 1e6, 1e8])
    #expect(ticks.minor == [1e1, 1e3, 1e5, 1e7])
  }

  @Test func lessThanADecade() {
    #expect(Ticks.make(.log, 0.15...0.95, atMost: 3).major == [0.2, 0.5])
    #expect(Ticks.make(.log, 0.15...0.95, atMost: 5).major == [0.2, 0.3, 0.5, 0.7])
    // Nothing round lies in these limits: ticks as on a linear axis.
    let narrow = Ticks.make(.log, 3.1...3.5, atMost: 5)
    #expect(narrow.labels == ["3.1", "3.2", "3.3", "3.4", "3.5"])
    #expect(Ticks.make(.log, 1.5e-9...6e-9, atMost: 2).labels == ["2×10⁻⁹", "5×10⁻⁹"])
  }

  @Test func degenerateLimits() {
    #expect(Ticks.linear(2...2, atMost: 5).major == [2])
    #expect(Ticks.linear(2.1...2.9, atMost: 1).major.count <= 1)
  }
}
