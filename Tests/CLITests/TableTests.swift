import BackpropFiles
import Foundation
import Testing

/// Training on tables and predicting their rows.
@Suite struct TableTests {
  /// Points of three clouds, with a column of texts, one of names and some that are missing.
  static func flowers(_ count: Int) -> String {
    var text = "name,width,height,colour,species\n"
    for row in 0..<count {
      let kind = row % 3
      let noise = Double((row * 7919) % 100) / 100
      let width = row % 11 == 5 ? "" : "\(Double(kind) * 4 + noise)"
      text +=
        "flower \(row),\(width),\(10 - Double(kind) * 3 + noise),\(kind == 1 ? "red" : "blue"),"
      text += ["rose", "iris", "lily"][kind] + "\n"
    }
    return text
  }

  /// A line with a little noise.
  static func houses(_ count: Int) -> String {
    var text = "size;rooms;price\n"
    for row in 0..<count {
      let (size, rooms) = (40 + (row * 37) % 160, 1 + row % 5)
      text += "\(size);\(rooms);\(1000 * size + 5000 * rooms + (row * 31) % 100)\n"
    }
    return text
  }

  @Test func classes() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(Self.flowers(300).utf8), to: tool.path("flowers.csv"))
      let options = [
        "train", "--dataset", "flowers.csv", "--target", "species", "--optimizer", "adam",
        "--learning-rate", "0.01", "--epochs", "20", "--batch-size", "32", "--json",
      ]
      let run = try tool.run(options + ["--output", "run"])
      #expect(run.status == 0, "\(run.err)")
      let last = try #require(try run.json().last)
      #expect(last["event"] as? String == "done")
      #expect((last["test_accuracy"] as? Double ?? 0) > 0.95)
      // The same options give the same weights, on another number of threads too.
      let again = try tool.run(options + ["--output", "again", "--threads", "1"])
      #expect(again.status == 0, "\(again.err)")
      #expect(
        try File.read(tool.path("run/model.safetensors"))
          == File.read(tool.path("again/model.safetensors")))

      let rows = "colour,height,width\nblue,10.2,0.3\nred,7,4.5\nblue,4.3,8.2\nblue,4,\n"
      try AtomicFile.write(Array(rows.utf8), to: tool.path("new.csv"))
      let weights = ["predict", "--weights", "run/model.safetensors"]
      let told = try tool.run(weights + ["--json", "new.csv"])
      #expect(told.status == 0, "\(told.err)")
      let lines = try told.json()
      #expect(lines.map { $0["row"] as? Int } == [1, 2, 3, 4])
      #expect(lines.prefix(3).map { $0["name"] as? String } == ["rose", "iris", "lily"])
      for line in lines {
        let probabilities = try #require(line["probabilities"] as? [Double])
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9 && probabilities.count == 3)
      }
      #expect(try tool.run(weights + ["new.csv"]).out.hasPrefix("new.csv, row 1: rose  (rose "))

      try AtomicFile.write(Array("colour,height,width\ngreen,1,2\n".utf8), to: tool.path("bad.csv"))
      let bad = try tool.run(weights + ["bad.csv"])
      #expect(bad.status == 65)
      for part in ["bad.csv', line 2, column 'colour'", "'blue', 'red'", "'green'"] {
        #expect(bad.err.contains(part), "\(bad.err)")
      }
    }
  }

  @Test func numbers() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(Self.houses(400).utf8), to: tool.path("houses.csv"))
      let run = try tool.run([
        "train", "--dataset", "houses.csv", "--target", "price", "--optimizer", "adam",
        "--learning-rate", "0.01", "--epochs", "40", "--batch-size", "32", "--output", "run",
        "--json",
      ])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      let epoch = try #require(lines.dropLast().last)
      #expect((epoch["test_r2"] as? Double ?? 0) > 0.99)
      #expect((epoch["test_mae"] as? Double ?? .infinity) < 5000)
      #expect(epoch["train_mse"] as? Double != nil)
      #expect((lines.last?["test_mse"] as? Double ?? .infinity) < 2.5e7)
      try AtomicFile.write(Array("size;rooms\n100;3\n".utf8), to: tool.path("new.csv"))
      let told = try tool.run([
        "predict", "--weights", "run/model.safetensors", "--json", "new.csv",
      ])
      let value = try #require(try told.json().first?["value"] as? Double)
      #expect(abs(value - 115_050) < 10_000)
    }
  }

  /// Numbers of a few classes are classes, unless they are asked for as numbers.
  @Test func numbersOfClasses() throws {
    try CommandLineTool.use { tool in
      var text = "a,b,label\n"
      for row in 0..<200 { text += "\(row % 2),\(row % 7),\(row % 2)\n" }
      try AtomicFile.write(Array(text.utf8), to: tool.path("t.csv"))
      let options = [
        "train", "--dataset", "t.csv", "--target", "label", "--epochs", "2", "--json",
        "--batch-size", "20",
      ]
      let classes = try tool.run(options + ["--output", "a"])
      #expect(try classes.json().last?["test_accuracy"] as? Double == 1, "\(classes.err)")
      let number = try tool.run(options + ["--output", "b", "--goal", "number"])
      #expect(try number.json().last?["test_mse"] as? Double != nil, "\(number.err)")
    }
  }

  @Test func whatCannotBe() throws {
    try CommandLineTool.use { tool in
      try AtomicFile.write(Array(Self.flowers(30).utf8), to: tool.path("f.csv"))
      func check(_ options: [String], _ status: Int32, _ texts: String...) throws {
        let run = try tool.run(["train", "--output", "run"] + options)
        #expect(run.status == status, "\(options): \(run.err)")
        for text in texts { #expect(run.err.contains(text), "\(options): \(run.err)") }
        #expect(!File.isFolder(tool.path("run")))
      }
      try check(["--dataset", "f.csv"], 64, "--target")
      try check(["--dataset", "f.csv", "--target", "kind"], 65, "'kind'", "'species'")
      try check(["--dataset", "none.csv", "--target", "kind"], 66, "none.csv")
      try check(["--dataset", "cifar"], 64, "'cifar'", "mnist", "CSV")
      try check(["--target", "species"], 64, "--target")
      try check(
        ["--dataset", "f.csv", "--target", "species", "--type", "colour=number"], 65,
        "line 2, column 'colour'", "'blue'")
      try check(["--dataset", "f.csv", "--target", "width"], 65, "line 7, column 'width'")
      try check(["--dataset", "f.csv", "--target", "species", "--model", "lenet"], 64, "--model")
    }
  }
}
