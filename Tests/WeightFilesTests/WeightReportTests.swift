import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import Testing

@testable import BackpropWeightFiles

@Suite struct WeightReportTests {
  private struct Model: Layer {
    let hidden = Linear(weight: .zeros([2, 3]), bias: .zeros([3]))
    let output = Linear(weight: .zeros([3, 1]))
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { output(hidden(x, mode), mode) }
  }

  /// A state that fits `Model`, all ones.
  private func fitting() -> StateDictionary {
    var state = StateDictionary()
    state.set("hidden.weight", .ones([3, 2]))
    state.set("hidden.bias", .ones([3]))
    state.set("output.weight", .ones([1, 3]))
    return state
  }

  private func without(_ name: String) throws -> StateDictionary {
    try fitting().renamed { $0 == name ? nil : $0 }
  }

  private func sum(_ model: Model) -> Double {
    model.parameters.reduce(0) { $0 + $1.array.doubles.reduce(0, +) }
  }

  private func refused(_ state: StateDictionary) throws -> WeightReport {
    let model = Model()
    let error = try #require(throws: WeightFileError.self) { try model.load(state) }
    #expect(sum(model) == 0, "nothing is changed")
    guard case .doesNotFit(let report) = error.reason else {
      Issue.record("\(error)")
      return WeightReport()
    }
    for line in report.problems + report.hints { #expect("\(error)".contains(line)) }
    return report
  }

  @Test func whatFitsIsLoaded() throws {
    let model = Model()
    let report = try model.load(fitting())
    #expect(report.isComplete)
    #expect(report.loaded == ["hidden.weight", "hidden.bias", "output.weight"])
    #expect(sum(model) == 12)
  }

  @Test func allThatIsWrongIsInOneReport() throws {
    var state = try without("output.weight")
    state.set("hidden.weight", .ones([2, 3]))
    state.set("hidden.bias", NDArray([Int32(1), 2, 3]))
    state.set("output.wieght", .ones([1, 3]))
    state.set("steps", NDArray([Int64(3)]))
    let report = try refused(state)
    #expect(
      report.problems == [
        "misshapen: hidden.weight is (2, 3), expected (3, 2), its transpose",
        "wrong type: hidden.bias is int32, expected floating-point numbers",
        "missing: output.weight (1, 3); is it output.wieght?",
        "unexpected: output.wieght (1, 3)",
        "unexpected: steps (1,)",
      ])
    #expect(report.misshapen[0].isTransposed)
    #expect(report.hints.count == 1 && report.hints[0].contains("layout"))
  }

  @Test func whatFitsCanBeLoadedAlone() throws {
    let model = Model()
    var state = try without("hidden.bias")
    state.set("output.weight", .ones([1, 4]))
    let report = try model.load(state, strict: false)
    #expect(report.loaded == ["hidden.weight"])
    #expect(report.missing.map(\.name) == ["hidden.bias"])
    #expect(report.misshapen.map(\.name) == ["output.weight"])
    #expect(!report.misshapen[0].isTransposed)
    #expect(sum(model) == 6)
  }

  @Test func aPrefixIsFoundAndRemoved() throws {
    let prefixed = try fitting().replacingPrefix("", with: "module.")
    let report = try refused(prefixed)
    #expect(report.extraPrefix == "module.")
    let model = Model()
    try model.load(prefixed.removingPrefix("module."))
    #expect(sum(model) == 12)
  }

  @Test func filesAreRenamedWhileTheyAreLoaded() throws {
    try withTemporaryFolder { folder in
      var state = try fitting().replacingPrefix("output", with: "head")
      state.set("step", NDArray([Int64(3)]))
      try state.write(to: folder + "/a")
      let model = Model()
      try model.load(from: folder + "/a") { name in
        name == "step" ? nil : name == "head.weight" ? "output.weight" : name
      }
      #expect(sum(model) == 12)
    }
  }

  @Test func renamingGivesNoNameTwice() throws {
    let error = try #require(throws: WeightFileError.self) {
      try fitting().renamed { $0.hasSuffix("weight") ? "w" : $0 }
    }
    #expect("\(error)".contains("hidden.weight and output.weight the same name, w"))
  }

  private struct Tied: Layer {
    let encoder: Linear
    let decoder: Linear
    init() {
      encoder = Linear(weight: .zeros([2, 2]))
      decoder = encoder
    }
    func forward(_ x: Tensor, _ mode: Mode) -> Tensor { decoder(encoder(x, mode), mode) }
  }

  @Test func aSharedParameterNeedsOneOfItsNames() throws {
    let numbers = NDArray([Float(1), 2, 3, 4], shape: [2, 2])
    for name in ["encoder.weight", "decoder.weight"] {
      var state = StateDictionary()
      state.set(name, numbers)
      let model = Tied()
      #expect(try model.load(state).loaded == [name])
      #expect(model.encoder.weight.array.doubles == [1, 3, 2, 4])
    }
    // As it is saved: under both.
    let model = Tied()
    var state = model.stateDictionary
    #expect(state.names == ["encoder.weight", "decoder.weight"])
    #expect(try model.load(state).isComplete)
    state.set("decoder.weight", numbers)
    let error = try #require(throws: WeightFileError.self) { try model.load(state) }
    #expect("\(error)".contains("encoder.weight and decoder.weight are one parameter, and differ"))
    let missing = try #require(throws: WeightFileError.self) { try model.load(StateDictionary()) }
    #expect("\(missing)".contains("missing: encoder.weight (2, 2)"))
  }

  @Test func distancesAreCountedInLetters() {
    let cases = [
      ("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("weight", "wieght", 2),
      ("flaw", "lawn", 2), ("same", "same", 0),
    ]
    for (a, b, distance) in cases {
      #expect(NearNames.editDistance(a, b) == distance)
      #expect(NearNames.editDistance(b, a) == distance)
    }
  }
}
