/// A step of the course as a program: it computes what a slide or a notebook computes, in the same
/// order, and puts it on a page.
///
/// ```swift
/// struct Greeting: Lesson {
///   let name = "greeting"
///   let title = "A first tensor"
///   let summary = "makes a tensor and doubles it"
///   let source = "Slides, 01 Python"
///
///   func run(on page: LessonPage) {
///     let x = Tensor([1.0, 2.0, 3.0])
///     page.show("doubled", x * 2, as: "x * 2")
///   }
/// }
/// ```
public protocol Lesson: Sendable {
  /// What the command line calls it: `three-layer-forward`.
  var name: String { get }
  /// What its page is called.
  var title: String { get }
  /// One line about it, for the list of all lessons.
  var summary: String { get }
  /// Where the course has it: `Slides, 03 Forward Propagation`.
  var source: String { get }

  /// Computes everything and puts it on the page.
  ///
  /// - Throws: what keeps the lesson from going on, such as a damaged data file.
  func run(on page: LessonPage) throws
}
