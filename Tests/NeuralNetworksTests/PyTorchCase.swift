import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import BackpropWeightFiles
import Foundation

/// What PyTorch's layer computed in one case, of those that make_layer_fixtures.py writes.
struct PyTorchCase {
  /// What the layer is set to, by PyTorch's names; what a case does not set is `nil`.
  struct Options: Decodable {
    var shape: [Int]?
    var isTraining: Bool?
    var affine: Bool?
    var momentum: Double?
    var isCumulative: Bool?
    var eps: Double?
    var trackRunningStats: Bool?
    var normalized: [Int]?
    var elementwiseAffine: Bool?
    var groups: Int?
    var left: Int?
    var right: Int?
    var outputs: Int?
    var bias: Bool?
    var count: Int?
    var width: Int?
    var paddingIdx: Int?
    var inputs: Int?
    var hidden: Int?
    var numLayers: Int?
    var nonlinearity: String?
    var bidirectional: Bool?
    var hasLengths: Bool?
    var vocabulary: Int?
    var layers: Int?
    var embedding: Int?
    var heads: Int?
    var isCausal: Bool?
    var dimFeedforward: Int?
    var normFirst: Bool?
    var layerNormEps: Double?
    var activation: String?
    var hasNorm: Bool?
    var mask: String?
    var memoryMask: String?
    var hasPadding: Bool?
    var pairing: RotaryPositions.Pairing?
    var base: Double?
    var offset: Int?
    var context: Int?
    var isTied: Bool?
  }

  /// The layer: `batch-norm`.
  let layer: String
  /// Which case of it.
  let index: Int
  let options: Options
  private let arrays: StateDictionary

  /// `batch-norm-3`
  var name: String { "\(layer)-\(index)" }

  private static func path(_ layer: String) -> String {
    Fixtures.path("layers/\(layer).safetensors")
  }

  /// All cases of a layer.
  static func all(of layer: String) throws -> [PyTorchCase] {
    let arrays = try StateDictionary(contentsOf: path(layer))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let cases = arrays.metadata["cases"] ?? ""
    return try decoder.decode([Options].self, from: Data(cases.utf8)).enumerated().map {
      PyTorchCase(layer: layer, index: $0, options: $1, arrays: arrays)
    }
  }

  /// The array of this name in the case: `output/0`.
  func array(_ name: String) -> NDArray? { arrays["\(index)/\(name)"] }

  /// The arrays `input/0`, `input/1`, …, with fractions as `scalarType`.
  func list(_ name: String, _ scalarType: ScalarType) -> [NDArray] {
    (0...).lazy.map { array("\(name)/\($0)") }.prefix { $0 != nil }.map {
      $0!.scalarType.isFloatingPoint ? $0!.cast(to: scalarType) : $0!
    }
  }

  /// The inputs, as constants.
  func inputs(_ scalarType: ScalarType) -> [Tensor] { list("input", scalarType).map { Tensor($0) } }

  /// What the state is called.
  var stateNames: Set<String> {
    let prefix = "\(index)/state/"
    return Set(
      arrays.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
  }

  /// The module of this case, with the weights of the fixture.
  func module(_ scalarType: ScalarType) throws -> PyTorchLayer {
    let module = PyTorchLayer(self, scalarType, seed: 1)
    let prefix = "\(index)/state/"
    try module.module.load(from: Self.path(layer)) {
      $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : nil
    }
    return module
  }

  /// The largest errors of a module with the case's weights, relative to numbers greater than 1, of
  /// what it gives, of the gradients with respect to inputs and parameters, and of the buffers
  /// afterwards.
  func errors(_ scalarType: ScalarType) throws -> Errors {
    let module = try module(scalarType)
    let inputs = list("input", scalarType).map { array in
      array.scalarType.isFloatingPoint ? Tensor(array).requiringGradient() : Tensor(array)
    }
    let outputs = module.call(inputs)
    var errors = Errors()
    errors.compare("outputs", outputs.map(\.array), list("output", .float64))
    var loss = Tensor(0, scalarType: scalarType)
    for (output, cotangent) in zip(outputs, list("cotangent", scalarType)) {
      loss = loss + (output * Tensor(cotangent)).sum()
    }
    let gradients = loss.backward()
    for (place, input) in inputs.enumerated() where input.requiresGradient {
      errors.compare(
        "gradients", [gradients[input].array], [array("gradient/input/\(place)")!])
    }
    for entry in module.module.walk() {
      switch entry.content {
      case .parameter(let parameter):
        let gradient = gradients[parameter]!
        errors.compare(
          "gradients",
          [(entry.fileLayout == .transposed ? gradient.matrixTransposed : gradient).array],
          [array("gradient/\(entry.name)")!])
      case .buffer(let buffer):
        errors.compare("buffers", [buffer.array], [array("after/\(entry.name)")!])
      case .module: break
      }
    }
    return errors
  }

  /// By what was compared: `outputs`, `gradients`, `buffers`.
  struct Errors: CustomStringConvertible {
    private(set) var all: [String: Double] = [:]
    var largest: Double { all.values.contains { $0.isNaN } ? .nan : all.values.max() ?? .nan }
    var description: String { all.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.description }

    mutating func compare(_ kind: String, _ found: [NDArray], _ expected: [NDArray]) {
      var worst = found.count == expected.count ? all[kind] ?? 0 : .infinity
      for (a, b) in zip(found, expected) {
        if a.shape != b.shape { worst = .infinity }
        for (x, y) in zip(a.doubles, b.doubles) {
          let error = abs(x - y) / max(1, abs(y))
          worst = error.isNaN || worst.isNaN ? .nan : max(worst, error)
        }
      }
      all[kind] = worst
    }
  }
}

/// A module of this library, as a case of PyTorch's sets it, and how it is called.
struct PyTorchLayer {
  let module: any Module
  let call: ([Tensor]) -> [Tensor]

  /// A module with random weights.
  init(_ example: PyTorchCase, _ type: ScalarType, seed: UInt64) {
    let options = example.options
    var random = RandomSource(seed: seed)
    switch example.layer {
    case "batch-norm":
      let norm = BatchNorm(
        options.shape![1], momentum: options.isCumulative == true ? nil : options.momentum ?? 0.1,
        epsilon: options.eps ?? 1e-5, isAffine: options.affine ?? true,
        tracksStatistics: options.trackRunningStats ?? true, scalarType: type)
      module = norm
      call = { batches in
        batches.enumerated().map { step, batch in
          norm(batch, options.isTraining == false ? .inference : .training(seed: 0, step: step))
        }
      }
    case "layer-norm":
      let norm = LayerNorm(
        Shape(options.normalized!), epsilon: options.eps ?? 1e-5,
        isAffine: options.elementwiseAffine ?? true, hasBias: options.bias ?? true,
        scalarType: type)
      module = norm
      call = { [norm($0[0])] }
    case "group-norm":
      let norm = GroupNorm(
        groups: options.groups!, options.shape![1], epsilon: options.eps ?? 1e-5,
        isAffine: options.affine ?? true, scalarType: type)
      module = norm
      call = { [norm($0[0])] }
    case "instance-norm":
      let norm = InstanceNorm(
        options.shape![1], momentum: options.momentum ?? 0.1, epsilon: options.eps ?? 1e-5,
        isAffine: options.affine ?? false, tracksStatistics: options.trackRunningStats ?? false,
        scalarType: type)
      module = norm
      call = { batches in
        batches.enumerated().map { step, batch in
          norm(batch, options.isTraining == false ? .inference : .training(seed: 0, step: step))
        }
      }
    case "bilinear":
      let layer = Bilinear(
        options.left!, options.right!, options.outputs!, hasBias: options.bias ?? true,
        scalarType: type, using: &random)
      module = layer
      call = { [layer($0[0], $0[1])] }
    case "embedding":
      let embedding = Embedding(
        options.count!, options.width!, paddingIndex: options.paddingIdx, scalarType: type,
        using: &random)
      module = embedding
      call = { [embedding($0[0])] }
    case "rnn-cell":
      let cell = RNNCell(
        options.inputs!, options.hidden!, activation: options.recurrentActivation,
        hasBias: options.bias ?? true, scalarType: type, using: &random)
      module = cell
      call = { [cell($0[0], state: $0.count == 1 ? nil : $0[1])] }
    case "gru-cell":
      let cell = GRUCell(
        options.inputs!, options.hidden!, hasBias: options.bias ?? true, scalarType: type,
        using: &random)
      module = cell
      call = { [cell($0[0], state: $0.count == 1 ? nil : $0[1])] }
    case "lstm-cell":
      let cell = LSTMCell(
        options.inputs!, options.hidden!, hasBias: options.bias ?? true, scalarType: type,
        using: &random)
      module = cell
      call = {
        let state = cell(
          $0[0], state: $0.count == 1 ? nil : LSTM.State(hidden: $0[1], cell: $0[2]))
        return [state.hidden, state.cell]
      }
    case "rnn":
      let network = RNN(
        options.inputs!, options.hidden!, layers: options.numLayers ?? 1,
        activation: options.recurrentActivation, isBidirectional: options.bidirectional ?? false,
        hasBias: options.bias ?? true, scalarType: type, using: &random)
      module = network
      call = {
        let (lengths, state) = options.lengthsAndState($0)
        let result = network($0[0], state: state.first, lengths: lengths)
        return [result.output, result.state]
      }
    case "gru":
      let network = GRU(
        options.inputs!, options.hidden!, layers: options.numLayers ?? 1,
        isBidirectional: options.bidirectional ?? false, hasBias: options.bias ?? true,
        scalarType: type, using: &random)
      module = network
      call = {
        let (lengths, state) = options.lengthsAndState($0)
        let result = network($0[0], state: state.first, lengths: lengths)
        return [result.output, result.state]
      }
    case "lstm":
      let network = LSTM(
        options.inputs!, options.hidden!, layers: options.numLayers ?? 1,
        isBidirectional: options.bidirectional ?? false, hasBias: options.bias ?? true,
        scalarType: type, using: &random)
      module = network
      call = {
        let (lengths, state) = options.lengthsAndState($0)
        let result = network(
          $0[0], state: state.isEmpty ? nil : LSTM.State(hidden: state[0], cell: state[1]),
          lengths: lengths)
        return [result.output, result.state.hidden, result.state.cell]
      }
    case "character-lstm":
      let model = CharacterLSTM(
        vocabularySize: options.vocabulary!, width: options.width!, hidden: options.hidden!,
        layers: options.layers!, scalarType: type, using: &random)
      module = model
      call = {
        var memory = $0.count == 1 ? nil : LSTM.State(hidden: $0[1], cell: $0[2])
        let scores = model($0[0], continuing: &memory, .inference)
        return [scores, memory!.hidden, memory!.cell]
      }
    case "attention":
      let attention = MultiHeadAttention(
        options.embedding!, heads: options.heads!, hasBias: options.bias ?? true,
        scalarType: type, using: &random)
      module = attention
      call = {
        [
          attention(
            $0[0], $0[1], $0[2], mask: $0.count == 3 ? nil : $0[3],
            isCausal: options.isCausal ?? false)
        ]
      }
    case "rms-norm":
      let norm = RMSNorm(
        Shape(options.normalized!), epsilon: options.eps,
        isAffine: options.elementwiseAffine ?? true, scalarType: type)
      module = norm
      call = { [norm($0[0])] }
    case "transformer-encoder":
      let masks = options.maskReader(first: 1)
      let isCausal = options.isCausal ?? false
      if let count = options.numLayers {
        let encoder = TransformerEncoder(
          count, options.transformer, hasNorm: options.hasNorm ?? false, scalarType: type,
          using: &random)
        module = encoder
        call = { [encoder($0[0], mask: masks($0).mask, isCausal: isCausal)] }
      } else {
        let layer = TransformerEncoderLayer(options.transformer, scalarType: type, using: &random)
        module = layer
        call = { [layer($0[0], mask: masks($0).mask, isCausal: isCausal)] }
      }
    case "transformer-decoder":
      let masks = options.maskReader(first: 2)
      let isCausal = options.isCausal ?? false
      if let count = options.numLayers {
        let decoder = TransformerDecoder(
          count, options.transformer, hasNorm: options.hasNorm ?? false, scalarType: type,
          using: &random)
        module = decoder
        call = { inputs in
          let masks = masks(inputs)
          return [
            decoder(
              inputs[0], inputs[1], mask: masks.mask, memoryMask: masks.memory, isCausal: isCausal)
          ]
        }
      } else {
        let layer = TransformerDecoderLayer(options.transformer, scalarType: type, using: &random)
        module = layer
        call = { inputs in
          let masks = masks(inputs)
          return [
            layer(
              inputs[0], inputs[1], mask: masks.mask, memoryMask: masks.memory, isCausal: isCausal)
          ]
        }
      }
    case "sinusoidal-positions":
      let positions = SinusoidalPositions()
      module = positions
      call = { inputs in
        [options.offset.map { positions(inputs[0], offset: $0) } ?? positions(inputs[0])]
      }
    case "rotary-positions":
      let positions = RotaryPositions(
        options.width!, base: options.base ?? 10_000, pairing: options.pairing!)
      module = positions
      call = { [positions($0[0], offset: options.offset ?? 0)] }
    case "gpt":
      let gpt = GPT(
        vocabularySize: options.vocabulary!, contextLength: options.context!,
        width: options.width!, layers: options.layers!, heads: options.heads!,
        hasBias: options.bias ?? true, isOutputTied: options.isTied ?? true, scalarType: type,
        using: &random)
      module = gpt
      call = { [gpt($0[0])] }
    default: fatalError("there is no layer \(example.layer)")
    }
  }
}

extension PyTorchCase.Options {
  fileprivate var recurrentActivation: Activation { nonlinearity == "relu" ? .relu : .tanh }

  /// Of a recurrent network's inputs, the lengths if there are any, and the state at the beginning.
  fileprivate func lengthsAndState(_ inputs: [Tensor]) -> (lengths: Tensor?, state: [Tensor]) {
    hasLengths == true
      ? (inputs[1], Array(inputs.dropFirst(2))) : (nil, Array(inputs.dropFirst()))
  }

  fileprivate var transformer: TransformerLayerSettings {
    TransformerLayerSettings(
      width: embedding!, heads: heads!, feedForward: dimFeedforward!, dropout: 0,
      activation: activation == "gelu" ? .gelu() : .relu, epsilon: layerNormEps ?? 1e-5,
      isNormFirst: normFirst ?? false, hasBias: bias ?? true)
  }

  /// Reads the masks of a transformer's case, which are the inputs from `first` on: that of the steps,
  /// that of the memory, and what is no padding, of the memory where there is one.
  fileprivate func maskReader(
    first: Int
  ) -> ([Tensor]) -> (mask: Tensor?, memory: Tensor?) {
    let (hasMask, hasMemoryMask) = (mask != nil, memoryMask != nil)
    let hasPadding = hasPadding ?? false
    return { inputs in
      var rest = inputs[first...]
      let mask = hasMask ? rest.removeFirst() : nil
      let memory = hasMemoryMask ? rest.removeFirst() : nil
      guard hasPadding else { return (mask, memory) }
      let isWord = rest.removeFirst()
      func both(_ mask: Tensor?) -> Tensor { mask.map { $0 .& isWord } ?? isWord }
      return first == 1 ? (both(mask), nil) : (mask, both(memory))
    }
  }
}
