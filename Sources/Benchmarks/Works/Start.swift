import Backprop
import Foundation

/// A process from its start to the first prediction from a weight file.
struct Start: BenchmarkWork {
  let name = "start"
  let summary = "from process start to a first prediction from a weight file; median time"

  func measure() throws -> Measurement {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("backprop-start-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = RandomSource(seed: 0)
    let weights = folder.appendingPathComponent("model.safetensors").path
    try MultilayerPerceptron([784, 50, 10], using: &random).save(to: weights)
    let image = folder.appendingPathComponent("digit.pgm").path
    let pixels = Digits.draw(.test, count: 1).pixels.scalars(as: UInt8.self)
    try (Data("P5 28 28 255\n".utf8) + Data(pixels)).write(to: URL(fileURLWithPath: image))

    func run() throws -> Double {
      let process = Process()
      process.executableURL = Bundle.main.executableURL
      process.arguments = ["predict", "--weights", weights, image]
      process.standardOutput = FileHandle.nullDevice
      let clock = ContinuousClock()
      let start = clock.now
      try process.run()
      process.waitUntilExit()
      let seconds = start.duration(to: clock.now).inSeconds
      guard process.terminationStatus == 0 else {
        throw BenchmarkError.startFailed(status: process.terminationStatus)
      }
      return seconds * 1000
    }
    _ = try run()
    return measurement("ms", try (0..<21).map { _ in try run() })
  }
}

/// Why a work could not be measured.
public enum BenchmarkError: Error, CustomStringConvertible {
  /// The process that was started to make a prediction failed.
  case startFailed(status: Int32)

  public var description: String {
    switch self {
    case .startFailed(let status):
      "start: the process that should make a prediction ended with status \(status)"
    }
  }
}
