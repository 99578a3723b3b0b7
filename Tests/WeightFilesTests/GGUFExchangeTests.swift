import BackpropArrays
import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

private let hasGGUF = Python.has("gguf", "numpy")

/// GGUF files are exchanged with the package gguf, where a Python has it, in both directions and to the
/// last bit.
@Suite(.enabled(if: hasGGUF, "needs a Python with gguf")) struct GGUFExchangeTests {
  /// Rows of all sizes, in which numbers may be equal, zero, huge and tiny.
  private func numbers() -> NDArray {
    var random = RandomSource(seed: 3)
    let rows = (0..<60).flatMap { row -> [Float] in
      let size = Float.random(in: -30...4, using: &random)
      return (0..<96).map { column in
        row == 7 || (row == 8 && column < 40)
          ? 0 : row == 9 ? 3 : Float.random(in: -1...1, using: &random) * exp2(size)
      }
    }
    return NDArray(rows, shape: [60, 96])
  }

  private func exp2(_ x: Float) -> Float { Float(sign: .plus, exponent: Int(x), significand: 1) }

  @Test func theyReadOurs() throws {
    let numbers = numbers()
    let tensors = [
      GGUF.Tensor(name: "plain", StoredArray(numbers)),
      GGUF.Tensor(name: "half", StoredArray(numbers.cast(to: .float16))),
      GGUF.Tensor(name: "brain", StoredArray(numbers.cast(to: .bfloat16))),
      GGUF.Tensor(name: "cube", StoredArray(numbers.reshaped(to: [4, 15, 96]))),
      GGUF.Tensor(name: "Q8_0", quantizing: numbers, as: .eightBit),
      GGUF.Tensor(name: "Q4_0", quantizing: numbers, as: .fourBit),
    ]
    let file = GGUF(
      tensors,
      metadata: [
        ("general.architecture", .string("llama")), ("n", .uint64(1 << 63)),
        ("texts", .array(GGUFArray(["a", "", "über"]))), ("ids", .array(GGUFArray([Int32(1), -5]))),
        ("x", .float64(0.5)), ("yes", .bool(true)),
      ])
    try withTemporaryFolder { folder in
      try file.write(to: folder + "/a.gguf")
      let (status, text) = try Python.run([
        "-c",
        """
        import sys, numpy as np
        from gguf import GGUFReader, GGMLQuantizationType as Type
        from gguf.quants import quantize, dequantize
        reader = GGUFReader(sys.argv[1])
        found = {tensor.name: tensor for tensor in reader.tensors}
        plain = np.array(found["plain"].data)
        assert plain.shape == (60, 96) and plain.dtype == np.float32
        assert np.array(found["half"].data).tobytes() == plain.astype(np.float16).tobytes()
        assert np.array(found["cube"].data).tobytes() == plain.tobytes()
        assert list(found["cube"].shape) == [96, 15, 4]
        for kind in (Type.BF16, Type.Q8_0, Type.Q4_0):
            name = {"BF16": "brain"}.get(kind.name, kind.name)
            expected = quantize(plain, kind)
            data = np.array(found[name].data)
            assert found[name].tensor_type == kind
            assert data.tobytes() == expected.tobytes(), (name, data[data != expected])
        fields = {key: field.contents() for key, field in reader.fields.items()}
        assert fields["n"] == 2 ** 63 and fields["x"] == 0.5 and fields["yes"] is True
        assert fields["texts"] == ["a", "", "über"] and fields["ids"] == [1, -5]
        """, folder + "/a.gguf",
      ])
      #expect(status == 0, "\(text)")
    }
  }

  /// Files made anew are read as the committed ones are.
  @Test func weReadTheirs() throws {
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run([Fixtures.path("make_gguf_fixtures.py"), folder])
      try #require(status == 0, "\(text)")
      for name in ["types", "aligned", "version-2"] {
        let made = try GGUF(contentsOf: folder + "/\(name).gguf")
        let committed = try GGUF(contentsOf: Fixtures.path("gguf/\(name).gguf"))
        #expect(made.tensors == committed.tensors)
        #expect(made.metadata.map(\.key) == committed.metadata.map(\.key))
        #expect(made.metadata.map(\.value) == committed.metadata.map(\.value))
      }
    }
  }
}
