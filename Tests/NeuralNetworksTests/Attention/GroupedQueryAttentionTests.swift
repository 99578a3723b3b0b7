import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import CBackpropRuntime
import Testing

@Suite struct GroupedQueryAttentionTests {
  private func numbers(_ shape: Shape, seed: UInt64 = 1) -> NDArray {
    var random = RandomSource(seed: seed)
    return .normal(shape, scalarType: .float64, using: &random)
  }

  private func attention(heads: Int, keyValueHeads: Int, window: Int? = nil, norms: Bool = false)
    -> GroupedQueryAttention
  {
    let d = 4
    func linear(_ inputs: Int, _ outputs: Int, _ seed: UInt64) -> Linear {
      Linear(weight: numbers([inputs, outputs], seed: seed))
    }
    func norm(_ seed: UInt64) -> RMSNorm {
      let norm = RMSNorm([d], scalarType: .float64)
      norm.weight!.array = numbers([d], seed: seed)
      return norm
    }
    return GroupedQueryAttention(
      query: linear(6, heads * d, 2), key: linear(6, keyValueHeads * d, 3),
      value: linear(6, keyValueHeads * d, 4), output: linear(heads * d, 6, 5), heads: heads,
      keyValueHeads: keyValueHeads, positions: RotaryPositions(d), window: window,
      queryNorm: norms ? norm(6) : nil, keyNorm: norms ? norm(7) : nil)
  }

  /// By the formula: heads one by one, each with the keys and values of its group.
  private func reference(_ attention: GroupedQueryAttention, _ x: Tensor) -> Tensor {
    let (n, d) = (x.shape[1], 4)
    let positions = RotaryPositions(d)
    func head(_ layer: Linear, _ index: Int) -> Tensor {
      layer(x)[.all, .all, (index * d)..<((index + 1) * d)]
    }
    let group = attention.heads / attention.keyValueHeads
    let gathered = (0..<attention.heads).map { index -> Tensor in
      var (q, k) = (head(attention.query, index), head(attention.key, index / group))
      if let norm = attention.queryNorm { q = norm(q) }
      if let norm = attention.keyNorm { k = norm(k) }
      let scores = positions(q).matmul(positions(k), transposingOther: true) / 2
      let places = Tensor.range(from: 0, to: Double(n), scalarType: .float64)
      let distance = places.expandingDimension(at: 1) - places
      var isSeen = distance .>= 0
      if let window = attention.window { isSeen = isSeen .& (distance .< Double(window)) }
      return Tensor.where(isSeen, scores, -1e300).softmax()
        .matmul(head(attention.value, index / group))
    }
    return attention.output(Tensor.concatenate(gathered, axis: 2))
  }

  @Test(arguments: [(4, 4), (4, 2), (4, 1), (6, 2)])
  func itIsTheFormula(_ heads: (Int, Int)) {
    let x = Tensor(numbers([2, 7, 6]))
    for window in [nil, 1, 3, 7, 20] {
      for norms in [false, true] {
        let attention = attention(
          heads: heads.0, keyValueHeads: heads.1, window: window, norms: norms)
        let difference = (attention(x, .inference) - reference(attention, x)).abs().max().item
        #expect(difference < 1e-12, "\(heads), window \(window ?? 0)")
      }
    }
  }

  /// Read in parts, of one word and of several, the results are those of the whole.
  @Test func aCacheGoesOn() {
    let x = Tensor(numbers([2, 11, 6]))
    for window in [nil, 1, 4] {
      let attention = attention(heads: 4, keyValueHeads: 2, window: window)
      let whole = attention(x, .inference)
      var cache = KeyValueCache()
      for part in [0..<3, 3..<4, 4..<5, 5..<9, 9..<11] {
        let found = attention(x[.all, part], continuing: &cache, .inference)
        #expect((found - whole[.all, part]).abs().max().item < 1e-12, "\(part), \(window ?? 0)")
      }
      #expect(cache.count == 11)
    }
  }

  /// A step copies nothing of what was read: it takes memory for one word and its scores.
  @Test(arguments: [nil, 100]) func aStepCopiesNothing(_ window: Int?) {
    let attention = attention(heads: 4, keyValueHeads: 2, window: window)
    var cache = KeyValueCache()
    func read(_ count: Int) {
      // Where a gradient is wanted, the new keys are put behind the others in a copy.
      withoutGradient {
        _ = attention(Tensor(numbers([1, count, 6])), continuing: &cache, .inference)
      }
    }
    read(1000)
    // Now there is room for twice as many.
    read(1)
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    read(1)
    // The keys alone are 2 · 1002 · 4 numbers.
    #expect(bp_memory().peak_live_bytes - before < 2 * 1002 * 4 * 8 / 2)
  }

  @Test func aModelsStepCopiesNothing() {
    var random = RandomSource(seed: 1)
    let model = GPT(
      vocabularySize: 5, contextLength: 2048, width: 8, layers: 2, heads: 2, using: &random)
    var memory: GPT.Memory?
    func read(_ count: Int) {
      withoutGradient {
        _ = model.nextScores(
          after: Tensor(NDArray([Int32](repeating: 1, count: count), shape: [1, count])),
          continuing: &memory, .inference)
      }
    }
    read(1000)
    read(1)
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    read(1)
    // The keys of a layer alone are 1002 · 8 numbers.
    #expect(bp_memory().peak_live_bytes - before < 1002 * 8 * 4 / 2)
  }

  @Test func gradientsAreRight() {
    let attention = attention(heads: 4, keyValueHeads: 2, window: 2, norms: true)
    let check = checkGradient(at: [numbers([1, 3, 6])]) { attention($0[0], .inference).squared() }
    #expect(check.passes(), "\(check)")
    let loss = attention(Tensor(numbers([1, 3, 6])), .inference).squared().sum()
    let gradients = loss.backward()
    for (name, parameter) in attention.namedParameters {
      #expect(gradients[parameter]?.abs().max().item ?? 0 > 0, "\(name)")
    }
  }

  @Test func namesAreThoseOfFiles() {
    let names = attention(heads: 4, keyValueHeads: 2, norms: true).namedParameters.map(\.name)
    #expect(
      names == [
        "q_proj.weight", "k_proj.weight", "v_proj.weight", "o_proj.weight", "q_norm.weight",
        "k_norm.weight",
      ])
    var random = RandomSource(seed: 1)
    let feedForward = GatedFeedForward(4, inner: 6, hasBias: true, using: &random)
    #expect(
      feedForward.namedParameters.map(\.name) == [
        "gate_proj.weight", "gate_proj.bias", "up_proj.weight", "up_proj.bias",
        "down_proj.weight", "down_proj.bias",
      ])
  }

  @Test func theFeedForwardPartIsItsFormula() {
    for activation in [FeedForwardActivation.silu, .relu, .gelu(.tanh)] {
      let (gate, up) = (numbers([4, 6]), numbers([4, 6], seed: 2))
      let down = numbers([6, 4], seed: 3)
      let part = GatedFeedForward(
        gate: Linear(weight: gate), up: Linear(weight: up), down: Linear(weight: down),
        activation: activation)
      let x = Tensor(numbers([3, 4], seed: 4))
      let inner = x.matmul(Tensor(gate))
      let active =
        switch activation {
        case .silu: inner * inner.sigmoid()
        case .relu: inner.relu()
        case .gelu: inner.gelu(approximation: .tanh)
        }
      let expected = (active * x.matmul(Tensor(up))).matmul(Tensor(down))
      #expect((part(x) - expected).abs().max().item < 1e-12)
    }
  }

  /// Angles of `float32` are as PyTorch's programs have them: the product of the place and the rounded
  /// angle of a step, rounded. Those of Llama 3 by the formula.
  @Test func anglesAreScaled() {
    let x = Tensor([[1, 1, 1, 0, 0, 0]], scalarType: .float64)
    func cosines(_ positions: RotaryPositions, _ place: Int) -> [Double] {
      Array(positions(x, offset: place).array.scalars(as: Double.self)[..<3])
    }
    let plain = (0..<3).map {
      Tensor(100.0, scalarType: .float64).log().item * Double(-2 * $0) / 6
    }
    .map { Tensor($0, scalarType: .float64).exp().item }
    func expect(_ scaling: RotaryScaling, _ angles: [Double]) {
      let found = cosines(RotaryPositions(6, base: 100, scaling: scaling), 3)
      for (cosine, angle) in zip(found, angles) {
        #expect(abs(cosine - Tensor(3 * angle, scalarType: .float64).cos().item) < 1e-12)
      }
    }
    expect(.none, plain)
    expect(.linear(factor: 4), plain.map { $0 / 4 })
    // Wavelengths of about 6, 29 and 135: as it is, in between, and divided.
    let context = 40.0
    let share = (context * plain[1] / (2 * .pi) - 0.5) / 3.5
    expect(
      .llama3(
        factor: 8, lowFrequencyFactor: 0.5, highFrequencyFactor: 4, originalContext: context),
      [plain[0], (1 - share) * plain[1] / 8 + share * plain[1], plain[2] / 8])
    let single = cosines(RotaryPositions(6, base: 100, angleType: .float32), 1000)
    for (cosine, angle) in zip(single, plain) {
      let rounded = Double(Float(1000) * Float(angle))
      #expect(abs(cosine - Tensor(rounded, scalarType: .float64).cos().item) < 1e-12)
    }
  }
}
