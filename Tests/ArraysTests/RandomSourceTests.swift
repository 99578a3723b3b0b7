import Foundation
import Testing

@testable import BackpropArrays

@Suite struct RandomSourceTests {
  /// The known-answer vectors of Random123, the reference implementation of the paper.
  @Test func philoxGivesTheKnownAnswers() {
    let zero = philoxBlock(key: 0, stream: 0, counter: 0)
    #expect(zero == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = philoxBlock(key: .max, stream: .max, counter: .max)
    #expect(ones == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    // Digits of π: counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0.
    let pi = philoxBlock(
      key: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, counter: 0x85a3_08d3_243f_6a88)
    #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func wordsAreTheBlocksInOrder() {
    var source = RandomSource(seed: 0)
    #expect(source.next() == 0xe169_c58d_6627_e8d5)
    #expect(source.next() == 0x9b00_dbd8_bc57_ac4c)
    let second = philoxBlock(key: 0, stream: 0, counter: 1)
    #expect(source.nextWord() == second[0])
    #expect(source.counter == 2 && source.unused == 3)
  }

  /// Taking words in bulk, one by one or skipping them leads to the same words and the same place.
  @Test func bulkIsTheSameAsOneByOne() {
    for before in 0..<5 {
      for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 1024, 1027] {
        var single = RandomSource(seed: 9, stream: 4)
        for _ in 0..<before { _ = single.nextWord() }
        var bulk = single
        var skipped = single
        let expected = (0..<count).map { _ in single.nextWord() }
        let words = [UInt32](unsafeUninitializedCapacity: count + 1) { buffer, filled in
          bulk.take(count, into: buffer.baseAddress!)
          filled = count
        }
        skipped.skip(count)
        #expect(words == expected)
        #expect(bulk == single && skipped == single)
        #expect(bulk.nextWord() == single.nextWord())
      }
    }
  }

  private func filled<Number>(
    _ count: Int, _ zero: Number, _ body: (UnsafeMutableBufferPointer<Number>) -> Void
  ) -> [Number] {
    var numbers = Array(repeating: zero, count: count)
    numbers.withUnsafeMutableBufferPointer { body($0) }
    return numbers
  }

  @Test func uniformFillsTakeTheDocumentedWords() {
    var source = RandomSource(seed: 1)
    _ = source.nextWord()
    var words = source
    let floats = filled(2500, Float(0)) { source.fillUniform($0, in: -2..<3) }
    for value in floats {
      #expect(value == -2 + 5 * (Float(words.nextWord() >> 8) * 0x1p-24))
    }
    #expect(source == words)
    let doubles = filled(1300, 0.0) { source.fillUniform($0) }
    #expect(doubles == (0..<1300).map { _ in words.uniform() })
    #expect(source == words)
  }

  @Test func uniformFillsStayBelowTheUpperBound() {
    var source = RandomSource(seed: 2)
    // Half of all sums round up to the bound here.
    let floats = filled(1000, Float(0)) { source.fillUniform($0, in: 1..<Float(1).nextUp) }
    #expect(floats.allSatisfy { $0 == 1 })
    let doubles = filled(1000, 0.0) { source.fillUniform($0, in: 1..<1.0.nextUp) }
    #expect(doubles.allSatisfy { $0 == 1 })
    #expect(filled(3, Float(0)) { source.fillUniform($0, in: 4..<4) } == [4, 4, 4])
  }

  @Test func normalFillsAreBoxAndMullersFormula() {
    var source = RandomSource(seed: 3)
    _ = source.nextWord()
    for count in [0, 1, 2, 3, 1023, 1024, 1025, 2049] {
      var words = source
      let floats = filled(count, Float(0)) {
        source.fillNormal($0, mean: 10, standardDeviation: 0.5)
      }
      for pair in 0..<(count + 1) / 2 {
        let u = (Double(words.nextWord() >> 1) + 1) * 0x1p-31
        let angle = 2 * Double.pi * Double(words.nextWord()) * 0x1p-32
        let radius = (-2 * log(u)).squareRoot()
        // Float's spacing at 10 is 9.5e-7; the sum rounds to half of that.
        #expect(abs(Double(floats[2 * pair]) - (10 + 0.5 * radius * cos(angle))) < 2e-6)
        if 2 * pair + 1 < count {
          #expect(abs(Double(floats[2 * pair + 1]) - (10 + 0.5 * radius * sin(angle))) < 2e-6)
        }
      }
      #expect(source == words)
    }
  }

  @Test func doubleNormalFillsAreBoxAndMullersFormula() {
    var source = RandomSource(seed: 4)
    for count in [1, 2, 511, 513] {
      var words = source
      let doubles = filled(count, 0.0) { source.fillNormal($0) }
      for pair in 0..<(count + 1) / 2 {
        let u = (Double(words.next() >> 11) + 1) * 0x1p-53
        let angle = 2 * Double.pi * Double(words.next()) * 0x1p-64
        let radius = (-2 * log(u)).squareRoot()
        #expect(abs(doubles[2 * pair] - radius * cos(angle)) < 1e-14)
        if 2 * pair + 1 < count {
          #expect(abs(doubles[2 * pair + 1] - radius * sin(angle)) < 1e-14)
        }
      }
      #expect(source == words)
    }
  }

  /// Every corner of the words gives finite numbers within the documented reach.
  @Test func boxMullerIsFiniteAtTheCorners() {
    let corners: [UInt32] = [0, 1, 0x1fff_ffff, 0x2000_0000, 0x8000_0000, 0xc000_0000, .max]
    for radius in corners {
      for angle in corners {
        let (x, y) = boxMuller(radius, angle)
        #expect((x * x + y * y).squareRoot() < 6.56)
        let (a, b) = boxMuller(UInt64(radius) << 32, UInt64(angle) << 32)
        #expect((a * a + b * b).squareRoot() < 8.58)
      }
    }
    let (x, y) = boxMuller(UInt32(0), 0)
    #expect(abs(x - Float((62 * log(2.0)).squareRoot())) < 1e-6 && y == 0)
  }

  @Test func singleNormalIsTheFirstOfAPair() {
    var source = RandomSource(seed: 6)
    var other = source
    let first = filled(1, 0.0) { other.fillNormal($0, mean: 3, standardDeviation: 2) }
    #expect(source.normal(mean: 3, standardDeviation: 2) == first[0])
    #expect(source == other)
  }

  /// Mean, variance, and the count in each of 16 equal parts, within five standard errors.
  @Test func uniformNumbersAreUniform() {
    var source = RandomSource(seed: 10)
    let n = 40_000
    let floats = filled(n, Float(0)) { source.fillUniform($0) }.map(Double.init)
    let doubles = filled(n, 0.0) { source.fillUniform($0) }
    for numbers in [floats, doubles] {
      #expect(numbers.allSatisfy { 0 <= $0 && $0 < 1 })
      let mean = numbers.reduce(0, +) / Double(n)
      #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / Double(n)).squareRoot())
      let variance = numbers.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / Double(n)
      // Var (u - ½)² = 1/80 - 1/144 = 1/180.
      #expect(abs(variance - 1.0 / 12) < 5 * (1.0 / 180 / Double(n)).squareRoot())
      var counts = Array(repeating: 0, count: 16)
      for number in numbers { counts[Int(number * 16)] += 1 }
      let bound = 5 * (Double(n) / 16 * 15 / 16).squareRoot()
      #expect(counts.allSatisfy { abs(Double($0) - Double(n) / 16) < bound })
    }
  }

  /// Moments 1 to 4, the covariance within pairs, and the share beyond ±2, within five standard
  /// errors.
  @Test func normalNumbersAreNormal() {
    var source = RandomSource(seed: 11)
    let n = 40_000
    let count = Double(n)
    let floats = filled(n, Float(0)) { source.fillNormal($0) }.map(Double.init)
    let doubles = filled(n, 0.0) { source.fillNormal($0) }
    for numbers in [floats, doubles] {
      func moment(_ power: Double) -> Double {
        numbers.reduce(0) { $0 + pow($1, power) } / count
      }
      // E z^k = 0, 1, 0, 3; Var z^k = 1, 2, 15, 96.
      #expect(abs(moment(1)) < 5 * (1 / count).squareRoot())
      #expect(abs(moment(2) - 1) < 5 * (2 / count).squareRoot())
      #expect(abs(moment(3)) < 5 * (15 / count).squareRoot())
      #expect(abs(moment(4) - 3) < 5 * (96 / count).squareRoot())
      let products = stride(from: 0, to: n, by: 2).reduce(0) { $0 + numbers[$1] * numbers[$1 + 1] }
      #expect(abs(products / (count / 2)) < 5 * (2 / count).squareRoot())
      let share = erfc(2 / 2.0.squareRoot())
      let beyond = Double(numbers.count { abs($0) > 2 })
      #expect(abs(beyond - count * share) < 5 * (count * share * (1 - share)).squareRoot())
    }
  }

  @Test func belowIsUniform() {
    var source = RandomSource(seed: 12)
    for n: UInt32 in [1, 2, 3, 10, 3_000_000_000] {
      let draws = 6000
      var counts = Array(repeating: 0, count: Int(min(n, 10)))
      for _ in 0..<draws {
        let number = source.below(n)
        #expect(number < n)
        counts[Int(UInt64(number) * UInt64(counts.count) / UInt64(n))] += 1
      }
      let p = 1 / Double(counts.count)
      let bound = 5 * (Double(draws) * p * (1 - p)).squareRoot()
      #expect(counts.allSatisfy { abs(Double($0) - Double(draws) * p) <= bound })
    }
  }

  /// The shuffle as it is described, with `below` for each place.
  @Test func permutationIsFisherAndYatess() {
    for n in [0, 1, 2, 3, 100, 1025, 1026, 5000] {
      var source = RandomSource(seed: 13)
      var other = source
      var expected = (0..<Int32(n)).map { $0 }
      for i in stride(from: n - 1, to: 0, by: -1) {
        expected.swapAt(i, Int(other.below(UInt32(i + 1))))
      }
      #expect(source.permutation(of: n) == expected)
      #expect(source == other)
    }
  }

  @Test func everyOrderIsEquallyLikely() {
    var source = RandomSource(seed: 14)
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<24_000 { counts[source.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    let bound = 5 * (24_000.0 * (1.0 / 24) * (23.0 / 24)).squareRoot()
    #expect(counts.values.allSatisfy { abs(Double($0) - 1000) < bound })
  }

  @Test func childrenGoTheirOwnWay() {
    var parent = RandomSource(seed: 15)
    var twin = parent
    var first = parent.split()
    var second = parent.split()
    #expect(first == twin.split())
    #expect(parent.counter == 2 && parent.unused == 0)
    let sequences = [
      (0..<8).map { _ in first.next() }, (0..<8).map { _ in second.next() },
      (0..<8).map { _ in parent.next() },
    ]
    #expect(Set(sequences.joined()).count == 24)
  }

  @Test func seedsAndStreamsDiffer() {
    var seen: Set<UInt64> = []
    for seed: UInt64 in [0, 1, 2, 1 << 32, .max] {
      for stream: UInt64 in [0, 1, 1 << 32, .max] {
        var source = RandomSource(seed: seed, stream: stream)
        seen.insert(source.next())
      }
    }
    #expect(seen.count == 20)
  }

  @Test func savedStateGoesOn() throws {
    for taken in 0..<9 {
      var source = RandomSource(seed: .max, stream: 77)
      source.skip(taken)
      let data = try JSONEncoder().encode(source)
      var restored = try JSONDecoder().decode(RandomSource.self, from: data)
      #expect(restored == source)
      #expect((0..<9).map { _ in restored.next() } == (0..<9).map { _ in source.next() })
    }
    let damaged = Data(#"{"seed":1,"stream":0,"counter":5,"unused":4}"#.utf8)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(RandomSource.self, from: damaged)
    }
  }
}
