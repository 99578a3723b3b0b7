import BackpropNeuralNetworks

/// A kind of language model that is known by name: to weight files, which say it under `model`, and to
/// the command line.
public enum KnownLanguageModel: String, Codable, Sendable, CaseIterable {
  /// `CharacterLSTM`
  case lstm
  /// `GPT`
  case gpt
}
