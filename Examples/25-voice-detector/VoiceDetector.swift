import Backprop

/// Says how likely it is that somebody speaks: the voice detector of Silero, for sounds of 16,000
/// samples a second.
///
/// A sound is heard in chunks of 512 samples. A convolution with cosines and sines gives the spectrum
/// of a chunk and of the 64 samples before it; four convolutions sum it up, a recurrent network
/// remembers what came before, and a last layer gives the probability. Whole sounds and those that
/// still come in go the same way: what is to be remembered is a ``Memory``.
struct VoiceDetector: Module {
  /// What is kept of the sound so far.
  struct Memory {
    /// The last samples; silence before the first.
    fileprivate var samples: Tensor?
    /// What the recurrent network carries on.
    fileprivate var state: LSTM.State?
  }

  static let sampleRate = 16_000
  static let chunkLength = 512
  static let contextLength = 64
  /// How many frequencies the spectrum has.
  private static let frequencyCount = 129

  /// Cosines and then sines of each frequency.
  let transform: Conv1D
  let encoder: Sequential
  let recurrent: LSTM
  let output: Linear

  init(scalarType: ScalarType = .float32, using random: inout RandomSource) {
    let count = Self.frequencyCount
    transform = Conv1D(
      1, 2 * count, kernel: 256, stride: 128, hasBias: false, scalarType: scalarType,
      using: &random)
    encoder = Sequential {
      Conv1D(count, 128, kernel: 3, padding: 1, scalarType: scalarType, using: &random)
      ReLU()
      Conv1D(128, 64, kernel: 3, stride: 2, padding: 1, scalarType: scalarType, using: &random)
      ReLU()
      Conv1D(64, 64, kernel: 3, stride: 2, padding: 1, scalarType: scalarType, using: &random)
      ReLU()
      Conv1D(64, 128, kernel: 3, padding: 1, scalarType: scalarType, using: &random)
      ReLU()
    }
    recurrent = LSTM(128, 128, scalarType: scalarType, using: &random)
    output = Linear(128, 1, scalarType: scalarType, using: &random)
  }

  /// The detector with the weights of a file: `silero_vad_16k.safetensors` of the package `silero-vad`.
  init(contentsOf path: String, scalarType: ScalarType = .float32) throws {
    var random = RandomSource(seed: 0)
    self.init(scalarType: scalarType, using: &random)
    let file = try StateDictionary(contentsOf: path)
    var state = try file.renamed { name in
      // conv1 to conv4 stand at every other place, with a ReLU after each.
      (1...4).reduce(name) { $0.replacing("conv\($1).", with: "encoder.\(2 * $1 - 2).") }
        .replacing("stft_conv", with: "transform")
        .replacing("final_conv", with: "output")
        .replacing("lstm_cell.", with: "recurrent.") + (name.hasPrefix("lstm") ? "_l0" : "")
    }
    // A convolution over one step is a linear layer.
    if let weight = state["output.weight"], weight.shape == [1, 128, 1] {
      state.set("output.weight", Tensor(weight).reshaped(to: [1, 128]).array)
    }
    try load(state)
  }

  /// For each chunk, how likely it is that somebody speaks in it.
  ///
  /// - Parameters:
  ///   - samples: one chunk or several: of shape (512 · chunks).
  ///   - memory: what came before; afterwards with these samples.
  ///   - mode: whether the model is being trained or used.
  func callAsFunction(
    _ samples: Tensor, continuing memory: inout Memory, _ mode: Mode = .unspecified
  ) -> Tensor {
    mode.call(self) { mode in
      let chunks = samples.reshaped(to: [-1, Self.chunkLength])
      let ends = chunks[.all, (-Self.contextLength)...]
      let last = memory.samples ?? .zeros([Self.contextLength], scalarType: samples.scalarType)
      let before = Tensor.concatenate([last.expandingDimension(at: 0), ends[..<(-1)]])
      memory.samples = ends[-1]
      let waves = transform(
        Tensor.concatenate([before, chunks], axis: 1)
          .padded([(0, 0), (0, 64)], mode: .reflect).expandingDimension(at: 1), mode)
      let (cosines, sines) = (
        waves[.all, ..<Self.frequencyCount], waves[.all, Self.frequencyCount...]
      )
      let spectrum = (cosines.squared() + sines.squared()).squareRoot()
      let summary = encoder(spectrum, mode).squeezed(axis: 2)
      let heard = recurrent(summary.expandingDimension(at: 0), state: memory.state, mode)
      memory.state = heard.state
      return output(heard.output.relu(), mode).sigmoid().flattened()
    }
  }

  /// The same for a sound of any length, part by part, with silence after its end up to a whole chunk.
  func probabilities(of sound: Tensor) -> [Float] {
    var memory = Memory()
    let length = Self.chunkLength
    let whole = sound.padded([(0, (length - sound.count % length) % length)])
    return stride(from: 0, to: whole.count, by: 256 * length).flatMap { start in
      withoutGradient {
        let part = whole[start..<min(start + 256 * length, whole.count)]
        return self(part, continuing: &memory, .inference).cast(to: .float32)
          .scalars(as: Float.self)
      }
    }
  }
}
