import BackpropArrays

/// A text of little stories that the program makes up: something to learn from without a file.
///
/// The stories follow a grammar, with words drawn from short lists: someone goes somewhere, meets
/// someone, something happens, and they part. A name, once given, is kept to the end of its story, and
/// so is who speaks to whom; a model must look back to get that right.
///
/// ```swift
/// let text = SampleText.stories(characters: 200_000)
/// ```
public enum SampleText {
  /// At least so many characters of stories, and no more than one story more. The same seed gives the
  /// same text.
  ///
  /// - Parameters:
  ///   - characters: about how long the text is.
  ///   - seed: what the words are drawn from.
  public static func stories(characters: Int = 200_000, seed: UInt64 = 0) -> String {
    var teller = StoryTeller(random: RandomSource(seed: seed))
    var text = ""
    var count = 0
    while count < characters {
      let story = teller.story()
      // All ASCII, so that bytes are characters.
      count += story.utf8.count
      text += story
    }
    return text
  }
}

/// Makes up stories.
private struct StoryTeller {
  var random: RandomSource

  private static let animals = [
    "fox", "hare", "owl", "hedgehog", "badger", "wren", "otter", "mole", "goose", "toad", "deer",
    "squirrel", "heron", "mouse",
  ]
  private static let names = [
    "Ada", "Bruno", "Clara", "Dora", "Emil", "Frida", "Gustav", "Hanna", "Ivo", "Jana", "Konrad",
    "Lena", "Milo", "Nora", "Otto", "Paula",
  ]
  private static let natures = [
    "old", "young", "clever", "shy", "hungry", "cheerful", "sleepy", "curious", "patient", "proud",
  ]
  private static let places = [
    "the river", "the mill", "the old bridge", "the meadow", "the edge of the wood", "the lake",
    "the hollow oak", "the hill", "the garden wall",
  ]
  private static let seasons = [
    "One morning in spring", "On a warm day in summer", "One evening in autumn",
    "In the first snow of winter", "Early one day", "Late one night", "After the rain",
  ]
  private static let things = [
    "red apple", "silver button", "lantern", "bag of nuts", "blue feather",
    "piece of cheese", "small key", "loaf of bread", "wooden spoon", "round stone",
  ]
  private static let numbers = ["two", "three", "four", "five", "six", "seven"]
  private static let greetings = ["Good day", "Hello", "Welcome", "How are you", "Well met"]
  private static let questions = [
    "where are you going", "what do you carry there", "have you seen the moon tonight",
    "what makes you so glad", "why do you walk alone",
  ]
  private static let answers = [
    "I am going to", "I have come from", "I have lost my way to", "I am looking for the path to",
  ]
  private static let endings = [
    "and they were friends from that day on.", "and nobody ever spoke of it again.",
    "and then they went home, each by a way of its own.",
    "and when the sun came up, both of them were asleep.",
    "and they laughed until the stars came out.",
  ]

  private mutating func one(of list: [String]) -> String {
    list[Int(random.below(UInt32(list.count)))]
  }

  private mutating func one(of list: [String], but other: String) -> String {
    let found = one(of: list)
    return found == other ? one(of: list, but: other) : found
  }

  private func article(_ word: String) -> String {
    "aeiou".contains(word.first!) ? "an \(word)" : "a \(word)"
  }

  mutating func story() -> String {
    let (animal, name, nature) = (
      one(of: Self.animals), one(of: Self.names), one(of: Self.natures)
    )
    let (other, friend) = (
      one(of: Self.animals, but: animal), one(of: Self.names, but: name)
    )
    let (place, goal, thing) = (
      one(of: Self.places), one(of: Self.places), one(of: Self.things)
    )
    var lines = [
      "There was once \(article(nature)) \(animal) whose name was \(name).",
      "\(one(of: Self.seasons)) \(name) went to \(place) and met \(article(other)).",
      "\"\(one(of: Self.greetings)), \(name),\" said the \(other), \"\(one(of: Self.questions))?\"",
      "\"\(one(of: Self.answers)) \(goal),\" said the \(animal). \"And who are you?\"",
      "\"My name is \(friend),\" said the \(other).",
    ]
    if random.below(2) == 0 {
      lines.append("\(friend) had a \(thing), and gave it to \(name).")
      lines.append(
        "\"Thank you, \(friend),\" said \(name), and put the \(thing) away.")
    } else {
      lines.append(
        "They walked together for \(one(of: Self.numbers)) hours, \(name) in front and \(friend) behind."
      )
    }
    lines.append("So \(name) and \(friend) sat down at \(place), \(one(of: Self.endings))")
    return lines.joined(separator: "\n") + "\n\n"
  }
}
