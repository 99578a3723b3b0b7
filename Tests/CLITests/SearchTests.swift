import Backprop
import BackpropFiles
import Foundation
import Testing

@Suite struct SearchTests {
  private func options(_ tool: CommandLineTool) throws -> [String] {
    let data = try SmallDataset().write(to: tool)
    return [
      "search", "--dataset", "mnist", "--data-dir", data, "--batch-size", "30", "--epochs", "2",
      "--grid", "learning-rate=0.01,0.5", "--grid", "hidden=10,20+10",
    ]
  }

  /// The results without what a clock says.
  private func results(_ path: String) throws -> [String] {
    String(decoding: try File.read(path + "/results.jsonl"), as: UTF8.self)
      .split(separator: "\n").map { String($0.replacing(#/"seconds":[^,}]*/#, with: "")) }
  }

  @Test func triesEachCombinationAndSaysWhichIsBest() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(try options(tool) + ["--output", "s", "--json"])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      #expect(lines.map { $0["event"] as? String } == ["trial", "trial", "trial", "trial", "done"])
      #expect(
        lines[2]["settings"] as? [String: String] == ["learning-rate": "0.5", "hidden": "10"])
      let best = try #require(lines[4]["best"] as? Int)
      let accuracies = lines.prefix(4).map { $0["test_accuracy"] as! Double }
      #expect(accuracies[best - 1] == accuracies.max()! && best > 2)
      #expect(lines[4]["test_accuracy"] as? Double == accuracies.max()!)
      #expect(lines[4]["folder"] as? String == "s/trial-000\(best)")
      // A trial is a run like any other.
      let evaluation = try tool.run(
        [
          "evaluate", "--weights", "s/trial-000\(best)/model.safetensors", "--data-dir", "data",
          "--json",
        ])
      #expect(try evaluation.json()[0]["accuracy"] as? Double == accuracies.max()!)
      let table = String(decoding: try File.read(tool.path("s/table.txt")), as: UTF8.self)
      #expect(table.split(separator: "\n")[1].hasPrefix("\(best) "))
      #expect(
        String(decoding: try File.read(tool.path("s/search.svg")), as: UTF8.self)
          .contains("by learning-rate"))
    }
  }

  @Test func resultsAreTheSameHoweverManyRunAtOnceAndAfterAnyEnd() throws {
    try CommandLineTool.use { tool in
      let options = try options(tool)
      #expect(try tool.run(options + ["--output", "whole"]).status == 0)
      let several = try tool.run(options + ["--output", "several", "--parallel", "3"])
      #expect(several.status == 0, "\(several.err)")
      let whole = try results(tool.path("whole"))
      #expect(try results(tool.path("several")) == whole && whole.count == 4)

      let part = try tool.run(options + ["--output", "part", "--trials", "1"])
      #expect(part.status == 0 && part.out.contains("4 trials, by testAccuracy"), "\(part.err)")
      #expect(try results(tool.path("part")).count == 1)
      let rest = try tool.run(["search", "--resume", "part", "--parallel", "2"])
      #expect(rest.status == 0, "\(rest.err)")
      #expect(rest.out.contains("4 trials, of which 1 are done, by testAccuracy"))
      #expect(try results(tool.path("part")) == whole)
      for trial in 1...4 {
        let name = "/trial-000\(trial)/model.safetensors"
        let weights = try File.read(tool.path("whole" + name))
        #expect(try File.read(tool.path("several" + name)) == weights)
        #expect(try File.read(tool.path("part" + name)) == weights)
      }
      let again = try tool.run(["search", "--resume", "part"])
      #expect(again.status == 0 && again.out.contains("best: trial "))
    }
  }

  /// Killed in the middle of a trial, and again, until it is through.
  @Test func goesOnAfterItIsKilled() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = [
        "search", "--dataset", "mnist", "--data-dir", data, "--batch-size", "30", "--epochs", "12",
        "--checkpoint-every", "3", "--grid", "learning-rate=0.01,0.1,0.5",
      ]
      #expect(try tool.run(options + ["--output", "whole"]).status == 0)
      var run = try tool.run(options + ["--output", "part", "--parallel", "2"]) {
        usleep(200_000)
        kill($0.processIdentifier, SIGKILL)
      }
      var kills = 0
      while run.status != 0, kills < 30 {
        kills += 1
        run = try tool.run(["search", "--resume", "part", "--parallel", "2"]) { process in
          usleep(UInt32(100_000 * kills))
          kill(process.processIdentifier, SIGKILL)
        }
      }
      if run.status != 0 { run = try tool.run(["search", "--resume", "part"]) }
      #expect(run.status == 0, "\(run.err)")
      #expect(try results(tool.path("part")) == results(tool.path("whole")))
    }
  }

  @Test func stopsInGoodOrderWhenInterrupted() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run(
        [
          "search", "--dataset", "mnist", "--data-dir", data, "--batch-size", "30", "--epochs",
          "100000", "--grid", "learning-rate=0.01,0.1", "--output", "s", "--parallel", "2",
        ]
      ) {
        usleep(300_000)
        kill($0.processIdentifier, SIGINT)
      }
      #expect(run.status == 130, "\(run.err)")
      #expect(run.err.contains("go on with: backprop search --resume s"), "\(run.err)")
      #expect(!File.exists(tool.path("s/results.jsonl")))
    }
  }

  @Test func drawsAtRandom() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run([
        "search", "--dataset", "mnist", "--data-dir", data, "--steps", "3", "--random", "4",
        "--range", "learning-rate=1e-4..1e-1:log", "--range", "dropout=0..0.5", "--grid",
        "optimizer=adam,lion", "--metric", "loss", "--output", "s", "--json",
      ])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      #expect(lines.count == 5)
      let settings = lines.prefix(4).map { $0["settings"] as! [String: String] }
      #expect(Set(settings).count == 4)
      #expect(settings.allSatisfy { (1e-4...1e-1).contains(Double($0["learning-rate"]!)!) })
      let losses = lines.prefix(4).map { $0["loss"] as! Double }
      #expect(lines[4]["loss"] as? Double == losses.min()!)
      // Where all diverge, none is best.
      let wild = try tool.run([
        "search", "--dataset", "mnist", "--data-dir", data, "--steps", "3", "--trials", "2",
        "--range", "learning-rate=1e29..1e30", "--output", "wild", "--json",
      ])
      #expect(wild.status == 0, "\(wild.err)")
      #expect(try wild.json().map { $0["outcome"] as? String } == ["diverged", "diverged", nil])
      #expect(wild.lines[2].hasPrefix(#"{"event":"done","trials":2,"best":null,"#))
    }
  }

  @Test func refusesWhatMakesNoSense() throws {
    let cases: [(options: [String], text: String)] = [
      ([], "nothing to try"),
      (["--grid", "hidden"], "hidden"),
      (["--grid", "hidden="], "hidden="),
      (["--grid", "hidden=50,,"], "--hidden"),
      (["--grid", "depth=1"], "learning-rate"),
      (["--grid", "learning-rate=0,1"], "--learning-rate is 0.0"),
      (["--grid", "clip=1", "--grid", "clip=2"], "given twice"),
      (["--range", "clip=1..2"], "--random N"),
      (["--range", "clip=2..1", "--random", "3"], "2..1"),
      (["--range", "clip=0..1:log", "--random", "3"], "0..1:log"),
      (["--range", "clip=0..1:cubic", "--random", "3"], "cubic"),
      (["--range", "optimizer=0..1", "--random", "3"], "optimizer"),
      (["--grid", "clip=1", "--random", "0"], "--random is 0"),
      (["--grid", "clip=1", "--parallel", "0"], "--parallel is 0"),
      (["--grid", "clip=1", "--trials", "0"], "--trials is 0"),
      (["--grid", "clip=1", "--metric", "beauty"], "testAccuracy"),
      (["--grid", "clip=1", "--epochs", "0"], "epochs"),
      (["--grid", "batch-size=10,21"], "a batch of 21 examples"),
      (
        ["--grid", "clip=1", "--resume", "s"],
        "it takes no --grid, --dataset, --data-dir, --batch-size"
      ),
      (["--grid", "clip=1", "--tensorboard", "t"], "would ignore --tensorboard"),
      (["--grid", "clip=1", "--output", "s", "--overwrite"], "would ignore --overwrite"),
    ]
    try CommandLineTool.use { tool in
      let data = try SmallDataset(trainCount: 20, testCount: 10).write(to: tool)
      for (options, text) in cases {
        let run = try tool.run(
          ["search", "--dataset", "mnist", "--data-dir", data, "--batch-size", "5"] + options)
        #expect(run.status == 64, "\(options): \(run.err)")
        #expect(run.err.contains(text), "\(options): \(run.err)")
      }
      #expect(!File.isFolder(tool.path("searches")))
      let none = try tool.run(["search", "--resume", "nowhere"])
      #expect(none.status == 65 && none.err.contains("no search.json"), "\(none.err)")
    }
  }

  // MARK: find-rate

  @Test func findsARate() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = ["find-rate", "--dataset", "mnist", "--data-dir", data, "--batch-size", "30"]
      let run = try tool.run(
        options + ["--from", "1e-4", "--to", "100", "--json", "--output", "r"])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      let rate = try #require(lines.last?["suggestion"] as? Double)
      #expect(rate > 1e-3 && rate < 20)
      #expect(lines.dropLast().allSatisfy { $0["event"] as? String == "rate" })
      #expect(lines[0]["learning_rate"] as? Double == 1e-4)
      let file =
        try JSONSerialization.jsonObject(
          with: Data(try File.read(tool.path("r/rates.json")))) as? [String: Any]
      #expect(file?["suggestion"] as? Double == rate)
      #expect((file?["points"] as? [Any])?.count == lines.count - 1)
      #expect(File.exists(tool.path("r/rates.svg")))
      // What it says is a rate to train with.
      let text = try tool.run(options + ["--from", "1e-4", "--to", "100"])
      let advice = try #require(text.lines.last?.wholeMatch(of: #/try: --learning-rate (.*)/#))
      let train = try tool.run(
        ["train"] + options.dropFirst() + [
          "--learning-rate", String(advice.1), "--epochs", "8", "--json", "--output", "t",
        ])
      #expect(try #require(train.json().last?["test_accuracy"] as? Double) > 0.9)
      for mistake in [
        ["--from", "1", "--to", "0.1"], ["--from", "0"], ["--steps", "2"], ["--smoothing", "1"],
        ["--learning-rate", "0.1"], ["--schedule", "cosine"], ["--resume", "t"],
      ] {
        #expect(try tool.run(options + mistake).status == 64, "\(mistake)")
      }
    }
  }

  // MARK: train --validation, --patience, --class-weights

  @Test func keepsBackAPartAndStopsByIt() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      let options = [
        "train", "--dataset", "mnist", "--data-dir", data, "--batch-size", "30",
        "--learning-rate", "0.5", "--json",
      ]
      let run = try tool.run(
        options + ["--epochs", "500", "--validation", "0.2", "--patience", "3", "--output", "a"])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      let last = try #require(lines.last)
      #expect(lines.count < 100)
      // 240 of 300 pictures are learned from, eight batches an epoch.
      #expect(last["steps"] as? Int == 8 * (lines.count - 1))
      #expect(last["validation_accuracy"] as? Double == 1)
      #expect(last["test_accuracy"] as? Double == 1)
      #expect(lines[0].keys.contains("validation_accuracy"))
      let accuracies = lines.dropLast().map { $0["validation_accuracy"] as! Double }
      // The first of the best, and three epochs that were no better.
      #expect(accuracies.firstIndex(of: accuracies.max()!)! + 4 == accuracies.count)

      let weighted = try tool.run(
        options + ["--epochs", "2", "--class-weights", "balanced", "--output", "b"])
      #expect(weighted.status == 0, "\(weighted.err)")
      for mistake in [
        ["--validation", "0"], ["--validation", "1"], ["--patience", "3"],
        ["--validation", "0.1", "--patience", "0"], ["--class-weights", "heavy"],
        ["--validation", "0.99"],
      ] {
        #expect(try tool.run(options + mistake + ["--output", "c"]).status == 64, "\(mistake)")
      }
    }
  }

  /// Tables too: classes, and numbers, which have no classes to weigh.
  @Test func keepsBackRowsOfTables() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(TableTests.flowers(300).utf8), to: tool.path("flowers.csv"))
      try AtomicFile.write(Array(TableTests.houses(300).utf8), to: tool.path("houses.csv"))
      let flowers = [
        "--dataset", "flowers.csv", "--target", "species", "--optimizer", "adam", "--batch-size",
        "32", "--json", "--validation", "0.25",
      ]
      let run = try tool.run(
        ["train", "--epochs", "200", "--patience", "5", "--class-weights", "balanced"] + flowers
          + ["--learning-rate", "0.02", "--output", "a"])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      let last = try #require(lines.last)
      // 80 % of the rows are not for the test, and a quarter of these is kept back: 180, six batches.
      #expect(last["steps"] as? Int == 6 * (lines.count - 1) && lines.count < 201)
      let accuracies = lines.dropLast().map { $0["validation_accuracy"] as? Double ?? .nan }
      #expect(last["validation_accuracy"] as? Double == accuracies.max()!)
      #expect(last["test_accuracy"] as? Double ?? 0 > 0.9)

      let search = try tool.run(
        ["search", "--epochs", "3", "--grid", "learning-rate=0.001,0.02", "--output", "s"] + flowers
      )
      #expect(search.status == 0, "\(search.err)")
      #expect(try search.json().last?["best"] as? Int == 2)
      #expect(try search.json().last?["validation_accuracy"] as? Double ?? 0 > 0.5)

      let houses = [
        "train", "--dataset", "houses.csv", "--target", "price", "--epochs", "3", "--json",
        "--batch-size", "32",
      ]
      let number = try tool.run(houses + ["--validation", "0.2", "--output", "b"])
      #expect(number.status == 0, "\(number.err)")
      let end = try #require(number.json().last)
      #expect(end["validation_mse"] is Double && end["test_mse"] is Double)
      let weighed = try tool.run(houses + ["--class-weights", "balanced", "--output", "c"])
      #expect(weighed.status == 64 && weighed.err.contains("--class-weights"), "\(weighed.err)")
    }
  }
}
