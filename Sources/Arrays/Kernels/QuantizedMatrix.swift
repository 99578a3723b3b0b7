import CBackpropKernels

/// How weights are rounded: in blocks of 32 that lie side by side along the input, each with a scale
/// of 16 bits. The layouts, and their names, are those of GGUF.
public enum QuantizedFormat: String, CaseIterable, Sendable {
  /// Whole numbers of 8 bits: 34 bytes a block. A weight is off by at most 1/254 of the largest of its
  /// block.
  case eightBit = "Q8_0"
  /// Whole numbers of 4 bits: 18 bytes a block. A weight is off by at most 1/8 of the largest of its
  /// block.
  case fourBit = "Q4_0"

  /// How many weights a block has.
  public static let blockLength = BP_QUANTIZED_BLOCK

  /// How many bytes a block takes in a file.
  public var blockByteCount: Int { bp_quantized_block_bytes(code) }

  var code: bp_quantized_format {
    switch self {
    case .eightBit: BP_Q8_0
    case .fourBit: BP_Q4_0
    }
  }

  /// The blocks of `array`, whose last axis is a multiple of 32 long: as GGUF's reference
  /// implementation rounds them, to the bit.
  ///
  /// Traps if the rows are of another length, or the numbers are not `float32`.
  public func blocks(of array: NDArray) -> [UInt8] {
    guard array.scalarType == .float32, let length = array.shape.last,
      length % Self.blockLength == 0
    else {
      ShapeError(
        "quantize", [array.shape],
        "blocks are \(Self.blockLength) float32 numbers along the last axis; these are "
          + "\(array.scalarType)"
      ).trap()
    }
    let count = array.count / Self.blockLength
    return array.withContiguousScalars(as: Float.self) { numbers in
      [UInt8](unsafeUninitializedCapacity: count * blockByteCount) { out, filled in
        if count > 0 { bp_quantize_blocks(code, count, numbers.baseAddress!, out.baseAddress!) }
        filled = count * blockByteCount
      }
    }
  }

  /// The numbers that blocks stand for.
  ///
  /// Traps if there are not as many bytes as `shape` takes.
  ///
  /// - Parameters:
  ///   - blocks: the bytes, as in a file.
  ///   - shape: the lengths of the axes, of which the last is a multiple of 32.
  public func numbers(of blocks: UnsafeRawBufferPointer, shape: Shape) -> NDArray {
    let count = shape.elementCount / Self.blockLength
    guard (shape.last ?? 1) % Self.blockLength == 0, blocks.count == count * blockByteCount else {
      ShapeError("quantize", [shape], "\(blocks.count) bytes are not the blocks of this shape")
        .trap()
    }
    let result = NDArray(uninitialized: shape, .float32)
    if count > 0 {
      bp_dequantize_blocks(
        code, count, blocks.baseAddress!, result.storage.base.assumingMemoryBound(to: Float.self))
    }
    return result
  }
}

/// The weights of a linear layer in blocks of whole numbers, for use and not for training: a quarter of
/// the memory of `float32`, or less, and a faster product.
///
/// ```swift
/// let matrix = QuantizedMatrix(quantizing: weight, as: .eightBit)    // weight: (outputs, inputs)
/// ```
///
/// A product rounds the other side to whole numbers too, in blocks of 32, so that its sums are of whole
/// numbers and exact: out = Σ over blocks (Σ q w) s d, with the scale s of the block of numbers and d of
/// that of weights. The same bits in every instruction set and on any number of threads and rows. A row
/// with NaN or an infinity gives NaN.
public final class QuantizedMatrix: Sendable {
  /// How the weights are rounded.
  public let format: QuantizedFormat
  /// The length of a row of input, a multiple of 32.
  public let inputs: Int
  /// The length of a row of output.
  public let outputs: Int
  /// In the order in which the kernels read it.
  private let packed: NDArray

  /// Whether rows of this length can be rounded in blocks.
  public static func fits(inputs: Int) -> Bool {
    inputs > 0 && inputs % QuantizedFormat.blockLength == 0
  }

  /// Takes blocks as they lie in a file: those of each output after those of the one before.
  ///
  /// Traps if there are not as many bytes as the sizes say, or `inputs` is no multiple of 32.
  ///
  /// - Parameters:
  ///   - blocks: the bytes; they are copied.
  ///   - outputs: the length of a row of output.
  ///   - inputs: the length of a row of input.
  ///   - format: how the blocks are laid out.
  public init(
    blocks: UnsafeRawBufferPointer, outputs: Int, inputs: Int, as format: QuantizedFormat
  ) {
    let blockCount = inputs / QuantizedFormat.blockLength
    guard Self.fits(inputs: inputs), outputs >= 0,
      blocks.count == outputs * blockCount * format.blockByteCount
    else {
      ShapeError(
        "QuantizedMatrix", [Shape([outputs, inputs])],
        "\(blocks.count) bytes are not the blocks of \(outputs) rows, each of a multiple of "
          + "\(QuantizedFormat.blockLength) weights"
      ).trap()
    }
    (self.format, self.inputs, self.outputs) = (format, inputs, outputs)
    packed = Self.packed(blocks, outputs: outputs, inputs: inputs, format)
  }

  private static func packed(
    _ blocks: UnsafeRawBufferPointer, outputs: Int, inputs: Int, _ format: QuantizedFormat
  ) -> NDArray {
    let blockCount = inputs / QuantizedFormat.blockLength
    let packed = NDArray(
      uninitialized: Shape([bp_quantized_packed_bytes(format.code, outputs, blockCount)]), .uint8)
    if outputs > 0 {
      bp_quantized_pack(
        format.code, outputs, blockCount, blocks.baseAddress!, packed.storage.base)
    }
    return packed
  }

  /// Matrices of the same number of inputs beside one another: their products are then one.
  ///
  /// Traps unless there is one, and they have the same inputs and format.
  package convenience init(joining matrices: [QuantizedMatrix]) {
    let (inputs, format) = (matrices[0].inputs, matrices[0].format)
    precondition(
      matrices.allSatisfy { $0.inputs == inputs && $0.format == format },
      "QuantizedMatrix: the matrices have the same inputs and format")
    let outputs = matrices.reduce(0) { $0 + $1.outputs }
    self.init(matrices.flatMap(\.blocks), outputs: outputs, inputs: inputs, format)
  }

  private init(_ blocks: [UInt8], outputs: Int, inputs: Int, _ format: QuantizedFormat) {
    (self.format, self.inputs, self.outputs) = (format, inputs, outputs)
    packed = blocks.withUnsafeBytes {
      Self.packed($0, outputs: outputs, inputs: inputs, format)
    }
  }

  /// Rounds a matrix of shape (outputs, inputs).
  ///
  /// Traps if `inputs` is no multiple of 32, or the numbers are not `float32`.
  public convenience init(quantizing weight: NDArray, as format: QuantizedFormat) {
    guard weight.rank == 2, Self.fits(inputs: weight.shape[1]) else {
      ShapeError(
        "QuantizedMatrix", [weight.shape],
        "the weight is a matrix (outputs, inputs), and its rows are of a multiple of "
          + "\(QuantizedFormat.blockLength) numbers"
      ).trap()
    }
    self.init(
      format.blocks(of: weight), outputs: weight.shape[0], inputs: weight.shape[1], format)
  }

  private var blockCount: Int { inputs / QuantizedFormat.blockLength }

  /// The bytes of memory that it takes.
  public var byteCount: Int { packed.count }

  /// The blocks as they lie in a file.
  public var blocks: [UInt8] {
    let count = outputs * blockCount * format.blockByteCount
    return [UInt8](unsafeUninitializedCapacity: count) { out, filled in
      if count > 0 {
        bp_quantized_unpack(
          format.code, outputs, blockCount, packed.storage.base, out.baseAddress!)
      }
      filled = count
    }
  }

  /// The weights that the blocks stand for, of shape (outputs, inputs).
  public var dequantized: NDArray {
    blocks.withUnsafeBytes { format.numbers(of: $0, shape: Shape([outputs, inputs])) }
  }

  /// Writes the numbers that a row stands for, those of ``dequantized``.
  ///
  /// - Parameters:
  ///   - row: one of the outputs.
  ///   - out: where they go, as many as there are inputs.
  package func dequantizeRow(_ row: Int, into out: UnsafeMutablePointer<Float>) {
    precondition((0..<outputs).contains(row), "QuantizedMatrix: row \(row) of \(outputs)")
    bp_quantized_row(format.code, row, blockCount, packed.storage.base, out)
  }

  /// out = activation(rows · weightᵀ + bias), split over the thread pool.
  ///
  /// - Parameters:
  ///   - rows: the first of the rows.
  ///   - rowStride: from one row to the next.
  ///   - count: how many rows there are.
  ///   - bias: as many numbers as there are outputs.
  ///   - activation: what is applied at the end.
  ///   - out: where the result goes, row after row.
  package func multiply(
    _ rows: UnsafePointer<Float>, rowStride: Int, count: Int, bias: UnsafePointer<Float>?,
    _ activation: PackedMatrix.Activation = .identity, into out: UnsafeMutablePointer<Float>
  ) {
    bp_quantized_product(
      format.code, count, outputs, blockCount, rows, rowStride, packed.storage.base, bias,
      activation.kernel, out, outputs)
  }
}
