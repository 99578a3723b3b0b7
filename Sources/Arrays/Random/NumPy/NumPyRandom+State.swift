extension NumPyRandom {
  /// Everything that the next numbers depend on: the fields of `np.random.get_state()`. Save it
  /// with a checkpoint, and ``NumPyRandom/init(state:)`` goes on where the run stopped.
  public struct State: Codable, Sendable, Equatable {
    /// The 624 words of the Mersenne Twister.
    public var key: [UInt32]
    /// How many of these words have been handed out, 0...624.
    public var position: Int
    /// Whether a normal number is waiting.
    public var hasGauss: Bool
    /// That number; 0 while none is waiting.
    public var cachedGaussian: Double

    /// The state with these fields; they are checked when a generator is made from it.
    ///
    /// - Parameters:
    ///   - key: the 624 words of the Mersenne Twister.
    ///   - position: how many of them have been handed out.
    ///   - hasGauss: whether a normal number is waiting.
    ///   - cachedGaussian: that number; 0 while none is waiting.
    public init(key: [UInt32], position: Int, hasGauss: Bool, cachedGaussian: Double) {
      self.key = key
      self.position = position
      self.hasGauss = hasGauss
      self.cachedGaussian = cachedGaussian
    }
  }

  /// A saved state that no generator can have.
  public struct InvalidState: Error, CustomStringConvertible, Sendable, Equatable {
    /// What is wrong, what was expected and how to mend it.
    public let description: String
  }

  /// The state as it is now.
  public var state: State {
    State(
      key: twister.words, position: twister.position,
      hasGauss: cachedGaussian != nil, cachedGaussian: cachedGaussian ?? 0)
  }

  /// A generator that goes on from `state`.
  ///
  /// - Throws: ``InvalidState`` if the number of words or the position is impossible, or all words
  ///   are zero (from which the Mersenne Twister never recovers).
  public init(state: State) throws(InvalidState) {
    let count = MersenneTwister.wordCount
    guard state.key.count == count else {
      throw InvalidState(
        description: "NumPyRandom state: key has \(state.key.count) words, expected \(count); "
          + "the state was cut short or is that of another generator")
    }
    guard (0...count).contains(state.position) else {
      throw InvalidState(
        description: "NumPyRandom state: position is \(state.position), expected 0...\(count); "
          + "the state is damaged, start again from a seed")
    }
    guard state.key.contains(where: { $0 != 0 }) else {
      throw InvalidState(
        description: "NumPyRandom state: all words of the key are 0, which gives zeros for ever; "
          + "the state is damaged, start again from a seed")
    }
    twister = MersenneTwister(words: state.key, position: state.position)
    cachedGaussian = state.hasGauss ? state.cachedGaussian : nil
  }
}

extension NumPyRandom: Codable {
  /// Reads a ``State``; throws `DecodingError.dataCorrupted` with the reason if it is impossible.
  public init(from decoder: any Decoder) throws {
    let state = try State(from: decoder)
    do {
      try self.init(state: state)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  /// Writes the ``state``.
  public func encode(to encoder: any Encoder) throws {
    try state.encode(to: encoder)
  }
}
