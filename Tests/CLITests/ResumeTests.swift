import Backprop
import BackpropFiles
import Foundation
import Testing

/// Runs that are cut off and taken up again by `--resume`.
@Suite struct ResumeTests {
  private func options(_ tool: CommandLineTool) throws -> [String] {
    [
      "--dataset", "mnist", "--data-dir", try SmallDataset().write(to: tool), "--batch-size", "20",
      "--optimizer", "adam", "--hidden", "16",
    ]
  }

  private func weights(_ tool: CommandLineTool, _ run: String) throws -> [UInt8] {
    try File.read(tool.path(run + "/model.safetensors"))
  }

  private func epochs(_ tool: CommandLineTool, _ run: String) throws -> [EpochReport] {
    try RunFolder.reports(of: tool.path(run))
  }

  /// 15 steps an epoch. By SIGKILL nothing is said and nothing is saved but what was there already.
  @Test(arguments: [SIGKILL, SIGINT, SIGHUP])
  func goesOnAfterASignalOnOtherThreads(_ signal: Int32) throws {
    try CommandLineTool.use { tool in
      let options = try options(tool) + ["--steps", "400"]
      let whole = try tool.run(["train", "--output", "whole", "--threads", "1"] + options)
      #expect(whole.status == 0, "\(whole.err)")
      let first = try tool.run(
        ["train", "--output", "run", "--threads", "2", "--checkpoint-every", "7", "--json"]
          + options
      ) { kill($0.processIdentifier, signal) }
      if signal == SIGKILL {
        #expect(first.status == SIGKILL)
      } else {
        #expect(first.status == 130)
        #expect(first.err.contains("Go on with: backprop train --resume run"))
      }
      let second = try tool.run(["train", "--resume", "run", "--threads", "1"])
      #expect(second.status == 0, "\(second.err)")
      #expect(second.out.contains(#/going on after step \d+ of 400/#), "\(second.out)")
      #expect(try weights(tool, "run") == weights(tool, "whole"))
      let (found, expected) = (try epochs(tool, "run"), try epochs(tool, "whole"))
      #expect(found.map(\.epoch) == Array(1...27))
      #expect(found.map(\.loss) == expected.map(\.loss))
      #expect(found.map(\.metrics) == expected.map(\.metrics))
      // How often checkpoints are written is part of the run.
      let steps = Checkpoints.steps(in: tool.path("run/checkpoints"))
      #expect(steps.suffix(3) == [392, 399, 400])
    }
  }

  /// The shell's `nohup` has the program ignore a closed terminal.
  @Test func goesOnWhereHangUpsAreIgnored() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(
        ["train", "--output", "run", "--steps", "200", "--json"] + options(tool),
        shell: #"trap '' HUP; exec "$0" "$@""#
      ) { kill($0.processIdentifier, SIGHUP) }
      #expect(run.status == 0, "\(run.err)")
    }
  }

  @Test func aFinishedRunSaysSo() throws {
    try CommandLineTool.use { tool in
      #expect(
        try tool.run(["train", "--output", "run", "--epochs", "2"] + options(tool)).status == 0)
      let before = try weights(tool, "run")
      let again = try tool.run(["train", "--resume", "run"])
      #expect(again.status == 0, "\(again.err)")
      #expect(again.out.contains("the run in 'run' is finished: all of its 30 steps are done"))
      let json = try tool.run(["train", "--resume", "run", "--json"])
      #expect(try json.json().map { $0["event"] as? String } == ["done"])
      #expect(try json.json()[0]["steps"] as? Int == 30)
      #expect(json.err.contains("is finished"))
      #expect(try weights(tool, "run") == before)
    }
  }

  @Test func aRunCanBecomeLonger() throws {
    try CommandLineTool.use { tool in
      let options = try options(tool)
      for (name, length) in [("short", ["--epochs", "2"]), ("whole", ["--epochs", "4"])] {
        #expect(try tool.run(["train", "--output", name] + options + length).status == 0)
      }
      let longer = try tool.run(["train", "--resume", "short", "--epochs", "4", "--json"])
      #expect(longer.status == 0, "\(longer.err)")
      #expect(try longer.json().compactMap { $0["epoch"] as? Int } == [3, 4])
      #expect(try weights(tool, "short") == weights(tool, "whole"))
      #expect(
        try RunFolder.configuration(TrainingConfiguration.self, of: tool.path("short")).length
          == .epochs(4))
      #expect(try tool.run(["train", "--resume", "short"]).out.contains("is finished"))

      // Steps that end within an epoch.
      for (name, steps) in [("a", "20"), ("b", "50")] {
        #expect(try tool.run(["train", "--output", name, "--steps", steps] + options).status == 0)
      }
      #expect(try tool.run(["train", "--resume", "a", "--steps", "50"]).status == 0)
      #expect(try weights(tool, "a") == weights(tool, "b"))
      #expect(try epochs(tool, "a").map(\.step) == [15, 30, 45, 50])
    }
  }

  @Test func whatWouldBeAnotherRunIsRefused() throws {
    try CommandLineTool.use { tool in
      let usual = ["--epochs", "2", "--schedule", "cosine", "--seed", "5"]
      #expect(try tool.run(["train", "--output", "run"] + options(tool) + usual).status == 0)
      let before = try File.read(tool.path("run/config.json"))
      let cases: [(options: [String], text: String)] = [
        (["--learning-rate", "0.5"], "--learning-rate is 0.5, and the run's is 0.001"),
        (["--seed", "0"], "--seed is 0, and the run's is 5"),
        (["--batch-size", "10"], "--batch-size is 10, and the run's is 20"),
        (["--hidden", "50"], "--hidden is 50, and the run's is 16"),
        (["--model", "lenet"], "--model is lenet, and the run's is mlp"),
        (["--dataset", "digits"], "--dataset is digits, and the run's is mnist"),
        (["--clip", "1"], "--clip is 1.0, and the run's is not set"),
        (["--augment"], "--augment is true, and the run's is false"),
        (["--optimizer", "sgd"], "--optimizer is sgd, and the run's is adam"),
        (["--epochs", "1"], "--epochs is 1, and the run's is 2; it can only become more"),
        (["--epochs", "3"], "with --schedule cosine the learning rate follows from the length"),
        (["--steps", "100"], "the run was begun with --epochs"),
        (["--output", "other"], "--output or --resume"),
        (["--checkpoint-every", "0"], "--checkpoint-every is 0, expected 1 or more"),
        (["--checkpoint-minutes", "-1"], "checkpoint-minutes"),
      ]
      for (options, text) in cases {
        let run = try tool.run(["train", "--resume", "run"] + options)
        #expect(run.status == 64, "\(options)")
        #expect(run.err.contains(text), "\(options): \(run.err)")
      }
      // What is the same, or makes no difference, is no contradiction.
      let same = try tool.run(
        ["train", "--resume", "run", "--seed", "5", "--optimizer", "adam", "--hidden", "16"]
          + ["--threads", "1", "--checkpoint-minutes", "1", "--data-dir", "data"])
      #expect(same.status == 0, "\(same.err)")
      #expect(try File.read(tool.path("run/config.json")) == before)
      #expect(try tool.run(["train", "--checkpoint-every", "0"]).status == 64)
    }
  }

  @Test func foldersWithoutARunAreNamed() throws {
    try CommandLineTool.use { tool in
      let none = try tool.run(["train", "--resume", "none"])
      #expect(none.status == 66 && none.err.contains("none/config.json"), "\(none.err)")
      try File.createFolder(tool.path("other"))
      try AtomicFile.write(Array("{\"a\": 1}".utf8), to: tool.path("other/config.json"))
      let other = try tool.run(["train", "--resume", "other"])
      #expect(other.status == 65 && other.err.contains("other/config.json"), "\(other.err)")
    }
  }

  @Test func aDamagedCheckpointIsNamedAndTheOneBeforeUsed() throws {
    try CommandLineTool.use { tool in
      let options = try options(tool)
      #expect(try tool.run(["train", "--output", "whole", "--epochs", "4"] + options).status == 0)
      #expect(try tool.run(["train", "--output", "run", "--epochs", "2"] + options).status == 0)
      let name = "run/checkpoints/step-000000030.safetensors"
      var bytes = try File.read(tool.path(name))
      bytes[bytes.count - 5] ^= 16
      try FileWriter(tool.path(name), mode: .truncate).write(bytes)
      let run = try tool.run(["train", "--resume", "run", "--epochs", "4"])
      #expect(run.status == 0, "\(run.err)")
      #expect(run.err.contains("warning: the checkpoint '\(name)' cannot be used: "), "\(run.err)")
      #expect(run.out.contains("going on after step 15 of 60"), "\(run.out)")
      #expect(try weights(tool, "run") == weights(tool, "whole"))
      #expect(try epochs(tool, "run").map(\.epoch) == [1, 2, 3, 4])
    }
  }

  @Test func twoRunsIntoOneFolder() throws {
    try CommandLineTool.use { tool in
      let options = try options(tool) + ["--epochs", "100000"]
      var second: CommandLineTool.Result?
      var third: CommandLineTool.Result?
      let first = try tool.run(["train", "--output", "run", "--json"] + options) { process in
        second = try? tool.run(["train", "--output", "run", "--seed", "3"] + options)
        third = try? tool.run(["train", "--resume", "run"])
        kill(process.processIdentifier, SIGKILL)
      }
      #expect(first.status == SIGKILL)
      for run in [second, third] {
        #expect(run?.status == 73)
        #expect(
          run?.err.contains(#/cannot write to 'run': another process \(\d+\) is using it/#) == true,
          "\(run?.err ?? "")")
      }
      #expect(
        try RunFolder.configuration(TrainingConfiguration.self, of: tool.path("run")).seed == 0)
      // The right dies with the process.
      let next = try tool.run(
        ["train", "--output", "run", "--epochs", "1", "--overwrite"] + options.dropLast(2))
      #expect(next.status == 0, "\(next.err)")
    }
  }

  @Test func whatDeadProcessesLeftIsRemoved() throws {
    try CommandLineTool.use { tool in
      try File.createFolder(tool.path("run/checkpoints"))
      let names = [
        "run/.model.safetensors.999999999-1.part",
        "run/checkpoints/.step-000000001.safetensors.999999999-2.part",
      ]
      for name in names { try FileWriter(tool.path(name), mode: .new).write([1]) }
      #expect(
        try tool.run(["train", "--output", "run", "--epochs", "1"] + options(tool)).status == 0)
      #expect(names.allSatisfy { !File.exists(tool.path($0)) })
    }
  }

  @Test func textsGoOnToo() throws {
    try CommandLineTool.use { tool in
      let options = [
        "--width", "8", "--layers", "1", "--heads", "2", "--length", "16", "--dropout", "0.2",
      ]
      func train(_ options: [String]) throws -> CommandLineTool.Result {
        let run = try tool.run(["text", "train"] + options)
        #expect(run.status == 0, "\(run.err)")
        return run
      }
      _ = try train(["--output", "whole", "--steps", "60"] + options)
      _ = try train(["--output", "run", "--steps", "40", "--checkpoint-every", "25"] + options)
      // As if it had been killed after the first checkpoint.
      try File.remove(tool.path("run/checkpoints/step-000000040.safetensors"))
      let run = try train(["--resume", "run", "--steps", "60"])
      #expect(run.out.contains("going on after step 25 of 60"), "\(run.out)")
      #expect(try weights(tool, "run") == weights(tool, "whole"))
      let other = try tool.run(["text", "train", "--resume", "run", "--width", "16"])
      #expect(other.status == 64 && other.err.contains("--width is 16, and the run's is 8"))
      #expect(try tool.run(["train", "--resume", "run"]).status == 65)
    }
  }
}
