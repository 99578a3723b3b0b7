import Backprop

/// One thing on a lesson's page.
public enum LessonEntry: Sendable {
  /// The name of the step that follows.
  case heading(String)
  /// A paragraph.
  case prose(String)
  /// A number, an array or another result, under its label.
  case value(LessonRecord)
  /// Where the course is wrong.
  case slip(LessonSlip)
  /// Lines as the course prints them.
  case output(String)
  /// A drawing, as SVG.
  case drawing(name: String, svg: String, caption: String)
}

/// A result that a lesson has shown.
public struct LessonRecord: Sendable {
  /// Its name in the JSON lines; once on a page.
  public let name: String
  /// What it is called on the page.
  public let label: String
  /// As the course prints it.
  public let printed: String
  /// As JSON, with every digit.
  public let json: String
  /// The numbers in it, in order.
  public let numbers: [Double]

  init(_ name: String, _ value: some LessonValue, label: String) {
    self.name = name
    self.label = label
    printed = value.printed
    json = value.json
    numbers = value.numbers
  }
}

/// A place where the course is wrong: what it says, what is right, and why.
public struct LessonSlip: Sendable {
  /// Its name in the JSON lines; once on a page.
  public let name: String
  /// What the course has.
  public let course: LessonRecord
  /// What is right; it is recorded on the page.
  public let right: LessonRecord
  /// Why.
  public let why: String
}
