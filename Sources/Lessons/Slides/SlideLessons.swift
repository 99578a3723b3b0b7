extension Course {
  /// The lessons of the slides.
  static let slides: [any Lesson] = [
    PythonBasics(), NumPyBasics(), Gates(), Activations(), ThreeLayerForward(), SoftmaxLesson(),
    LossFunctions(),
  ]
}
