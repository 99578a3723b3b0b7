extension Course {
  /// The lessons of the notebooks.
  static let notebooks: [any Lesson] = [
    Streetlights(),
    StreetlightsOneStep(),
    DeltaRule(),
    XORBackprop(),
  ]
}
