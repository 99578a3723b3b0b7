import BackpropText
import Testing

@Suite struct SampleTextTests {
  @Test func asLongAsAskedForAndAlwaysTheSame() {
    let text = SampleText.stories(characters: 20_000)
    #expect((20_000..<21_000).contains(text.utf8.count))
    #expect(text == SampleText.stories(characters: 20_000))
    #expect(text != SampleText.stories(characters: 20_000, seed: 1))
    #expect(SampleText.stories(characters: 40_000).hasPrefix(text))
    #expect(SampleText.stories(characters: 0).isEmpty)
    #expect(text.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) })
  }

  /// Two names a story, each of which occurs again.
  @Test func namesAreKept() {
    let stories = SampleText.stories(characters: 10_000).split(separator: "\n\n")
    #expect(stories.count > 10)
    for story in stories {
      let name = story.split(separator: "whose name was ")[1].prefix { $0 != "." }
      let friend = story.split(separator: "\"My name is ")[1].prefix { $0 != "," }
      #expect(name != friend)
      #expect(story.contains("So \(name) and \(friend) sat down"))
      #expect(!story.contains(" a a") && !story.contains("a owl") && !story.contains("an b"))
    }
  }
}
