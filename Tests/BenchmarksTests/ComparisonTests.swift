import BackpropBenchmarks
import BackpropFiles
import BackpropTestSupport
import Testing

@Suite struct ComparisonTests {
  /// A file as `compare.py` writes it.
  private static let file = """
    {"machine": {"processor": "any"}, "rounds": 3, "works": [
      {"work": "peak", "threads": 2, "results": {
        "backprop": {"value": 500, "unit": "GFLOP/s", "rounds": [500, 510, 490]}},
       "ratios": {}, "notes": {"numpy": "none"}},
      {"work": "gemm-64", "threads": 2, "results": {
        "backprop": {"value": 30, "unit": "GFLOP/s", "rounds": [30, 40, 20]},
        "numpy": {"value": 10, "unit": "GFLOP/s", "rounds": [10, 10, 10]},
        "torch": {"value": 60, "unit": "GFLOP/s", "rounds": [60, 60, 40]}}},
      {"work": "start", "threads": 2, "results": {
        "backprop": {"value": 6, "unit": "ms", "rounds": [5, 10]},
        "torch": {"value": 1000, "unit": "ms", "rounds": [1000, 1000]},
        "jax": {"value": 0.4, "unit": "s", "rounds": [0.4, 0.4]}}},
      {"work": "gemm-64", "threads": 1, "results": {
        "backprop": {"value": 15, "unit": "GFLOP/s", "rounds": [15]},
        "jax": {"value": 30, "unit": "GFLOP/s", "rounds": [30]}}}
    ]}
    """

  private func read(_ text: String) throws -> Comparison {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Array(text.utf8), to: folder + "/table.json")
      return try Comparison(contentsOf: folder + "/table.json")
    }
  }

  private func failure(_ text: String) -> ComparisonError? {
    #expect(throws: ComparisonError.self) { try read(text) }
  }

  @Test func aRatioAboveOneMeansThatOursIsFaster() throws {
    let works = try read(Self.file).works
    // What nobody else does is left out, and so is a peer that measured in another unit.
    #expect(works.map(\.name) == ["gemm-64", "start", "gemm-64"])
    #expect(works.map(\.threads) == [2, 2, 1])
    // The medians of 30/10, 40/10, 20/10 and of 30/60, 40/60, 20/40.
    #expect(works[0].ratios == ["numpy": 3, "torch": 0.5])
    // Less time is better: the median of 1000/5 and 1000/10.
    #expect(works[1].ratios == ["torch": 150])
    #expect(works[2].ratios == ["jax": 0.5])
  }

  @Test func theChartIsOfOneNumberOfThreads() throws {
    let comparison = try read(Self.file)
    #expect(comparison.threadCounts == [1, 2])
    let two = try comparison.figure().svg()
    #expect(
      two.contains("2 threads") && two.contains(">150<") && two.contains(">3<")
        && two.contains(">0.5<"))
    let one = try comparison.figure(threads: 1).svg()
    #expect(one.contains("1 thread<") && !one.contains(">start<"))
    let error = #expect(throws: ComparisonError.self) { try comparison.figure(threads: 8) }
    #expect(error?.reason == .nothingCompared(threads: 8, found: [1, 2]))
    #expect(error?.description.contains("at 8 threads. There are 1, 2.") == true)
  }

  @Test func theChartIsOfOneInstructionSet() throws {
    func row(_ isa: String, _ threads: Int, _ ours: Int) -> String {
      """
      {"work": "tiny", "threads": \(threads), "isa": "\(isa)", "results": {
        "backprop": {"unit": "epochs/s", "rounds": [\(ours)]},
        "onnxruntime": {"unit": "epochs/s", "rounds": [1]}}}
      """
    }
    let rows = [row("avx2", 2, 3), row("avx512", 2, 7), row("avx512", 4, 9)]
    let comparison = try read("{\"works\": [\(rows.joined(separator: ","))]}")
    #expect(comparison.instructionSets == ["avx2", "avx512"])
    let first = try comparison.figure().svg()
    #expect(first.contains("2 threads, avx2<") && first.contains(">3<") && !first.contains(">9<"))
    // A library that did nothing has no place in the legend.
    #expect(first.contains(">ONNX Runtime<") && !first.contains(">NumPy<"))
    let second = try comparison.figure(threads: 2, instructionSet: "avx512").svg()
    #expect(second.contains("2 threads, avx512<") && second.contains(">7<"))
    let none = #expect(throws: ComparisonError.self) { try comparison.figure(threads: 4) }
    #expect(none?.reason == .nothingCompared(threads: 4, found: [2]))
    let neon = #expect(throws: ComparisonError.self) {
      try comparison.figure(instructionSet: "neon")
    }
    #expect(neon?.reason == .notComparedWith(instructionSet: "neon", found: ["avx2", "avx512"]))
    #expect(neon?.description.contains("set 'neon'. There are avx2, avx512.") == true)
    let silent = #expect(throws: ComparisonError.self) {
      try read(Self.file).figure(instructionSet: "avx2")
    }
    #expect(silent?.description.contains("does not say which instruction set") == true)
  }

  @Test func worksOfAKindAreDrawnTogether() throws {
    let names = [
      "gemm-64", "conv-3x3", "attention", "layernorm", "gpt-predict-1", "encoder-1x16-int8",
      "decode-gpt2", "search-100000x384", "tokenize", "baby-gpt",
    ]
    let rows = names.map {
      """
      {"work": "\($0)", "threads": 1, "results": {
        "backprop": {"unit": "steps/s", "rounds": [2]}, "jax": {"unit": "steps/s", "rounds": [1]}}}
      """
    }
    let axes = try read("{\"works\": [\(rows.joined(separator: ","))]}").figure().axes
    #expect(
      axes.map(\.title)
        == [
          "Matrix products", "Single layers", "Predictions", "Pretrained models",
          "Training and the rest",
        ])
  }

  @Test func anEmptyComparisonSaysHowToMakeOne() throws {
    let empty = try read(#"{"works": []}"#)
    let error = #expect(throws: ComparisonError.self) { try empty.figure() }
    #expect(error?.reason == .nothingCompared(threads: nil, found: []))
    #expect(error?.description.contains("Run Benchmarks/compare.py") == true)
  }

  @Test func otherFilesAreRefused() {
    let cases = [
      ("", "not valid JSON"), ("{", "not valid JSON"), ("[]", "at the top"),
      ("{}", "no 'works' at the top"), (#"{"works": 3}"#, "at .works"),
      (#"{"works": [{"work": "a", "threads": 1}]}"#, "no 'results' at .works[0]"),
      (
        #"{"works": [{"work": "a", "threads": 1, "results": {"jax": {"unit": "s"}}}]}"#,
        "no 'rounds' at .works[0].results.jax"
      ),
      (#"{"works": [{"work": null, "threads": 1, "results": {}}]}"#, "found null"),
    ]
    for (text, part) in cases {
      let error = failure(text)
      guard case .notAComparison(let found) = error?.reason else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
      #expect(found.contains(part), "\(text): \(found)")
      #expect("\(error!)".contains("table.json' is not a comparison"))
    }
  }

  @Test func roundsMustBeAboveZero() {
    for rounds in ["[]", "[0]", "[-1]", "[1, 0]"] {
      for (ours, theirs) in [(rounds, "[1, 1]"), ("[1, 1]", rounds)] {
        let error = failure(
          """
          {"works": [{"work": "a", "threads": 1, "results": {
            "backprop": {"unit": "s", "rounds": \(ours)},
            "jax": {"unit": "s", "rounds": \(theirs)}}}]}
          """)
        #expect(error?.reason == .badRounds(work: "a", library: "jax"), "\(ours) \(theirs)")
      }
    }
  }

  @Test func aMissingFileIsNamed() {
    #expect(throws: FileError(operation: "read", path: "/no/such.json", reason: .notFound)) {
      try Comparison(contentsOf: "/no/such.json")
    }
  }
}
