import Backprop
import BackpropFiles
import BackpropTestSupport
import Foundation
import Testing

@Suite struct EvaluateTests {
  /// Weights that take class k for a bright pixel in row 2k + 4, without anything learned: right on
  /// all pictures of `SmallDataset`, and wrong on all if `shift` is 1.
  static func rowWeights(shift: Int = 0) -> StateDictionary {
    var weight = [Float](repeating: 0, count: 784 * 10)
    for k in 0..<10 {
      for column in 0..<28 { weight[(k + shift) % 10 * 784 + (4 + 2 * k) * 28 + column] = 1 }
    }
    var state = StateDictionary()
    state.set("layers.0.weight", NDArray(weight, shape: [10, 784]))
    state.set("layers.0.bias", NDArray([Float](repeating: 0, count: 10)))
    return state
  }

  @Test func countsWhatIsRight() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = ["--dataset", "mnist", "--data-dir", data, "--json"]
      for shift in [0, 1] {
        try Self.rowWeights(shift: shift).write(to: tool.path("w.safetensors"))
        for batch in ["1", "7", "100", "9223372036854775807"] {
          let run = try tool.run(
            ["evaluate", "--weights", "w.safetensors", "--batch-size", batch] + options)
          #expect(run.status == 0, "\(run.err)")
          #expect(run.lines.count == 1)
          #expect(
            run.out.hasPrefix(
              shift == 0
                ? #"{"event":"evaluation","accuracy":1.0,"correct":100,"count":100,"seconds":"#
                : #"{"event":"evaluation","accuracy":0.0,"correct":0,"count":100,"seconds":"#))
          let confusion = try #require(try run.json()[0]["confusion"] as? [[Int]])
          let expected = (0..<10).map { k in (0..<10).map { $0 == (k + shift) % 10 ? 10 : 0 } }
          #expect(confusion == expected)
          let share = Double(1 - shift)
          for metric in ["precision", "recall", "f1"] {
            #expect(try run.json()[0][metric] as? Double == share)
          }
          let classes = try #require(try run.json()[0]["classes"] as? [[String: Any]])
          #expect(classes.count == 10)
          #expect(
            classes.allSatisfy { $0["recall"] as? Double == share && $0["examples"] as? Int == 10 })
          // Wrong scores are the same for one class as right ones for another: all or nothing.
          if shift == 0 { #expect(try run.json()[0]["roc_auc"] as? Double == 1) }
        }
      }
    }
  }

  /// Where a run was told to look for its data set, its weights are judged without being told again.
  @Test func theFolderOfTheRunsDataIsFoundAgain() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let train = try tool.run([
        "train", "--dataset", "mnist", "--data-dir", data, "--steps", "20", "--batch-size", "30",
        "--output", "run",
      ])
      #expect(train.status == 0, "\(train.err)")
      let told = try tool.run(["evaluate", "--weights", "run", "--data-dir", data, "--json"])
      let expected = try #require(try told.json()[0]["correct"] as? Int)
      for options in [["run"], ["run/model.safetensors"], ["run", "--dataset", "mnist"]] {
        let run = try tool.run(["evaluate", "--json", "--weights"] + options)
        #expect(run.status == 0, "\(options): \(run.err)")
        #expect(try run.json()[0]["count"] as? Int == 100)
        #expect(try run.json()[0]["correct"] as? Int == expected)
      }
      // Another data set is looked for where all are.
      let other = try tool.run(["evaluate", "--weights", "run", "--dataset", "fashion-mnist"])
      #expect(other.status != 0 && !other.err.contains(data), "\(other.err)")
      let picture = try tool.run(["predict", "--weights", "run", "mnist:test:3"])
      #expect(picture.status == 0, "\(picture.err)")
    }
  }

  /// The course's weights of a convolutional network, which do not say what they are.
  @Test func readsTheCoursesConvolutionalNetworks() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = ["--dataset", "mnist", "--data-dir", data, "--json"]
      let weights = ["evaluate", "--weights", Fixtures.path("pickle/simple_convnet.pkl")]
      let run = try tool.run(weights + ["--model", "simple-convnet"] + options)
      #expect(run.status == 0, "\(run.err)")
      #expect(try run.json()[0]["count"] as? Int == 100)
      let unknown = try tool.run(weights + options)
      #expect(unknown.status == 65)
      #expect(unknown.err.contains("W1 is float64 of shape (3, 1, 5, 5)"), "\(unknown.err)")
      #expect(unknown.err.contains("a convolution's: say which model"), "\(unknown.err)")
    }
  }

  @Test func alignsTheTable() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      try Self.rowWeights().write(to: tool.path("w.safetensors"))
      let run = try tool.run(
        ["evaluate", "--weights", "w.safetensors", "--dataset", "mnist", "--data-dir", data])
      #expect(run.status == 0, "\(run.err)")
      #expect(run.lines[0].hasPrefix("accuracy 1.0: 100 of 100 of MNIST"))
      #expect(
        run.lines[1] == "precision 1.0000, recall 1.0000, f1 1.0000, top5 1.0000, "
          + run.lines[1].suffix(from: run.lines[1].firstRange(of: "log loss")!.lowerBound))
      let (report, table) = (run.lines[2..<15], run.lines.dropFirst(15))
      #expect(report.first!.hasPrefix("class") && report.last!.hasPrefix("weighted mean"))
      #expect(Set(report.map(\.count)).count == 1)
      #expect(table.count == 11)
      #expect(Set(table.map(\.count)).count == 1)
    }
  }

  /// Runs `evaluate` with a weight file and expects that it is refused.
  private func refuses(_ texts: [String], write: (String) throws -> Void) throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      try write(tool.path("w"))
      let run = try tool.run(
        ["evaluate", "--weights", "w", "--dataset", "mnist", "--data-dir", data])
      #expect(run.status == 65, "\(run.err)")
      #expect(run.out.isEmpty)
      for text in ["error: cannot read the weights in 'w'"] + texts {
        #expect(run.err.contains(text), "\(run.err)")
      }
      #expect(!File.exists(tool.path("harm")))
    }
  }

  @Test func refusesWeightsOfAnotherModel() throws {
    try refuses(["missing: layers.1.weight"]) { path in
      var state = Self.rowWeights()
      state.set("layers.2.weight", NDArray([Float](repeating: 0, count: 100), shape: [10, 10]))
      try state.write(to: path)
    }
    try refuses(["unexpected: rotary.frequency (3,)"]) { path in
      var state = Self.rowWeights()
      state.set("rotary.frequency", NDArray([Float](repeating: 0, count: 3)))
      try state.write(to: path)
    }
    try refuses(["layers.0.bias is float32 of shape (9,)", "(10,)"]) { path in
      var state = Self.rowWeights()
      state.set("layers.0.bias", NDArray([Float](repeating: 0, count: 9)))
      try state.write(to: path)
    }
    try refuses(["takes 100 numbers, and a picture has 784"]) { path in
      var state = StateDictionary()
      state.set("layers.0.weight", NDArray([Float](repeating: 0, count: 1000), shape: [10, 100]))
      try state.write(to: path)
    }
    try refuses(["tells 3 classes apart, and the data set has 10"]) { path in
      var state = StateDictionary()
      state.set("layers.0.weight", NDArray([Float](repeating: 0, count: 2352), shape: [3, 784]))
      try state.write(to: path)
    }
  }

  @Test func refusesFilesThatAreCutShort() throws {
    try refuses(["cut short"]) { path in
      try Self.rowWeights().write(to: path)
      try AtomicFile.write(try File.read(path).dropLast(100), to: path)
    }
  }

  @Test func runsNothingThatAPickleAsksFor() throws {
    try refuses(["refused", "system"]) { path in
      try AtomicFile.write(Array("cos\nsystem\n(S'touch harm'\ntR.".utf8), to: path)
    }
  }

  @Test func saysThatThereIsNoFile() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(["evaluate", "--weights", "nowhere.safetensors"])
      #expect(run.status == 66)
      #expect(run.err.contains("error: cannot read 'nowhere.safetensors': there is no such file"))
    }
  }
}

extension AtomicFile {
  fileprivate static func write(_ bytes: ArraySlice<UInt8>, to path: String) throws {
    try write(Array(bytes), to: path)
  }
}
