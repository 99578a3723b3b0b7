extension Course {
  /// The lessons of the slides.
  static let slides: [any Lesson] = [
    PythonBasics(), NumPyBasics(), Gates(), Activations(), ThreeLayerForward(), SoftmaxLesson(),
    MNISTInference(), LossFunctions(), NumericalDifferentiation(), GradientOfANetwork(),
    LearningMNIST(), ComputationalGraph(), LayersBackward(),
  ]
}
