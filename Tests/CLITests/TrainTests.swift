import Backprop
import BackpropFiles
import Foundation
import Testing

@Suite struct TrainTests {
  @Test func writesARunThatEvaluatesAsItSaid() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = ["--dataset", "mnist", "--data-dir", data]
      let run = try tool.run(
        ["train", "--epochs", "4", "--batch-size", "30", "--learning-rate", "0.5", "--json"]
          + options + ["--output", "run"])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      #expect(
        lines.map { $0["event"] as? String } == Array(repeating: "epoch", count: 4) + ["done"])
      #expect(lines.prefix(4).map { $0["epoch"] as? Int } == [1, 2, 3, 4])
      #expect(
        keys(run.lines[0])
          == ["event", "epoch", "loss", "train_accuracy", "test_accuracy", "steps_per_second"])
      #expect(keys(run.lines[4]) == ["event", "steps", "seconds", "test_accuracy", "weights"])
      #expect(lines[4]["steps"] as? Int == 40)
      // The bars do not overlap, so that the classes can be told apart without a mistake.
      #expect(lines[4]["test_accuracy"] as? Double == 1)
      #expect(lines[4]["weights"] as? String == "run/model.safetensors")

      let state = try StateDictionary(contentsOf: tool.path("run/model.safetensors"))
      #expect(
        Set(state.names) == [
          "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
        ])
      #expect(state.metadata["dataset"] == "mnist")
      #expect(state.metadata["classes"] == "0\n1\n2\n3\n4\n5\n6\n7\n8\n9")
      let metrics = String(
        decoding: try File.read(tool.path("run/metrics.jsonl")), as: UTF8.self)
      #expect(metrics.split(separator: "\n").count == 4)

      let evaluation = try tool.run(
        ["evaluate", "--weights", "run/model.safetensors", "--data-dir", data, "--json"])
      #expect(try evaluation.json()[0]["accuracy"] as? Double == 1)
    }
  }

  /// A convolutional network takes pictures and not rows, and its file says what it is.
  @Test func trainsAConvolutionalNetwork() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run([
        "train", "--model", "lenet", "--dataset", "mnist", "--data-dir", data, "--epochs", "2",
        "--batch-size", "20", "--optimizer", "adam", "--learning-rate", "0.003", "--json",
        "--output", "run",
      ])
      #expect(run.status == 0, "\(run.err)")
      let accuracy = try #require(try run.json().last?["test_accuracy"] as? Double)
      #expect(accuracy >= 0.9)
      let state = try StateDictionary(contentsOf: tool.path("run/model.safetensors"))
      #expect(state.metadata["model"] == "lenet")
      #expect(state["conv2.weight"]?.shape == [16, 6, 5, 5])
      let evaluation = try tool.run(
        ["evaluate", "--weights", "run/model.safetensors", "--data-dir", data, "--json"])
      #expect(try evaluation.json()[0]["accuracy"] as? Double == accuracy)
      let prediction = try tool.run(
        [
          "predict", "--weights", "run/model.safetensors", "--json", "mnist:test:0", "--data-dir",
          data,
        ])
      #expect(prediction.status == 0, "\(prediction.err)")
      let another = try tool.run(
        ["evaluate", "--weights", "run/model.safetensors", "--model", "mlp", "--data-dir", data])
      #expect(another.status == 65, "\(another.err)")
    }
  }

  @Test func givesTheSameBitsForTheSameSeedOnAnyNumberOfThreads() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      func weights(_ name: String, _ options: [String]) throws -> [UInt8] {
        let run = try tool.run(
          ["train", "--dataset", "mnist", "--data-dir", data, "--epochs", "2", "--hidden", "64,32"]
            + ["--output", name] + options)
        #expect(run.status == 0, "\(run.err)")
        return try File.read(tool.path(name + "/model.safetensors"))
      }
      let first = try weights("a", ["--threads", "1"])
      #expect(try weights("b", ["--threads", "1"]) == first)
      #expect(try weights("c", ["--threads", "2"]) == first)
      #expect(try weights("d", ["--seed", "1"]) != first)
    }
  }

  @Test func writesALineAnEpochForPeople() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run(
        ["train", "--dataset", "mnist", "--data-dir", data, "--steps", "7", "--optimizer", "adam"])
      #expect(run.status == 0, "\(run.err)")
      // Three steps an epoch, so that seven steps end in the third.
      #expect(run.lines.filter { $0.hasPrefix("epoch") }.count == 3)
      #expect(run.lines.contains { $0.hasPrefix("7 steps in ") })
      #expect(!run.out.contains("\u{1b}") && !run.out.contains("\r"))
      let weights = try #require(run.lines.last).replacing("weights: ", with: "")
      #expect(weights.contains(#/^runs/mnist-\d{8}-\d{6}/model\.safetensors$/#))
      #expect(File.exists(tool.path(weights)))
      #if DEBUG
        #expect(run.err.contains("warning: this is a debug build"))
      #endif
    }
  }

  /// What is asked for is written down, and makes a difference.
  @Test func trainsByEverySetting() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      func train(_ options: [String], into name: String) throws -> [UInt8] {
        let run = try tool.run(
          ["train", "--dataset", "mnist", "--data-dir", data, "--steps", "9", "--output", name]
            + options)
        #expect(run.status == 0, "\(run.err)")
        return try File.read(tool.path(name + "/model.safetensors"))
      }
      var weights = [try train([], into: "default")]
      let settings =
        TrainingConfiguration.OptimizerName.allCases.filter { $0 != .sgd }.map {
          ["--optimizer", $0.rawValue]
        }
        + TrainingConfiguration.ScheduleName.allCases.filter { $0 != .constant }.map {
          ["--schedule", $0.rawValue]
        } + [["--weight-decay", "0.1"], ["--clip", "0.01"], ["--dropout", "0.3"], ["--augment"]]
      for options in settings { weights.append(try train(options, into: "run\(weights.count)")) }
      #expect(Set(weights).count == weights.count)

      let all =
        ["--optimizer", "adamw", "--schedule", "one-cycle", "--clip", "0.5", "--augment"]
        + ["--dropout", "0.25"]
      _ = try train(all, into: "all")
      let configuration = try JSONDecoder().decode(
        TrainingConfiguration.self, from: Data(try File.read(tool.path("all/config.json"))))
      #expect(configuration.optimizer == .adamw && configuration.learningRate == 0.001)
      #expect(configuration.schedule == .oneCycle && configuration.clip == 0.5)
      #expect(configuration.weightDecay == 0.01)
      #expect(configuration.augments && configuration.dropout == 0.25)
    }
  }

  @Test func refusesOptionsThatMakeNoSense() throws {
    let cases: [(options: [String], text: String)] = [
      (["--epochs", "1", "--steps", "1"], "--epochs or --steps"),
      (["--epochs", "0"], "epochs"),
      (["--steps", "-3"], "steps"),
      (["--batch-size", "0"], "batch-size"),
      (["--learning-rate", "0"], "learning-rate"),
      (["--learning-rate", "nan"], "learning-rate"),
      (["--hidden", "50,,10"], "hidden"),
      (["--hidden", "0"], "hidden"),
      (["--hidden", "1000000,1000000"], "hidden"),
      (["--activation", "identity"], "activation"),
      (["--optimizer", "newton"], "optimizer"),
      (["--model", "transformer"], "model"),
      (["--model", "lenet", "--hidden", "20"], "--model mlp"),
      (["--schedule", "parabola"], "one-cycle"),
      (["--weight-decay=-1"], "--weight-decay is -1.0, expected 0 or more"),
      (["--weight-decay", "inf"], "weight-decay"),
      (["--clip", "0"], "--clip is 0.0, expected a number above 0"),
      (["--clip", "nan"], "clip"),
      (["--dropout", "1"], "--dropout is 1.0, expected 0 or more, less than 1"),
      (["--model", "lenet", "--dropout", "0.1"], "--dropout is 0.1, expected none: lenet"),
      (["--dataset", "cifar"], "dataset"),
      (["--threads", "0"], "threads"),
      (["--output", ""], "output"),
      (["--epochs", "9223372036854775807"], "epochs"),
    ]
    try CommandLineTool.use { tool in
      for (options, text) in cases {
        let run = try tool.run(["train"] + options)
        #expect(run.status == 64, "\(options)")
        #expect(run.err.contains(text), "\(options): \(run.err)")
        #expect(run.out.isEmpty, "\(options)")
      }
      #expect(!File.isFolder(tool.path("runs")))
    }
  }

  @Test func refusesABatchLargerThanTheData() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run(
        ["train", "--dataset", "mnist", "--data-dir", data, "--batch-size", "301"])
      #expect(run.status == 64)
      #expect(run.err.contains("error: a batch of 301 examples"))
      #expect(run.err.contains("--batch-size 300 or less"))
      #expect(!File.isFolder(tool.path("runs")))
    }
  }

  /// The names of a line's members, in order.
  private func keys(_ line: String) -> [String] {
    line.matches(of: #/"([a-z_]+)":/#).map { String($0.1) }
  }
}
