import Backprop
import BackpropFiles
import Testing

/// Weights that are no numbers or of absurd sizes, and weights out of a pipe.
@Suite struct UntrustedWeightsTests {
  private func weights(_ change: (inout [Float]) -> Void) -> StateDictionary {
    var state = EvaluateTests.rowWeights()
    var numbers: [Float] = state["layers.0.weight"]!.scalars()
    change(&numbers)
    state.set("layers.0.weight", NDArray(numbers, shape: [10, 784]))
    return state
  }

  @Test func whatIsNoNumberIsNamed() throws {
    try CommandLineTool.use { tool in
      for value in [Float.nan, .infinity, -.infinity] {
        try weights { $0[17] = value }.write(to: tool.path("w.safetensors"))
        for command in [["evaluate"], ["predict", "digits:test:0"]] {
          for form in [[], ["--json"]] {
            let run = try tool.run(command + ["--weights", "w.safetensors"] + form)
            #expect(run.status == 70, "\(run.err)")
            #expect(run.out.isEmpty)
            for text in ["w.safetensors", "layers.0.weight", "7840"] {
              #expect(run.err.contains(text), "\(run.err)")
            }
          }
        }
      }
      // Each a number, and their sum none.
      try weights { for index in $0.indices { $0[index] = 3e38 } }.write(
        to: tool.path("w.safetensors"))
      let run = try tool.run(["predict", "--json", "digits:test:0", "--weights", "w.safetensors"])
      #expect(run.status == 70 && run.out.isEmpty, "\(run.out)\(run.err)")
    }
  }

  @Test func absurdShapesAreErrors() throws {
    for (name, shape) in [
      ("layers.0.weight", "[0,4611686018427387904]"), ("layers.9999999999.bias", "[0]"),
      ("W1", "[784,0]"), ("a", "[1,1,1,1,1,1,1,1,0]"),
    ] {
      try CommandLineTool.use { tool in
        let json = "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,0]}}"
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(json.utf8.count))
        try AtomicFile.write(bytes + Array(json.utf8), to: tool.path("w.safetensors"))
        let run = try tool.run(["evaluate", "--weights", "w.safetensors"])
        #expect(run.status == 65, "\(run.err)")
        #expect(run.err.contains(name), "\(run.err)")
      }
    }
  }

  @Test func weightsComeOutOfAPipe() throws {
    try CommandLineTool.use { tool in
      try EvaluateTests.rowWeights().write(to: tool.path("w.safetensors"))
      let data = try SmallDataset().write(to: tool)
      let run = try tool.run(
        ["evaluate", "--weights", "fifo", "--dataset", "mnist", "--data-dir", data, "--json"],
        shell: #"mkfifo fifo; (sleep 0.1; cat w.safetensors) > fifo & "$0" "$@""#)
      #expect(run.status == 0 && run.out.contains(#""accuracy":1.0"#), "\(run.err)")
      // A pipe that nobody gave a name, as a shell makes them.
      let standard = try tool.run(
        [
          "evaluate", "--weights", "/dev/stdin", "--dataset", "mnist", "--data-dir", data, "--json",
        ],
        shell: #"cat w.safetensors | "$0" "$@""#)
      #expect(standard.status == 0 && standard.out.contains(#""accuracy":1.0"#), "\(standard.err)")
    }
  }

  /// Nobody writes: the program can be ended all the same.
  @Test func aFIFOWithoutAWriterCanBeLeft() throws {
    try CommandLineTool.use { tool in
      let run = try tool.run(
        ["evaluate", "--weights", "fifo"],
        shell:
          #"mkfifo fifo; "$0" "$@" & p=$!; sleep 0.3; kill -TERM $p; wait $p; echo "status $?""#)
      #expect(run.out.contains("status 143"), "\(run.out)")
    }
  }
}
