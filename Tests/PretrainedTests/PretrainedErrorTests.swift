import BackpropPretrained
import Testing

@Suite struct PretrainedErrorTests {
  @Test func sayWhereAndWhat() {
    let error = PretrainedError(.missingFile("config.json"), path: "models/a")
    #expect(
      error.description.hasPrefix("cannot use the model in 'models/a': it has no config.json."))
  }
}
