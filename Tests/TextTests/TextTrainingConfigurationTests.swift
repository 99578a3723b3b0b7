import BackpropText
import BackpropTraining
import Foundation
import Testing

@Suite struct TextTrainingConfigurationTests {
  @Test func theEndOfTheTextIsHeldOut() throws {
    var configuration = TextTrainingConfiguration()
    (configuration.length, configuration.batchSize, configuration.heldOut) = (4, 2, 0.25)
    let text = String(repeating: "x", count: 30) + String(repeating: "yz", count: 5)
    let data = try configuration.prepare(text)
    #expect(data.vocabulary.count == 3)
    #expect(data.train.tokens == Array(repeating: 0, count: 30))
    #expect(data.heldOut.tokens == [1, 2, 1, 2, 1, 2, 1, 2, 1, 2])
    let known = CharacterVocabulary(of: "xy")
    #expect(throws: UnknownCharacter.self) { try configuration.prepare(text, vocabulary: known) }
  }

  @Test func aTextThatIsTooShort() throws {
    var configuration = TextTrainingConfiguration()
    (configuration.length, configuration.batchSize, configuration.heldOut) = (10, 2, 0.5)
    let error = try #require(throws: TextTooShort.self) {
      try configuration.prepare(String(repeating: "x", count: 30))
    }
    #expect(error.characters == 30)
    let needed = error.needed
    #expect(throws: Never.self) { try configuration.prepare(String(repeating: "x", count: needed)) }
    #expect(needed < 50)
    #expect(throws: TextTooShort.self) { try configuration.prepare("") }
  }

  @Test func settingsThatMakeNoSense() {
    let mistakes: [(inout TextTrainingConfiguration) -> Void] = [
      { $0.shape.width = 0 }, { $0.shape.layers = 0 }, { $0.shape.heads = 3 },
      { $0.length = 0 }, { $0.length = 65 }, { $0.heldOut = 0 }, { $0.heldOut = 1 },
      { $0.heldOut = .nan }, { $0.dropout = 1 }, { $0.dropout = -0.1 }, { $0.batchSize = 0 },
      { $0.learningRate = 0 }, { $0.weightDecay = -1 }, { $0.clip = 0 },
      { $0.duration = .steps(0) }, { $0.duration = .epochs(-1) },
    ]
    #expect(throws: Never.self) { try TextTrainingConfiguration().validate() }
    for (index, mistake) in mistakes.enumerated() {
      var configuration = TextTrainingConfiguration()
      mistake(&configuration)
      #expect(throws: TrainingError.self, "\(index)") { try configuration.validate() }
    }
    // A recurrent network looks back as far as it likes.
    var configuration = TextTrainingConfiguration()
    configuration.shape = TextModelShape(.lstm)
    configuration.length = 100
    #expect(throws: Never.self) { try configuration.validate() }
  }

  @Test func itIsWrittenDown() throws {
    var configuration = TextTrainingConfiguration()
    configuration.file = "book.txt"
    configuration.shape = TextModelShape(.lstm)
    configuration.duration = .epochs(3)
    configuration.clip = nil
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(TextTrainingConfiguration.self, from: data) == configuration)
  }
}
