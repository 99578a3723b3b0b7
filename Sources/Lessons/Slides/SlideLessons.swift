extension Course {
  /// The lessons of the slides.
  static let slides: [any Lesson] = [
    NumPyBasics()
  ]
}
