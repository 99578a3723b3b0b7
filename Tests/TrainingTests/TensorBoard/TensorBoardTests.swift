import BackpropArrays
import BackpropFiles
import BackpropImages
import BackpropNeuralNetworks
import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropTraining

@Suite struct TensorBoardTests {
  /// Byte for byte what TensorBoard's own package writes, of which the file is.
  @Test func theBytesAreThoseOfTensorBoardsPackage() throws {
    try withTemporaryFolder { folder in
      let writer = try TensorBoardWriter(folder + "/deep/logs", time: { 1_700_000_000.25 })
      try writer.scalar("loss/train", 0, step: 0)
      try writer.scalar("loss/train", 0.1, step: 1)
      try writer.scalar("größe", -1e30, step: 300)
      try writer.histogram(
        "weights", [-3.5, -0.01, 0.0, 1e-13, 0.01, 0.011, 0.5, 0.5, 2e19, 1e150], step: 7)
      try writer.add(
        "picture", 7, png: Fixtures.bytes("png/gray8.png"), width: 13, height: 9, channels: 1)
      try writer.goOn(after: 7)
      #expect(try File.read(writer.path) == Fixtures.bytes("tensorboard/events.tfevents"))
      #expect(File.name(of: writer.path).hasPrefix("events.out.tfevents.1700000000."))
    }
  }

  /// A second writer of the same process and second has a file of its own.
  @Test func filesAreNeverWrittenOver() throws {
    try withTemporaryFolder { folder in
      let writers = try (0..<3).map { _ in try TensorBoardWriter(folder, time: { 5 }) }
      #expect(Set(writers.map(\.path)).count == 3)
    }
  }

  @Test func bucketsHoldEveryNumberOnce() {
    let largest = Double.greatestFiniteMagnitude
    let values: [Double] = [
      0, -0.0, 1, -1, 1e-12, -1e-12, 1e-13, .leastNonzeroMagnitude, 1e20, 1e21, -1e21, largest,
      -largest, .nan,
      .infinity, -.infinity,
    ]
    let histogram = EventHistogram(of: values)
    #expect(histogram.count == 13)
    #expect(histogram.buckets.map(\.count).reduce(0, +) == 13)
    #expect(histogram.minimum == -largest && histogram.maximum == largest)
    #expect(
      zip(histogram.buckets, histogram.buckets.dropFirst()).allSatisfy { $0.limit < $1.limit })
    // Each number lies between the limit of the bucket before and its own.
    for value in values where value.isFinite && value < largest {
      let alone = EventHistogram(of: [value]).buckets
      let index = alone.firstIndex { $0.count == 1 }!
      #expect(value < alone[index].limit)
      #expect(index == 0 || alone[index - 1].limit <= value)
    }
    for empty in [[], [Double.nan]] {
      let histogram = EventHistogram(of: empty)
      #expect(histogram.count == 0 && histogram.minimum == 0 && histogram.buckets.count == 1)
    }
  }

  /// What was written can be read while the writer lives: after a flush, and after a second without one.
  @Test func aLiveReaderSeesWhatIsFlushed() throws {
    try withTemporaryFolder { folder in
      let writer = try TensorBoardWriter(folder)
      let empty = File.byteCount(of: writer.path)!
      #expect(empty > 0)
      try writer.scalar("a", 1, step: 1)
      try writer.flush()
      let one = File.byteCount(of: writer.path)!
      #expect(one > empty)
      try writer.scalar("a", 1, step: 2)
      usleep(1_100_000)
      try writer.scalar("a", 1, step: 3)
      #expect(File.byteCount(of: writer.path)! >= one + 2 * (one - empty))
    }
  }

  /// A training tells its losses, metrics and weights, and the real TensorBoard reads them.
  @Test(.enabled(if: Python.has("tensorboard", "tbparse")))
  func tensorBoardReadsATraining() throws {
    try withTemporaryFolder { folder in
      let model = TrainingLoopTests.linear([0.5, -0.25, 1, 0.75])
      let loop = TrainingLoopTests.loop(model, batchSize: 2)
      let recorder = TrainingLoopTests.Recorder()
      let board = try TensorBoardObserver(folder, model: model)
      board.onEpoch = { writer, report in
        let pixels = (0..<6).map { UInt8($0 * 40) }
        try writer.image("gray", GrayImage(width: 3, height: 2, pixels: pixels), step: report.step)
        try writer.image(
          "color", RGBImage(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255]),
          step: report.step)
      }
      loop.observers = [recorder, board]
      try loop.run(epochs: 3)
      #expect(board.failure == nil)

      let program = """
        import json, sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from tbparse import SummaryReader
        board = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0, "histograms": 0})
        board.Reload()
        tags = board.Tags()
        out = {"scalars": {t: [[e.step, e.value] for e in board.Scalars(t)] for t in tags["scalars"]}}
        out["histograms"] = {t: [[e.step, e.histogram_value.num, e.histogram_value.sum,
            e.histogram_value.min, e.histogram_value.max] for e in board.Histograms(t)]
            for t in tags["histograms"]}
        out["images"] = {t: [[e.step, e.width, e.height, len(e.encoded_image_string)]
            for e in board.Images(t)] for t in tags["images"]}
        frame = SummaryReader(sys.argv[1]).scalars
        out["rows"] = len(frame)
        print("JSON" + json.dumps(out))
        """
      let (status, text) = try Python.run(["-W", "ignore", "-c", program, folder])
      try #require(status == 0, "\(text)")
      let line = try #require(text.split(separator: "\n").last { $0.hasPrefix("JSON") })
      let read = try JSONDecoder().decode(Read.self, from: Data(line.dropFirst(4).utf8))

      let epochs = recorder.epochs
      #expect(epochs.count == 3)
      #expect(
        read.scalars["loss/epoch"] == epochs.map { [Double($0.step), Double(Float($0.loss))] })
      #expect(read.scalars["loss/step"]?.map { $0[0] } == (1...loop.stepCount).map(Double.init))
      #expect(
        read.scalars["metrics/accuracy"]
          == epochs.map { [Double($0.step), Double(Float($0.metrics["accuracy"]!))] })
      #expect(read.scalars.values.map(\.count).reduce(0, +) == read.rows)
      let weight = model.namedParameters[0]
      let last = try #require(read.histograms["weights/" + weight.name]?.last)
      let values = weight.parameter.array.doubles
      #expect(
        last == [Double(loop.stepCount), 4, values.reduce(0, +), values.min()!, values.max()!])
      #expect(
        read.images["gray"]?.map { Array($0.prefix(3)) }.last == [Double(loop.stepCount), 3, 2])
      #expect(read.images["color"]?.count == 3)
    }
  }

  /// Of what was told twice, TensorBoard shows what the run that went on tells.
  @Test(.enabled(if: Python.has("tensorboard", "tbparse")))
  func whatIsToldAgainReplacesWhatWasTold() throws {
    try withTemporaryFolder { folder in
      let first = try TensorBoardWriter(folder, time: { 100 })
      for step in 1...5 { try first.scalar("a", 1, step: step) }
      try first.flush()
      let second = try TensorBoardWriter(folder, time: { 200 })
      try second.goOn(after: 3)
      for step in 4...6 { try second.scalar("a", 2, step: step) }
      try second.flush()
      let program = """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        board = EventAccumulator(sys.argv[1])
        board.Reload()
        print("READ", *[f"{e.step}:{e.value:g}" for e in board.Scalars("a")])
        """
      let (status, text) = try Python.run(["-W", "ignore", "-c", program, folder])
      #expect(status == 0, "\(text)")
      #expect(text.contains("READ 1:1 2:1 3:1 4:2 5:2 6:2"), "\(text)")
    }
  }

  /// A board that can no longer be written ends no training, and says so once.
  @Test func aFailureEndsNoTraining() throws {
    try withTemporaryFolder { folder in
      let model = TrainingLoopTests.linear([0.5, -0.25, 1, 0.75])
      let loop = TrainingLoopTests.loop(model)
      let board = try TensorBoardObserver(folder, model: model)
      struct Full: Error {}
      var told = 0
      board.onEpoch = { _, _ in throw Full() }
      board.onFailure = { _ in told += 1 }
      loop.observers = [board]
      let result = try loop.run(epochs: 3)
      #expect(result.end == .completed)
      #expect(board.failure is Full && board.writer == nil && told == 1)
    }
  }

  @Test func aFolderThatCannotBeIsAnError() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write([1], to: folder + "/file")
      #expect(throws: FileError.self) { try TensorBoardWriter(folder + "/file/logs") }
    }
  }
}

private struct Read: Decodable {
  var scalars: [String: [[Double]]]
  var histograms: [String: [[Double]]]
  var images: [String: [[Double]]]
  var rows: Int
}
