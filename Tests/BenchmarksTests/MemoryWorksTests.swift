import BackpropBenchmarks
import Testing

@Suite struct MemoryWorksTests {
  private static let names =
    BenchmarkWorks.all.map(\.name).filter { $0.hasPrefix("memory-") }

  /// What the gradients of all parameters take, which is live at the end of every backward pass.
  private static let gradientBytes: [String: Double] = [
    "memory-residual": 4 * (10 * 2 * (256 * 256 + 256) + 256 * 10 + 10),
    "memory-composed": 4 * 4 * (512 * 512 + 3 * 512),
    "memory-recurrent": 4 * (16 * 128 + 128 * 128 + 128),
    "memory-lenet": 4 * (16 * 9 + 16 + 32 * 16 * 9 + 32 + 1568 * 128 + 128 + 128 * 10 + 10),
    "memory-gpt": 4 * (Double((65 + 64) * 128 + 2 * 128) + 4 * Double(12 * 128 * 128 + 13 * 128)),
  ]

  @Test(arguments: names) func theFigureIsExact(name: String) throws {
    let work = try #require(BenchmarkWorks.all.first { $0.name == name })
    let measurement = try work.measure()
    #expect(measurement.unit == "bytes")
    #expect(measurement.value > (try #require(Self.gradientBytes[name])))
    #expect(try work.measure().value == measurement.value)
  }
}
