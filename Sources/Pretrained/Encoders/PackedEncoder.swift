import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks

/// An encoder's weights packed for answering: the numbers of a ``TextEncoder`` without the graph, in
/// memory of its own for the linear layers and where they lie for the tables.
///
/// Queries, keys and values come of one product; a product adds the bias and applies the activation
/// while its numbers are at hand; the sum and the norm behind it are one pass. The bits of a token's
/// vector depend on its own text alone: see `PackedMatrix` and `PackedAttentionProduct`.
final class PackedEncoder: Sendable {
  let settings: EncoderSettings
  private let words: NDArray
  private let positions: NDArray
  private let types: NDArray?
  private let norm: RowNorm
  private let layers: [Layer]

  private struct Layer: Sendable {
    let projections: Dense
    let attentionOutput: Dense
    let attentionNorm: RowNorm
    let hidden: Dense
    let output: Dense
    let outputNorm: RowNorm
  }

  /// Linear layers side by side.
  struct Dense: Sendable {
    private let weight: Weight
    private let bias: NDArray?

    private enum Weight: Sendable {
      case numbers(PackedMatrix)
      case blocks(QuantizedMatrix)
    }

    /// - Parameters:
    ///   - layers: layers of the same inputs.
    ///   - format: how their weights are rounded, if they are and can be.
    init(_ layers: [Linear], quantizedAs format: QuantizedFormat? = nil) {
      if let blocks = Self.blocks(layers, format) {
        weight = .blocks(QuantizedMatrix(joining: blocks))
      } else {
        weight = .numbers(PackedMatrix(layers.map(\.weight.array)))
      }
      let biases = layers.compactMap { $0.bias.map { Tensor($0.array) } }
      bias = biases.isEmpty ? nil : Tensor.concatenate(biases).array.contiguous()
    }

    /// The layers' weights in blocks, if they are or are to be.
    private static func blocks(
      _ layers: [Linear], _ format: QuantizedFormat?
    ) -> [QuantizedMatrix]? {
      let blocks = layers.compactMap(\.weight.quantized)
      if blocks.count == layers.count, blocks.allSatisfy({ $0.format == blocks[0].format }) {
        return blocks
      }
      guard let format, QuantizedMatrix.fits(inputs: layers[0].weight.shape[0]) else { return nil }
      return layers.map {
        QuantizedMatrix(quantizing: $0.weight.array.matrixTransposed, as: format)
      }
    }

    /// The length of a row of the result.
    var outputs: Int {
      switch weight {
      case .numbers(let matrix): matrix.outputs
      case .blocks(let matrix): matrix.outputs
      }
    }

    /// out = activation(rows · W + b)
    func apply(
      _ rows: UnsafePointer<Float>, count: Int, _ activation: PackedMatrix.Activation = .identity,
      into out: UnsafeMutablePointer<Float>
    ) {
      switch weight {
      case .numbers(let matrix):
        matrix.multiply(
          rows, rowStride: matrix.inputs, count: count, bias: bias?.numbers, activation, into: out)
      case .blocks(let matrix):
        matrix.multiply(
          rows, rowStride: matrix.inputs, count: count, bias: bias?.numbers, activation, into: out)
      }
    }
  }

  /// Packs an encoder.
  ///
  /// - Parameters:
  ///   - encoder: the encoder.
  ///   - format: how the weights of linear layers are rounded; `nil` for numbers.
  ///   - afterLayer: called when a block has been packed and its own weights are not needed any more.
  init(
    _ encoder: TextEncoder, quantizedAs format: QuantizedFormat? = nil,
    afterLayer: () -> Void = {}
  ) {
    settings = encoder.settings
    words = encoder.words.weight.array.contiguous()
    positions = encoder.positions.weight.array.contiguous()
    types = encoder.types?.weight.array.contiguous()
    norm = RowNorm(encoder.norm)
    layers = encoder.layers.map { layer in
      defer { afterLayer() }
      return Layer(
        projections: Dense([layer.query, layer.key, layer.value], quantizedAs: format),
        attentionOutput: Dense([layer.attentionOutput], quantizedAs: format),
        attentionNorm: RowNorm(layer.attentionNorm),
        hidden: Dense([layer.hidden], quantizedAs: format),
        output: Dense([layer.output], quantizedAs: format), outputNorm: RowNorm(layer.outputNorm))
    }
  }

  /// Calls `body` with the vectors of parts of a batch, on any thread: which texts these are, and their
  /// tokens' vectors one after the other.
  ///
  /// A part is some whole texts, few enough that its numbers stay in the caches. Parts are shared out
  /// among the threads where there are enough of them, and else each is split over the threads. Neither
  /// changes a bit.
  ///
  /// - Parameters:
  ///   - batch: the texts, which fit the encoder (``TokenBatch/misfit(_:)``).
  ///   - body: called for each part.
  func forEachPart(
    of batch: TokenBatch, _ body: (_ texts: Range<Int>, _ vectors: UnsafePointer<Float>) -> Void
  ) {
    let texts = PackedLengths(batch.lengths)
    let positions = batch.positions(settings)
    let parts = Self.parts(of: texts, threads: Parallel.threadCount)
    let longest = parts.reduce(0) {
      max($0, texts.starts[$1.upperBound] - texts.starts[$1.lowerBound])
    }
    func run(_ part: Range<Int>) {
      withVectors(of: part, texts, batch, positions) { body(part, $0) }
    }
    // One long part would have the others wait for it.
    let isEven = longest * Parallel.threadCount <= texts.total * 5 / 4
    if parts.count >= Parallel.threadCount && isEven {
      Parallel.forEach(parts.count) { run(parts[$0]) }
    } else {
      for part in parts { run(part) }
    }
  }

  /// How many tokens a part has at most, unless one text has more: so many that a block's numbers stay
  /// in the second cache, and the weights are read seldom.
  private static let partLength = 256

  /// Texts in parts of about as many tokens each, as many as can be shared out evenly.
  private static func parts(of texts: PackedLengths, threads: Int) -> [Range<Int>] {
    let rounds = max(1, (texts.total + threads * partLength - 1) / (threads * partLength))
    // Small parts would read all the weights for few tokens.
    let count =
      texts.total < threads * partLength / 8 ? 1 : min(rounds * threads, texts.lengths.count)
    var parts: [Range<Int>] = []
    var first = 0
    for index in 0..<count {
      let end = index == count - 1 ? texts.total : texts.total * (index + 1) / count
      var last = first
      while last < texts.lengths.count,
        last == first || texts.starts[last] + texts.starts[last + 1] <= 2 * end
      { last += 1 }
      if index == count - 1 { last = texts.lengths.count }
      if first < last { parts.append(first..<last) }
      first = last
    }
    return parts
  }

  private func withVectors(
    of part: Range<Int>, _ texts: PackedLengths, _ batch: TokenBatch, _ positions: [Int32],
    _ body: (UnsafePointer<Float>) -> Void
  ) {
    let tokens = texts.starts[part.lowerBound]..<texts.starts[part.upperBound]
    let lengths = PackedLengths(Array(texts.lengths[part]))
    let (count, width, wide) = (tokens.count, settings.width, settings.hiddenWidth)
    let headWidth = width / settings.heads
    let scale = 1 / Double(headWidth).squareRoot()
    let scratch = [width, max(3 * width, wide), width].map {
      NDArray(uninitialized: [count, $0], .float32)
    }
    let (x, room, gathered) = (
      scratch[0].numbers, scratch[1].numbers, scratch[2].numbers
    )
    embed(tokens, batch, positions, into: x)
    norm.apply(to: x, count: count, adding: nil)
    for layer in layers {
      layer.projections.apply(x, count: count, into: room)
      let inputs = (
        Self.rows(room, 3 * width), Self.rows(room + width, 3 * width),
        Self.rows(room + 2 * width, 3 * width)
      )
      PackedAttentionProduct(
        .float32, inputs, lengths, heads: settings.heads, width: headWidth, scale: scale
      ).forward(into: Self.rows(gathered, width), nil)
      layer.attentionOutput.apply(gathered, count: count, into: room)
      layer.attentionNorm.apply(to: x, count: count, adding: room)
      layer.hidden.apply(x, count: count, settings.activation.packed, into: room)
      layer.output.apply(room, count: count, into: gathered)
      layer.outputNorm.apply(to: x, count: count, adding: gathered)
    }
    body(x)
    withExtendedLifetime(scratch) {}
  }

  private static func rows(
    _ start: UnsafeMutablePointer<Float>, _ stride: Int
  ) -> PackedAttentionProduct.Rows {
    PackedAttentionProduct.Rows(start, stride: stride)
  }

  /// The sums of the vectors of tokens, types and places.
  private func embed(
    _ tokens: Range<Int>, _ batch: TokenBatch, _ places: [Int32],
    into out: UnsafeMutablePointer<Float>
  ) {
    let width = settings.width
    let (words, positions, types) = (words.numbers, positions.numbers, types?.numbers)
    for (row, token) in tokens.enumerated() {
      let x = out + row * width
      let word = words + Int(batch.ids[token]) * width
      let place = positions + Int(places[token]) * width
      if let type = types.map({ $0 + Int(batch.typeIDs[token]) * width }) {
        for i in 0..<width { x[i] = (word[i] + type[i]) + place[i] }
      } else {
        for i in 0..<width { x[i] = word[i] + place[i] }
      }
    }
  }
}

extension RowNorm {
  /// The norm of a layer over rows that has a scale and a shift.
  init(_ layer: LayerNorm) {
    self.init(weight: layer.weight!.array, bias: layer.bias!.array, epsilon: layer.epsilon)
  }
}

extension NDArray {
  /// Where the numbers of a contiguous array of `float32` lie, as long as something holds it.
  var numbers: UnsafeMutablePointer<Float> {
    storage.base.assumingMemoryBound(to: Float.self)
  }
}
