import BackpropFiles
import Foundation
import Testing

/// Nothing that is asked for is passed over in silence.
@Suite struct IgnoredOptionsTests {
  /// A value for each option of `backprop train` that says what is trained; all but --resume, --threads and
  /// --json.
  private static let values = [
    "--dataset": "digits", "--target": "a", "--goal": "number", "--type": "a=number",
    "--missing": "mean", "--separator": ";", "--header": nil, "--image-size": "8x8",
    "--colors": "gray", "--test-share": "0.5", "--data-dir": "d", "--model": "mlp",
    "--hidden": "5", "--activation": "relu", "--dropout": "0.1", "--augment": nil, "--epochs": "1",
    "--steps": "10", "--batch-size": "5", "--optimizer": "adam", "--learning-rate": "0.1",
    "--schedule": "cosine", "--weight-decay": "0.1", "--clip": "1", "--seed": "1",
    "--validation": "0.1", "--patience": "3", "--class-weights": "balanced",
    "--checkpoint-every": "5", "--checkpoint-minutes": "1", "--tensorboard": "t",
    "--grid": "clip=1", "--range": "clip=1..2", "--random": "3", "--metric": "loss",
  ]

  /// A search that goes on takes nothing of what a search is; the list above is that of the help.
  @Test func aSearchThatGoesOn() throws {
    try CommandLineTool.use { tool in
      // --epochs and --steps exclude each other.
      for left in ["--epochs", "--steps"] {
        let options = Self.values.filter { $0.key != left }
        let run = try tool.run(
          ["search", "--resume", "s"] + options.flatMap { [$0.key] + ($0.value.map { [$0] } ?? []) }
        )
        #expect(run.status == 64, "\(run.err)")
        let refused = run.err.split { $0 == " " || $0 == "," || $0 == "\n" }.map(String.init)
        #expect(run.err.contains("it takes no --grid, --range"), "\(run.err)")
        for name in options.keys { #expect(refused.contains(name), "\(name): \(run.err)") }
      }
      let help = try tool.run(["search", "--help"]).out
      let words = help.split { !("a"..."z" ~= $0 || $0 == "-") }.map(String.init)
      let options = Set(words.filter { $0.hasPrefix("--") && $0.count > 2 })
      let known = Set(Self.values.keys)
        .union([
          "--resume", "--output", "--overwrite", "--threads", "--json", "--parallel", "--trials",
        ])
        .union(["--no-header", "--help", "--version"])
      #expect(options.subtracting(known).isEmpty)
    }
  }

  @Test func findRate() throws {
    try CommandLineTool.use { tool in
      for options in [
        ["--schedule", "cosine"], ["--patience", "3", "--validation", "0.1"], ["--resume", "r"],
        ["--overwrite", "--output", "o"], ["--checkpoint-every", "5"],
        ["--checkpoint-minutes", "1"], ["--tensorboard", "t"], ["--learning-rate", "1"],
      ] {
        let run = try tool.run(["find-rate"] + options)
        #expect(run.status == 64, "\(options): \(run.err)")
        #expect(run.err.contains("would ignore \(options[0])"), "\(options): \(run.err)")
      }
    }
  }

  /// A run that was cut off is not replaced by a new one unless that is asked for.
  @Test func unfinishedRunsAreKept() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = [
        "train", "--dataset", "mnist", "--data-dir", data, "--batch-size", "10", "--steps", "6",
        "--checkpoint-every", "2", "--output", "my run",
      ]
      let first = try tool.run(options)
      #expect(first.status == 0, "\(first.err)")
      // One that has ended is replaced, as a run is repeated.
      #expect(try tool.run(options).status == 0)
      let checkpoints = tool.path("my run/checkpoints")
      // As a run that was killed leaves it.
      for name in ["result.json", "model.safetensors", "checkpoints/step-000000006.safetensors"] {
        try File.remove(tool.path("my run/" + name))
      }
      let (before, told) = (
        File.names(in: checkpoints), try File.read(tool.path("my run/metrics.jsonl"))
      )
      let refused = try tool.run(options)
      #expect(refused.status == 73, "\(refused.err)")
      for text in [
        "a checkpoint of step 4", "backprop train --resume 'my run'", "--overwrite",
      ] { #expect(refused.err.contains(text), "\(refused.err)") }
      #expect(File.names(in: checkpoints) == before)
      #expect(try File.read(tool.path("my run/metrics.jsonl")) == told)
      let resumed = try tool.run(["train", "--resume", "my run"])
      #expect(
        resumed.status == 0 && resumed.out.contains("going on after step 4"), "\(resumed.err)")
      try File.remove(tool.path("my run/result.json"))
      let replaced = try tool.run(options + ["--overwrite"])
      #expect(replaced.status == 0, "\(replaced.err)")
      #expect(File.exists(tool.path("my run/result.json")))
      let alone = try tool.run(["train", "--overwrite"])
      #expect(alone.status == 64 && alone.err.contains("--output DIR"), "\(alone.err)")
    }
  }
}
