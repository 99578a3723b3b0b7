import BackpropArrays
import Foundation
import BackpropTestSupport
import Testing

/// Against numpy.random.RandomState, number for number.
@Suite struct NumPyRandomTests {
  struct Fixture: Decodable {
    let cases: [Case]
    let long: LongRuns
  }

  struct Case: Decodable {
    let seed: [UInt32]
    let isArray: Bool
    let steps: [Step]
    let position: Int
    let hasGauss: Bool
    let cachedGaussian: Double
    /// The sum of (index + 1) × word over the key, modulo 2^32.
    let keyChecksum: UInt32

    var generator: NumPyRandom {
      isArray ? NumPyRandom(seed: seed) : NumPyRandom(seed: seed[0])
    }
  }

  struct Step: Decodable {
    let method: String
    let arguments: [Argument]
    let floats: [Double]?
    let integers: [Int]?
  }

  struct LongRuns: Decodable {
    let uniformLast: [Double]
    let normalLast: [Double]
    let integersLast: [Int]
    let orderFirst: [Int]
    let next: Double
  }

  enum Argument: Decodable {
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case list([Double])
    case none

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .none
      } else if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let integer = try? container.decode(Int.self) {
        self = .integer(integer)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .list(try container.decode([Double].self))
      }
    }

    var integer: Int {
      if case .integer(let value) = self { value } else { fatalError("not an integer: \(self)") }
    }

    var number: Double {
      if case .number(let value) = self { value } else { Double(integer) }
    }

    var flag: Bool {
      if case .flag(let value) = self { value } else { fatalError("not a flag: \(self)") }
    }

    var list: [Double]? {
      if case .list(let values) = self { values } else { nil }
    }
  }

  let fixture: Fixture

  init() throws {
    fixture = try Fixtures.decode(from: "numpy_random.json")
  }

  private func floats(_ step: Step, _ random: inout NumPyRandom) -> [Double] {
    let a = step.arguments
    switch step.method {
    case "random": return random.random(a[0].integer)
    case "randn": return random.randn(a[0].integer)
    case "uniform": return random.uniform(a[0].number, a[1].number, count: a[2].integer)
    case "normal":
      return random.normal(mean: a[0].number, standardDeviation: a[1].number, count: a[2].integer)
    default: fatalError("unknown method \(step.method)")
    }
  }

  private func integers(_ step: Step, _ random: inout NumPyRandom) -> [Int] {
    let a = step.arguments
    switch step.method {
    case "randint": return random.randint(a[0].integer, a[1].integer, count: a[2].integer)
    case "permutation": return random.permutation(a[0].integer)
    case "choice":
      return random.choice(a[0].integer, size: a[1].integer, replace: a[2].flag, p: a[3].list)
    case "shuffle":
      var array = Array(100..<100 + a[0].integer)
      random.shuffle(&array)
      return array
    default: fatalError("unknown method \(step.method)")
    }
  }

  @Test func interleavedCallsMatchNumPy() {
    #expect(fixture.cases.count == 8)
    for example in fixture.cases {
      var random = example.generator
      for (index, step) in example.steps.enumerated() {
        let label = "seed \(example.seed.prefix(3)), step \(index), \(step.method)"
        if let expected = step.floats {
          #expect(floats(step, &random) == expected, "\(label)")
        } else {
          #expect(integers(step, &random) == step.integers, "\(label)")
        }
      }
    }
  }

  @Test func stateMatchesNumPy() {
    for example in fixture.cases {
      var random = example.generator
      for step in example.steps {
        if step.floats != nil { _ = floats(step, &random) } else { _ = integers(step, &random) }
      }
      let state = random.state
      #expect(state.position == example.position)
      #expect(state.hasGauss == example.hasGauss)
      #expect(state.cachedGaussian == example.cachedGaussian)
      let checksum = state.key.enumerated().reduce(UInt32(0)) { sum, item in
        sum &+ UInt32(item.offset + 1) &* item.element
      }
      #expect(checksum == example.keyChecksum)
    }
  }

  @Test func longRunsMatchNumPy() {
    var random = NumPyRandom(seed: 7)
    #expect(random.random(5000).suffix(5) == fixture.long.uniformLast[...])
    #expect(random.randn(4999).suffix(5) == fixture.long.normalLast[...])
    #expect(random.randint(0, 60000, count: 3001).suffix(5) == fixture.long.integersLast[...])
    #expect(random.permutation(2000).prefix(8) == fixture.long.orderFirst[...])
    #expect(random.random() == fixture.long.next)
  }

  @Test func singleValuesAreThoseOfTheBulk() {
    var single = NumPyRandom(seed: 3)
    var bulk = single
    #expect((0..<9).map { _ in single.randn() } == bulk.randn(9))
    #expect((0..<9).map { _ in single.random() } == bulk.random(9))
    #expect((0..<9).map { _ in single.randint(-5, 90) } == bulk.randint(-5, 90, count: 9))
    #expect((0..<9).map { _ in single.uniform(2, 3) } == bulk.uniform(2, 3, count: 9))
    #expect(
      (0..<9).map { _ in single.normal(mean: 2, standardDeviation: 3) }
        == bulk.normal(mean: 2, standardDeviation: 3, count: 9))
    #expect(single == bulk)
  }

  /// The reference implementation's test vector: init_by_array(0x123, 0x234, 0x345, 0x456) gives
  /// 1067595299, 955945823, 477289528, 4107218783 first.
  @Test func nextTakesTheHighWordFirst() {
    var random = NumPyRandom(seed: [0x123, 0x234, 0x345, 0x456])
    #expect(random.next() == 1_067_595_299 << 32 | 955_945_823)
    #expect(random.next() == 477_289_528 << 32 | 4_107_218_783)
  }

  @Test func shuffleMovesEqualElementsOfAnyType() {
    var numbers = NumPyRandom(seed: 11)
    var words = numbers
    var array = ["a", "b", "c", "d", "e", "f"]
    words.shuffle(&array)
    let order = numbers.permutation(6)
    #expect(array == order.map { ["a", "b", "c", "d", "e", "f"][$0] })
    var empty: [String] = []
    words.shuffle(&empty)
    #expect(empty.isEmpty && words == numbers)
  }

  @Test func savedStateGoesOn() throws {
    var random = NumPyRandom(seed: 5)
    _ = random.randn(7)
    let data = try JSONEncoder().encode(random)
    var restored = try JSONDecoder().decode(NumPyRandom.self, from: data)
    #expect(restored == random)
    var copy = try NumPyRandom(state: random.state)
    let expected = random.randn(700)
    #expect(restored.randn(700) == expected)
    #expect(copy.randn(700) == expected)
  }

  @Test func impossibleStatesAreRefused() throws {
    let good = NumPyRandom(seed: 5).state
    var short = good
    short.key.removeLast()
    var beyond = good
    beyond.position = 625
    var zeros = good
    zeros.key = Array(repeating: 0, count: 624)
    for (state, word) in [(short, "623 words"), (beyond, "625"), (zeros, "all words")] {
      let error = #expect(throws: NumPyRandom.InvalidState.self) { try NumPyRandom(state: state) }
      #expect(error?.description.contains(word) == true)
      let data = try JSONEncoder().encode(state)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(NumPyRandom.self, from: data)
      }
    }
  }

  @Test func emptyRangesStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      var random = NumPyRandom(seed: 0)
      _ = random.randint(3, 3, count: 1)
    }
    await #expect(processExitsWith: .failure) {
      var random = NumPyRandom(seed: 0)
      _ = random.choice(3, size: 4, replace: false)
    }
  }
}
