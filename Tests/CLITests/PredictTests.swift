import Backprop
import BackpropFiles
import Foundation
import BackpropImages
import Testing

@Suite struct PredictTests {
  private let bar = SmallDataset().images(10)

  /// The picture of class k as a PGM file (Netpbm's `P5`).
  private func pgm(_ k: Int) -> [UInt8] {
    Array("P5 28 28 255\n".utf8) + bar[16 + k * 784..<16 + (k + 1) * 784]
  }

  @Test func tellsWhatPicturesShow() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      try EvaluateTests.rowWeights().write(to: tool.path("w"))
      try AtomicFile.write(pgm(3), to: tool.path("three.pgm"))
      let run = try tool.run([
        "predict", "--weights", "w", "--data-dir", data, "--json", "three.pgm", "mnist:test:17",
        "mnist:train:288",
      ])
      #expect(run.status == 0, "\(run.err)")
      let lines = try run.json()
      #expect(
        lines.map { $0["image"] as? String } == ["three.pgm", "mnist:test:17", "mnist:train:288"])
      #expect(lines.map { $0["class"] as? Int } == [3, 7, 8])
      #expect(lines[0]["label"] is NSNull)
      #expect(lines[1]["label"] as? Int == 7)
      #expect(lines[2]["label"] as? Int == 8)
      for line in lines {
        let probabilities = try #require(line["probabilities"] as? [Double])
        #expect(probabilities.count == 10)
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12)
      }
      #expect(
        run.lines[0].hasPrefix(
          #"{"event":"prediction","image":"three.pgm","class":3,"label":null,"probabilities":["#))
    }
  }

  @Test func callsClassesByTheirNames() throws {
    try CommandLineTool.use { tool in
      var state = EvaluateTests.rowWeights()
      state.metadata["classes"] = "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine"
      try state.write(to: tool.path("w"))
      try AtomicFile.write(pgm(3), to: tool.path("x.pgm"))
      let run = try tool.run(["predict", "--weights", "w", "x.pgm"])
      // Ink of 22 pixels in the row of a class, and none in that of another: the scores are 0 and
      // nearly 22, and the probability of the others is below 1e-8.
      #expect(run.out == "x.pgm: three  (three 100.00 %, zero 0.00 %, one 0.00 %)\n", "\(run.err)")
      let shown = try tool.run(["predict", "--weights", "w", "--show", "x.pgm"])
      #expect(shown.lines.count == 15)
      #expect(shown.lines.last == run.lines.last)
    }
  }

  @Test func drawnDigitsNeedNoFiles() throws {
    try CommandLineTool.use { tool in
      try EvaluateTests.rowWeights().write(to: tool.path("w"))
      let run = try tool.run(["predict", "--weights", "w", "--json", "digits:train:5"])
      #expect(run.status == 0, "\(run.err)")
      let label = Digits.draw(.train, count: 6).labels.scalars(as: Int32.self)[5]
      #expect(try run.json()[0]["label"] as? Int == Int(label))
    }
  }

  @Test func refusesWhatIsNoPicture() throws {
    try CommandLineTool.use { tool in
      let data = try SmallDataset().write(to: tool)
      try EvaluateTests.rowWeights().write(to: tool.path("w"))
      try AtomicFile.write(Array("hello".utf8), to: tool.path("text.png"))
      try AtomicFile.write(Array(pgm(3).prefix(400)), to: tool.path("cut.pgm"))
      try AtomicFile.write(
        Array("P5 28 28 255\n".utf8) + [UInt8](repeating: 9, count: 784), to: tool.path("blank.pgm")
      )
      let cases: [(image: String, status: Int32, texts: [String])] = [
        ("text.png", 65, ["'text.png'", "PNG (89 50 4e 47), JPEG (ff d8 ff)", "68 65 6c 6c 6f"]),
        ("cut.pgm", 65, ["'cut.pgm'", "expected 784 bytes, found 387"]),
        ("blank.pgm", 65, ["blank.pgm", "shows no stroke"]),
        ("nowhere.png", 66, ["'nowhere.png'", "no such file"]),
        ("mnist:test:100", 66, ["mnist:test:100", "100 pictures", "0 to 99"]),
        ("digits:test:10000", 66, ["digits:test:10000", "10000 pictures"]),
        ("fashion-mnist:test:0", 66, ["backprop datasets fetch fashion-mnist"]),
      ]
      for (image, status, texts) in cases {
        let run = try tool.run(["predict", "--weights", "w", "--data-dir", data, image])
        #expect(run.status == status, "\(image): \(run.err)")
        #expect(run.out.isEmpty)
        for text in ["error: "] + texts { #expect(run.err.contains(text), "\(run.err)") }
      }
    }
  }
}
