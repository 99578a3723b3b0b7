extension Course {
  /// The lessons of the notebooks, in the order of the course.
  static let notebooks: [any Lesson] = [
    Streetlights(),
    StreetlightsOneStep(),
    DeltaRule(),
    XORBackprop(),
    Digits5x5(),
    DropoutByHand(),
    HandWeights(),
    StudyHours(),
    StudyHoursPractice(),
  ]
}
