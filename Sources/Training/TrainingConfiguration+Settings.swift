import BackpropNeuralNetworks

extension TrainingConfiguration {
  /// A setting as texts name and give it: on the command line, in a search over settings.
  struct Setting: Sendable {
    /// What a text must be.
    let expected: String
    /// Whether it is a number, of which there are ranges; and whether a whole one.
    let kind: Kind
    /// Takes a text; false if it makes no sense.
    let set: @Sendable (inout TrainingConfiguration, String) -> Bool

    enum Kind { case text, number, wholeNumber }
  }

  /// The settings that can be given as texts, by name: `learning-rate`, `hidden`, `batch-size`, …
  public static var settingNames: [String] { settings.keys.sorted() }

  /// Gives a setting the value that a text says: `set("learning-rate", to: "0.01")`.
  ///
  /// Another `optimizer` brings its usual learning rate and weight decay along.
  ///
  /// - Throws: `TrainingError.invalidSetting` for a name or a text that makes no sense.
  public mutating func set(_ name: String, to text: String) throws(TrainingError) {
    let setting = try Self.setting(name)
    guard setting.set(&self, text) else {
      throw .invalidSetting(Self.memberName(name), found: "'\(text)'", expected: setting.expected)
    }
  }

  /// The setting of this name.
  static func setting(_ name: String) throws(TrainingError) -> Setting {
    guard let setting = settings[name] else {
      throw .invalidSetting(
        "setting", found: "'\(name)'", expected: "one of " + settingNames.joined(separator: ", "))
    }
    return setting
  }

  /// `learningRate` for `learning-rate`.
  static func memberName(_ name: String) -> String {
    let words = name.split(separator: "-")
    return
      (words.prefix(1).map(String.init)
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }).joined()
  }

  private static let settings: [String: Setting] = {
    var settings: [String: Setting] = [:]
    settings["activation"] = choice { $0.activation = $1 }
    settings["augment"] = Setting(expected: "true or false", kind: .text) { configuration, text in
      Bool(text).map { configuration.augments = $0 } != nil
    }
    settings["batch-size"] = wholeNumber { $0.batchSize = $1 }
    settings["class-weights"] = choice { $0.classWeights = $1 }
    settings["clip"] = number { $0.clip = $1 }
    settings["dataset"] = Setting(expected: "a data set", kind: .text) { configuration, text in
      if !text.isEmpty { configuration.dataset = text }
      return !text.isEmpty
    }
    settings["dropout"] = number { $0.dropout = $1 }
    settings["epochs"] = wholeNumber { $0.length = .epochs($1) }
    settings["hidden"] = Setting(expected: "widths as in 50 or 100+50", kind: .wholeNumber) {
      configuration, text in
      let parts = text.split(separator: "+", omittingEmptySubsequences: false)
      let widths = parts.compactMap { Int($0) }
      guard widths.count == parts.count else { return false }
      configuration.hidden = widths
      return true
    }
    settings["learning-rate"] = number { $0.learningRate = $1 }
    settings["model"] = choice { $0.model = $1 }
    settings["optimizer"] = choice {
      (configuration: inout TrainingConfiguration, optimizer: OptimizerName) in
      configuration.optimizer = optimizer
      configuration.learningRate = optimizer.usualLearningRate
      configuration.weightDecay = optimizer.usualWeightDecay
    }
    settings["patience"] = wholeNumber { $0.patience = $1 }
    settings["schedule"] = choice { $0.schedule = $1 }
    settings["seed"] = Setting(expected: "a whole number, 0 or more", kind: .wholeNumber) {
      configuration, text in
      UInt64(text).map { configuration.seed = $0 } != nil
    }
    settings["steps"] = wholeNumber { $0.length = .steps($1) }
    settings["target"] = Setting(expected: "a column of the table", kind: .text) {
      configuration, text in
      var source = configuration.source ?? SourceSettings()
      source.target = text
      configuration.source = source
      return !text.isEmpty
    }
    settings["validation"] = number { $0.validation = $1 }
    settings["weight-decay"] = number { $0.weightDecay = $1 }
    return settings
  }()

  private static func number(
    _ set: @escaping @Sendable (inout TrainingConfiguration, Double) -> Void
  ) -> Setting {
    Setting(expected: "a number", kind: .number) { configuration, text in
      guard let value = Double(text), value.isFinite else { return false }
      set(&configuration, value)
      return true
    }
  }

  private static func wholeNumber(
    _ set: @escaping @Sendable (inout TrainingConfiguration, Int) -> Void
  ) -> Setting {
    Setting(expected: "a whole number", kind: .wholeNumber) { configuration, text in
      Int(text).map { set(&configuration, $0) } != nil
    }
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ set: @escaping @Sendable (inout TrainingConfiguration, Choice) -> Void
  ) -> Setting {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting(expected: "one of \(names)", kind: .text) { configuration, text in
      Choice(rawValue: text).map { set(&configuration, $0) } != nil
    }
  }
}
