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

  private static let settings: [String: Setting] = [
    "activation": choice { $0.activation = $1 },
    "augment": Setting(expected: "true or false", kind: .text) { configuration, text in
      Bool(text).map { configuration.augments = $0 } != nil
    },
    "batch-size": wholeNumber { $0.batchSize = $1 },
    "class-weights": choice { $0.classWeights = $1 },
    "clip": number { $0.clip = $1 },
    "dataset": Setting(expected: "a data set", kind: .text) { configuration, text in
      configuration.dataset = text
      return !text.isEmpty
    },
    "dropout": number { $0.dropout = $1 },
    "epochs": wholeNumber { $0.length = .epochs($1) },
    "hidden": Setting(expected: "widths as in 50 or 100+50", kind: .wholeNumber) {
      configuration, text in
      let parts = text.split(separator: "+", omittingEmptySubsequences: false)
      let widths = parts.compactMap { Int($0) }
      if widths.count == parts.count { configuration.hidden = widths }
      return widths.count == parts.count
    },
    "learning-rate": number { $0.learningRate = $1 },
    "model": choice { $0.model = $1 },
    "optimizer": choice { (configuration, optimizer: OptimizerName) in
      configuration.optimizer = optimizer
      configuration.learningRate = optimizer.usualLearningRate
      configuration.weightDecay = optimizer.usualWeightDecay
    },
    "patience": wholeNumber { $0.patience = $1 },
    "schedule": choice { $0.schedule = $1 },
    "seed": Setting(expected: "a whole number, 0 or more", kind: .wholeNumber) {
      configuration, text in UInt64(text).map { configuration.seed = $0 } != nil
    },
    "steps": wholeNumber { $0.length = .steps($1) },
    "validation": number { $0.validation = $1 },
    "weight-decay": number { $0.weightDecay = $1 },
  ]

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

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ set: @escaping @Sendable (inout TrainingConfiguration, Choice) -> Void
  ) -> Setting {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting(expected: "one of \(names)", kind: .text) { configuration, text in
      Choice(rawValue: text).map { set(&configuration, $0) } != nil
    }
  }
}
