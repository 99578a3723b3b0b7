import BackpropFiles
import BackpropImages
import Foundation
import Testing

/// Training on folders of pictures.
@Suite struct PictureFolderTests {
  /// Bars, upright and lying, each a little elsewhere.
  static func fill(_ tool: CommandLineTool, _ folder: String, count: Int = 30) throws {
    for (name, isUpright) in [("upright", true), ("lying", false)] {
      try File.createFolder(tool.path(folder + "/" + name))
      for number in 0..<count {
        var image = RGBImage(
          width: 20, height: 20, pixels: [UInt8](repeating: UInt8(10 + number), count: 1200))
        for step in 0..<20 {
          let place = 4 + number % 12
          let pixel = isUpright ? step * 20 + place : place * 20 + step
          image.pixels[3 * pixel] = 250
          image.pixels[3 * pixel + 1] = 200
        }
        try PNG.write(image, to: tool.path("\(folder)/\(name)/\(number).png"))
      }
    }
  }

  @Test func learnsAndTells() throws {
    try CommandLineTool.use { tool in
      try Self.fill(tool, "bars")
      let options = [
        "train", "--dataset", "bars", "--image-size", "16x16", "--colors", "rgb", "--optimizer",
        "adam", "--learning-rate", "0.01", "--epochs", "15", "--batch-size", "16", "--json",
      ]
      let run = try tool.run(options + ["--output", "run"])
      #expect(run.status == 0, "\(run.err)")
      #expect((try run.json().last?["test_accuracy"] as? Double ?? 0) > 0.9, "\(run.out)")
      let again = try tool.run(options + ["--output", "again", "--threads", "1"])
      #expect(again.status == 0, "\(again.err)")
      #expect(
        try File.read(tool.path("run/model.safetensors"))
          == File.read(tool.path("again/model.safetensors")))
      let told = try tool.run([
        "predict", "--weights", "run/model.safetensors", "--no-show", "bars/upright/3.png",
        "bars/lying/4.png",
      ])
      #expect(told.status == 0, "\(told.err)")
      #expect(told.lines.count == 2 && told.lines[0].hasPrefix("bars/upright/3.png: upright"))
      #expect(told.lines.last?.hasPrefix("bars/lying/4.png: lying") == true)
    }
  }

  @Test func augmentedAndSplitAlready() throws {
    try CommandLineTool.use { tool in
      try Self.fill(tool, "bars/train", count: 12)
      try Self.fill(tool, "bars/val", count: 4)
      let run = try tool.run([
        "train", "--dataset", "bars", "--model", "lenet", "--augment", "--epochs", "1",
        "--batch-size", "8", "--output", "run", "--json",
      ])
      #expect(run.status == 0, "\(run.err)")
      try File.createFolder(tool.path("bars/val/other"))
      try Self.fill(tool, "bars/val/other")
      let bad = try tool.run(["train", "--dataset", "bars", "--batch-size", "8"])
      #expect(bad.status == 65 && bad.err.contains("other"), "\(bad.err)")
    }
  }

  /// All pictures that cannot be read are named, in training and in predicting.
  @Test func badPictures() throws {
    try CommandLineTool.use { tool in
      try Self.fill(tool, "bars")
      for name in ["upright/7.png", "lying/9.png"] {
        try AtomicFile.write(Array("GIF89a".utf8), to: tool.path("bars/" + name))
      }
      let trained = try tool.run([
        "train", "--dataset", "bars", "--epochs", "1", "--batch-size", "16", "--output", "run2",
      ])
      #expect(trained.status == 65)
      for name in ["upright/7.png", "lying/9.png"] {
        #expect(trained.err.contains("bars/" + name), "\(trained.err)")
      }
      try Self.fill(tool, "good")
      let good = try tool.run([
        "train", "--dataset", "good", "--epochs", "1", "--batch-size", "16", "--output", "run3",
      ])
      #expect(good.status == 0, "\(good.err)")
      let told = try tool.run([
        "predict", "--weights", "run3/model.safetensors", "bars/upright/7.png",
        "good/lying/1.png", "bars/lying/9.png",
      ])
      #expect(told.status == 65)
      for name in ["bars/upright/7.png", "bars/lying/9.png"] {
        #expect(told.err.contains(name), "\(told.err)")
      }
      let empty = try tool.run(["train", "--dataset", "good/lying"])
      #expect(empty.status == 65 && empty.err.contains("folders"), "\(empty.err)")
    }
  }
}
