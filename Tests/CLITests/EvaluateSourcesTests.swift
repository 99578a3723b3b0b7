import Backprop
import BackpropFiles
import BackpropImages
import Foundation
import Testing

/// `backprop evaluate` on tables and on folders of pictures.
@Suite struct EvaluateSourcesTests {
  private func train(_ tool: CommandLineTool, _ options: [String]) throws -> [String: Any] {
    let run = try tool.run(
      ["train", "--optimizer", "adam", "--learning-rate", "0.01", "--json"] + options)
    #expect(run.status == 0, "\(run.err)")
    return try #require(try run.json().last { $0["event"] as? String == "epoch" })
  }

  private func evaluate(_ tool: CommandLineTool, _ options: [String]) throws -> [String: Any] {
    let run = try tool.run(["evaluate", "--json"] + options)
    #expect(run.status == 0, "\(run.err)")
    #expect(run.lines.count == 1)
    return try run.json()[0]
  }

  /// What a run held out is found again, and judged as the run did.
  @Test func classesOfATable() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(TableTests.flowers(300).utf8), to: tool.path("flowers.csv"))
      let epoch = try train(
        tool,
        [
          "--dataset", "flowers.csv", "--target", "species", "--epochs", "3", "--batch-size", "32",
          "--seed", "3", "--output", "run",
        ])
      for weights in ["run", "run/", "run/model.safetensors"] {
        for more in [[], ["--batch-size", "7"], ["--threads", "1"]] {
          let result = try evaluate(tool, ["--weights", weights] + more)
          #expect(result["accuracy"] as? Double == epoch["test_accuracy"] as? Double)
          #expect(result["count"] as? Int == 60)
          #expect(
            (result["classes"] as? [[String: Any]])?.map { $0["name"] as? String }
              == ["iris", "lily", "rose"])
          #expect((result["log_loss"] as? Double)?.isFinite == true)
        }
      }
      // All rows of a table that is named, whose columns lie in another order.
      let rows =
        "species,colour,height,width\nrose,blue,10.2,0.3\niris,red,7,4.5\nrose,blue,4.3,8.2\n"
      try AtomicFile.write(Array(rows.utf8), to: tool.path("more.csv"))
      let told = try tool.run(["predict", "--weights", "run", "--json", "more.csv"]).json()
      let right = zip(told, ["rose", "iris", "rose"]).count { $0["name"] as? String == $1 }
      let more = try evaluate(tool, ["--weights", "run", "--dataset", "more.csv"])
      #expect(more["count"] as? Int == 3 && more["correct"] as? Int == right)
      let text = try tool.run(["evaluate", "--weights", "run"])
      #expect(text.lines[0].contains("of 60 of flowers.csv, in "), "\(text.out)")
      #expect(text.out.contains("weighted mean"))

      // Weights without their run, and a table that has changed since.
      try AtomicFile.write(
        try File.read(tool.path("run/model.safetensors")), to: tool.path("w.safetensors"))
      let lost = try tool.run(["evaluate", "--weights", "w.safetensors"])
      #expect(lost.status == 64 && lost.err.contains("--dataset FILE.csv"), "\(lost.err)")
      let named = try evaluate(tool, ["--weights", "w.safetensors", "--dataset", "flowers.csv"])
      #expect(named["count"] as? Int == 300)
      try AtomicFile.write(Array(TableTests.flowers(310).utf8), to: tool.path("flowers.csv"))
      let changed = try tool.run(["evaluate", "--weights", "run"])
      #expect(changed.status == 65 && changed.err.contains("has changed since"), "\(changed.err)")
      let unknown = try tool.run(["evaluate", "--weights", "run", "--dataset", "nothing"])
      #expect(unknown.status == 64, "\(unknown.err)")
      let folder = try tool.run(["evaluate", "--weights", "run", "--data-dir", "d"])
      #expect(folder.status == 64 && folder.err.contains("--data-dir"), "\(folder.err)")
      let missing = try tool.run(["evaluate", "--weights", "run", "--dataset", "nothing.csv"])
      #expect(missing.status == 66, "\(missing.err)")
    }
  }

  @Test func numbersOfATable() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(TableTests.houses(400).utf8), to: tool.path("houses.csv"))
      let epoch = try train(
        tool,
        [
          "--dataset", "houses.csv", "--target", "price", "--epochs", "4", "--batch-size", "32",
          "--output", "run",
        ])
      let result = try evaluate(tool, ["--weights", "run", "--batch-size", "80"])
      for metric in ["mse", "mae", "r2"] {
        let (found, expected) = (result[metric] as? Double, epoch["test_" + metric] as? Double)
        #expect(try abs(#require(found) - #require(expected)) <= 1e-5 * abs(#require(expected)))
      }
      #expect(result["count"] as? Int == 80)
      let text = try tool.run(["evaluate", "--weights", "run"])
      #expect(
        text.out.hasPrefix("mse ") && text.out.contains("80 rows of houses.csv"), "\(text.out)")
    }
  }

  @Test func picturesInFolders() throws {
    try CommandLineTool.use { tool in
      try PictureFolderTests.fill(tool, "bars")
      let epoch = try train(
        tool,
        [
          "--dataset", "bars", "--image-size", "16x16", "--colors", "rgb", "--epochs", "2",
          "--batch-size", "16", "--output", "run",
        ])
      let result = try evaluate(tool, ["--weights", "run"])
      #expect(result["accuracy"] as? Double == epoch["test_accuracy"] as? Double)
      #expect(result["count"] as? Int == 12)
      // Other folders: split already, and without one of the classes.
      try PictureFolderTests.fill(tool, "more/train", count: 3)
      try PictureFolderTests.fill(tool, "more/val", count: 5)
      let more = try evaluate(tool, ["--weights", "run", "--dataset", "more"])
      #expect(more["count"] as? Int == 10)
      try FileManager.default.removeItem(atPath: tool.path("more/val/lying"))
      let one = try evaluate(tool, ["--weights", "run", "--dataset", "more/val"])
      let classes = try #require(one["classes"] as? [[String: Any]])
      #expect(classes.map { $0["examples"] as? Int } == [0, 5])
      let confusion = try #require(more["confusion"] as? [[Int]])
      #expect(one["confusion"] as? [[Int]] == [[0, 0], confusion[1]])
      try PictureFolderTests.fill(tool, "more/val/other", count: 1)
      let unknown = try tool.run(["evaluate", "--weights", "run", "--dataset", "more/val"])
      #expect(unknown.status == 65 && unknown.err.contains("other"), "\(unknown.err)")
      let digits = try tool.run(["evaluate", "--weights", "run", "--dataset", "digits"])
      #expect(digits.status == 65, "\(digits.err)")
    }
  }

  /// A file of arrays as Keras has `mnist.npz`.
  @Test func arraysOfNumPy() throws {
    try CommandLineTool.use { tool in
      func write(_ change: (inout [(name: String, array: StoredArray)]) -> Void = { _ in }) throws {
        var arrays: [(name: String, array: StoredArray)] = []
        for (name, count) in [("test", 40), ("train", 120)] {
          var pixels = [UInt8](repeating: 0, count: count * 144)
          for picture in 0..<count {
            for column in 1..<11 {
              pixels[picture * 144 + (2 + 3 * (picture % 3)) * 12 + column] = 200
            }
          }
          arrays.append(
            ("x_" + name, StoredArray(NDArray(pixels, shape: [count, 12, 12]))))
          arrays.append(("y_" + name, StoredArray(NDArray((0..<count).map { $0 % 3 }))))
        }
        change(&arrays)
        try NPZ.write(arrays, to: tool.path("bars.npz"))
      }
      try write()
      let options = ["--dataset", "bars.npz", "--batch-size", "20", "--output", "run"]
      let epoch = try train(tool, options + ["--epochs", "5"])
      #expect(epoch["test_accuracy"] as? Double == 1)
      for dataset in [[], ["--dataset", "bars.npz"]] {
        let result = try evaluate(tool, ["--weights", "run"] + dataset)
        #expect(result["accuracy"] as? Double == 1 && result["count"] as? Int == 40)
      }
      func refused(_ more: [String], _ status: Int32, _ text: String) throws {
        let run = try tool.run(["train", "--dataset", "bars.npz", "--batch-size", "20"] + more)
        #expect(run.status == status && run.err.contains(text), "\(text): \(run.err)")
      }
      try refused(["--model", "lenet"], 64, "12 x 12 pixels")
      try refused(["--colors", "rgb"], 64, "options of tables")
      try write { $0.removeAll { $0.name == "y_test" } }
      try refused([], 65, "missing: 'y_test'")
      try write { $0[1].array = StoredArray(NDArray([Int](repeating: 256, count: 40))) }
      try refused([], 65, "'y_test' has the label 256")
      try write {
        $0[0].array = StoredArray(NDArray([Float](repeating: 0, count: 40), shape: [40, 1, 1]))
      }
      try refused([], 65, "'x_test' is float32 of shape (40, 1, 1)")
    }
  }

  /// Finite weights that are too large to compute with.
  @Test func resultsThatOverflow() throws {
    try CommandLineTool.use { tool in
      func scale(_ from: String, _ to: String) throws {
        var state = try StateDictionary(contentsOf: tool.path(from))
        for entry in state.entries where entry.name.hasSuffix("weight") {
          state.set(
            entry.name,
            NDArray(
              entry.array.scalars(as: Float.self).map { $0 < 0 ? -3e38 : 3e38 },
              shape: entry.array.shape))
        }
        try state.write(to: tool.path(to))
      }
      func check(_ options: [String], _ text: String) throws {
        let run = try tool.run(options)
        #expect(run.status == 70, "\(options): \(run.err)")
        #expect(run.err.contains("gives no numbers for \(text)"), "\(options): \(run.err)")
        #expect(run.out.isEmpty)
      }
      let data = try SmallDataset().write(to: tool)
      try EvaluateTests.rowWeights().write(to: tool.path("w.safetensors"))
      try scale("w.safetensors", "large.safetensors")
      try check(
        ["evaluate", "--weights", "large.safetensors", "--dataset", "mnist", "--data-dir", data],
        "picture 0 of 'MNIST'")
      for (text, target) in [(TableTests.flowers(60), "species"), (TableTests.houses(60), "price")]
      {
        try AtomicFile.write(Array(text.utf8), to: tool.path("t.csv"))
        let output = "run-" + target
        _ = try train(
          tool,
          [
            "--dataset", "t.csv", "--target", target, "--epochs", "1", "--batch-size", "16",
            "--output", output,
          ])
        try scale(output + "/model.safetensors", "large.safetensors")
        try check(
          ["evaluate", "--weights", "large.safetensors", "--dataset", "t.csv"],
          target == "price" ? "rows of 't.csv'" : "row ")
        let told = try tool.run(["predict", "--weights", "large.safetensors", "t.csv"])
        #expect(told.status == 70 && told.err.contains("gives no numbers for row "), "\(told.err)")
      }
    }
  }
}
