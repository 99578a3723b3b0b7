import BackpropNeuralNetworks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// By what angles queries and keys are turned.
extension LlamaSettings {
  /// The bases that make sense.
  private static let bases = 1.0...1e12

  /// Takes the base of the positions' angles and how they are slowed down: under `rope_parameters`, or in
  /// older files under `rope_scaling` and `rope_theta`. Known are the types `default`, `linear`, `llama3`
  /// and `yarn`; not `dynamic` and `longrope`, whose angles change with a text's length.
  mutating func takeAngles(_ config: ModelConfiguration) throws(PretrainedError) {
    let isTwofold = config.modelType == "gemma3_text"
    base = try config.number("rope_theta", in: Self.bases, default: isTwofold ? 1e6 : 10_000)
    if isTwofold {
      windowBase = try config.number("rope_local_base_freq", in: Self.bases, default: 10_000)
    }
    try takePart(try config.number("partial_rotary_factor", in: 0...1, default: 1), config)
    let name = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling"
    guard let section = try config.section(name) else { return }
    guard isTwofold, name == "rope_parameters" else { return try takeAngles(section, name, config) }
    if let near = try section.section("sliding_attention") {
      windowBase = try near.number("rope_theta", in: Self.bases, default: windowBase)
      let type = try near.text("rope_type", default: "default")
      guard type == "default" else {
        throw PretrainedError(
          .unsupported("\(name).sliding_attention of the type '\(type)'"), path: config.path)
      }
    }
    if let far = try section.section("full_attention") {
      try takeAngles(far, name + ".full_attention", config)
    }
  }

  private mutating func takeAngles(
    _ section: ModelConfiguration, _ name: String, _ config: ModelConfiguration
  ) throws(PretrainedError) {
    base = try section.number("rope_theta", in: Self.bases, default: base)
    if section.has("partial_rotary_factor") {
      try takePart(try section.number("partial_rotary_factor", in: 0...1), config)
    }
    func factor() throws(PretrainedError) -> Double {
      try section.number("factor", in: 1e-6...1e6)
    }
    /// How long the texts were that the model first learned from.
    func originalContext() throws(PretrainedError) -> Double {
      let key = "original_max_position_embeddings"
      let outside = try config.number(key, in: 1...1e9, default: Double(contextLength))
      return try section.number(key, in: 1...1e9, default: outside)
    }
    let type = try section.text("rope_type", "type", default: "default")
    switch type {
    case "default": scaling = .none
    case "linear": scaling = .linear(factor: try factor())
    case "llama3":
      let low = try section.number("low_freq_factor", in: 1e-6...1e6)
      let high = try section.number("high_freq_factor", in: 1e-6...1e6)
      guard high > low else {
        throw config.error(
          "\(name).high_freq_factor", expected: "more than low_freq_factor, \(low)",
          found: "\(high)")
      }
      scaling = .llama3(
        factor: try factor(), lowFrequencyFactor: low, highFrequencyFactor: high,
        originalContext: try originalContext())
    case "yarn" where config.modelType != "phi3":
      try takeYaRN(section, factor: try factor(), originalContext: try originalContext())
    default:
      throw PretrainedError(
        .unsupported("\(name) of the type '\(type)' (there are default, linear, llama3 and yarn)"),
        path: config.path)
    }
  }

  /// Takes what share of a query's and a key's numbers is turned.
  private mutating func takePart(
    _ part: Double, _ config: ModelConfiguration
  ) throws(PretrainedError) {
    if part == 1 { return }
    guard config.modelType == "phi3" else {
      throw PretrainedError(
        .unsupported("partial_rotary_factor other than 1 of '\(config.modelType)'"),
        path: config.path)
    }
    let count = Int(Double(headWidth) * part)
    guard count % 2 == 0 else {
      throw config.error(
        "partial_rotary_factor", expected: "a share of \(headWidth) that is an even number",
        found: "\(count) of them")
    }
    rotaryWidth = count
  }

  /// YaRN: angles that turn often within the original context stay, those that turn less than once are
  /// divided by the factor, with a ramp between; and attention is sharpened.
  ///
  /// Source: Peng et al., "YaRN: Efficient Context Window Extension of Large Language Models" (2023).
  private mutating func takeYaRN(
    _ section: ModelConfiguration, factor: Double, originalContext: Double
  ) throws(PretrainedError) {
    let turns = 1e-6...1e9
    let width = Double(headWidth)
    /// At which pair angles turn so often.
    func place(_ key: String, _ standard: Double) throws(PretrainedError) -> Double {
      let count = try section.number(key, in: turns, default: standard)
      return width * log(originalContext / (count * 2 * .pi)) / (2 * log(base))
    }
    guard base > 1 else {
      throw section.error("rope_theta", expected: "more than 1 for yarn", found: "\(base)")
    }
    var first = try place("beta_fast", 32)
    var last = try place("beta_slow", 1)
    if try section.flag("truncate", default: true) {
      (first, last) = (first.rounded(.down), last.rounded(.up))
    }
    first = max(first, 0)
    last = min(last, width - 1)
    if first == last { last += 0.001 }
    scaling = .factors(
      (0..<headWidth / 2).map { pair in
        let share = min(max((Double(pair) - first) / (last - first), 0), 1)
        return 1 / (share / factor + 1 - share)
      })
    func magnitude(_ weight: Double) -> Double {
      factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1
    }
    let scales = 0.0...1e6
    let scale = try section.number("mscale", in: scales, default: 0)
    let all = try section.number("mscale_all_dim", in: scales, default: 0)
    let usual = scale > 0 && all > 0 ? magnitude(scale) / magnitude(all) : magnitude(1)
    rotaryMagnitude = try section.number("attention_factor", in: 1e-6...1e6, default: usual)
  }
}
