import Testing

@testable import BackpropBenchmarks

@Suite struct MatrixProductTests {
  @Test func aNameSaysTheLengths() throws {
    let cases = [
      ("gemm-1", [1, 1, 1]), ("gemm-500", [500, 500, 500]), ("gemm-128x512x784", [128, 512, 784]),
      ("gemm-64", [64, 64, 64]), ("gemm-7x7x7", [7, 7, 7]),
    ]
    for (name, lengths) in cases {
      let work = try #require(try BenchmarkWorks.work(named: name) as? MatrixProduct)
      #expect([work.rows, work.columns, work.inner] == lengths)
      #expect(work.name == name)
    }
  }

  @Test func otherNamesAreErrorsThatSayWhatIsExpected() {
    for name in [
      "gemm-", "gemm-0", "gemm-3x4", "gemm-1x2x3x4", "gemm-2x0x2", "gemm--5", "gemm-+5", "gemm-5x",
      "gemm-x5x5", "gemm-5 ", "gemm-٣", "gemm-1e3", "gemm-99999999999999999999",
    ] {
      let error = #expect(throws: BenchmarkError.self) { try BenchmarkWorks.work(named: name) }
      #expect(error == .badMatrixProduct(name: name))
      #expect(error?.description.contains("expected gemm-N, or gemm-MxNxK") == true)
    }
    let name = "gemm-3000000000x3000000000x3000000000"
    let large = #expect(throws: BenchmarkError.self) { try BenchmarkWorks.work(named: name) }
    guard case .matricesTooLarge(name, let bytes) = large else {
      Issue.record("\(String(describing: large))")
      return
    }
    #expect(bytes > 0 && large!.description.contains("do not fit into the \(bytes >> 20) MiB"))
    for name in ["peek", "gemm", "GEMM-64", ""] {
      let error = #expect(throws: BenchmarkError.self) { try BenchmarkWorks.work(named: name) }
      #expect(error == .unknownWork(name: name))
      #expect(error?.description.contains("the works are peak, gemm-64, ") == true)
      #expect(error?.description.contains("gemm-128x512x784") == true)
    }
  }

  @Test func convolutionsCountTheirProducts() throws {
    // Images · filters · height · width · channels of a group · kernel, twice; forward, weight, input.
    let expected: [String: Double] = [
      "conv-first": 2 * 2 * 64 * 16 * 28 * 28 * 1 * 9,
      "conv-3x3": 3 * 2 * 64 * 32 * 14 * 14 * 16 * 9,
      "conv-deep": 3 * 2 * 16 * 64 * 14 * 14 * 64 * 9,
      "conv-1x1": 3 * 2 * 16 * 64 * 14 * 14 * 256,
      "conv-depthwise": 3 * 2 * 16 * 96 * 28 * 28 * 9,
      "conv-strided": 3 * 2 * 16 * 64 * 14 * 14 * 32 * 9,
    ]
    let found = ConvolutionLayer.usual.map { ($0.name, $0.operations) }
    #expect(Dictionary(uniqueKeysWithValues: found) == expected)
  }
}
