import Backprop

/// What the training works train on.
enum BenchmarkData {
  /// MNIST, or the drawn digits, which are of its size, where it is not there.
  static func digits() -> (train: ImageDataset, origin: String) {
    if let (train, _) = try? MNIST.load() { return (train, "mnist") }
    return (Digits.draw(.train, count: 60_000), "digits")
  }
}
