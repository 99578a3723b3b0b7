import BackpropNeuralNetworks
import Testing
@testable import BackpropTraining

@Suite struct TrainingSettingsTests {
  @Test func everySettingTakesTexts() throws {
    let values: [String: [String]] = [
      "activation": ["tanh"], "augment": ["true"], "batch-size": ["7"], "clip": ["0.5"],
      "class-weights": ["balanced"], "patience": ["4"], "validation": ["0.1"],
      "dataset": ["mnist"], "dropout": ["0.25"], "epochs": ["3"], "hidden": ["100+50"],
      "learning-rate": ["1e-3"], "model": ["lenet"], "optimizer": ["adamw"],
      "schedule": ["one-cycle"], "seed": ["18446744073709551615"], "steps": ["12"],
      "target": ["price"], "weight-decay": ["0.1"],
    ]
    #expect(values.keys.sorted() == TrainingConfiguration.settingNames)
    for name in TrainingConfiguration.settingNames {
      var configuration = TrainingConfiguration()
      for value in values[name] ?? [] {
        try configuration.set(name, to: value)
        #expect(configuration != TrainingConfiguration(), "\(name)")
      }
    }
    var configuration = TrainingConfiguration()
    try configuration.set("hidden", to: "100+50")
    try configuration.set("optimizer", to: "adamw")
    try configuration.set("steps", to: "12")
    try configuration.set("schedule", to: "one-cycle")
    #expect(configuration.hidden == [100, 50] && configuration.length == .steps(12))
    #expect(configuration.optimizer == .adamw && configuration.schedule == .oneCycle)
    #expect(configuration.learningRate == 0.001 && configuration.weightDecay == 0.01)
    try configuration.set("learning-rate", to: "0.5")
    #expect(configuration.learningRate == 0.5)
  }

  @Test func textsThatMakeNoSenseAreErrors() {
    let mistakes = [
      ("learning-rate", "fast"), ("learning-rate", "nan"), ("learning-rate", ""),
      ("hidden", "50,50"), ("hidden", "50+"), ("hidden", ""), ("optimizer", "newton"),
      ("seed", "-1"), ("augment", "yes"), ("epochs", "1.5"), ("model", ""), ("dataset", ""),
      ("nonsense", "1"),
    ]
    for (name, text) in mistakes {
      var configuration = TrainingConfiguration()
      #expect(throws: TrainingError.self, "\(name) \(text)") {
        try configuration.set(name, to: text)
      }
      #expect(configuration == TrainingConfiguration(), "\(name) \(text)")
    }
  }

  @Test func errorsNameTheSettingAsTheLibraryDoes() {
    var configuration = TrainingConfiguration()
    #expect(
      throws: TrainingError.invalidSetting(
        "batchSize", found: "'many'", expected: "a whole number")
    ) { try configuration.set("batch-size", to: "many") }
  }
}
