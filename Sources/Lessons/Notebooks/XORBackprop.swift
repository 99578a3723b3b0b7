import Backprop

/// XOR with a hidden layer, by the squared error's delta and by the cross-entropy's.
struct XORBackprop: Lesson {
  let name = "xor-backprop"
  let title = "XOR with a hidden layer"
  let summary = "four hidden units learn XOR; squared-error delta and cross-entropy delta"
  let source = "Notebook 001, from the delta rule to dropout"

  let x = Tensor(
    [
      [0.0, 0, 1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
    ], scalarType: .float64)
  let d = Tensor([[0.0], [1], [1], [0]], scalarType: .float64)
  let alpha = 0.9

  /// What the notebook's two versions call the delta of the output.
  enum OutputDelta {
    /// y (1 − y) (d − y).
    case squaredError
    /// d − y: the derivative of the sigmoid cancels.
    case crossEntropy
  }

  func run(on page: LessonPage) {
    page.heading("The squared error's delta")
    page.say(
      "Four hidden units, 10,000 epochs. The notebook's weights are random and not seeded; these "
        + "come from `NumPyRandom(seed: 2)`.")
    let (start1, start2) = initialWeights(seed: 2)
    let squared = train(start1, start2, by: .squaredError, epochs: 10_000)
    page.print(table(squared.w1, squared.w2))
    page.show("squared-predictions", predictions(squared.w1, squared.w2), as: "predictions")
    page.show("squared-error", squared.errors.last!, as: "largest error")

    page.heading("The cross-entropy's delta")
    page.say(
      "Cross-entropy, −d ln y − (1 − d) ln (1 − y), makes the output's delta d − y. A unit that is "
        + "wrong and sure of it still learns, so 5,000 epochs get nearer than 10,000 did.")
    let entropy = train(start1, start2, by: .crossEntropy, epochs: 5_000)
    page.print(table(entropy.w1, entropy.w2))
    page.show("entropy-predictions", predictions(entropy.w1, entropy.w2), as: "predictions")
    page.show("entropy-error", entropy.errors.last!, as: "largest error")

    page.heading("The same by backward()")
    page.say(
      "One epoch with each loss written as a formula, and its gradient by `backward()`, leaves the "
        + "weights that the deltas leave.")
    for (name, loss) in [("squared", OutputDelta.squaredError), ("entropy", .crossEntropy)] {
      let hand = train(start1, start2, by: loss, epochs: 1)
      let automatic = trainOneEpochWithBackward(start1, start2, by: loss)
      page.show("\(name)-w2-by-hand", hand.w2, as: "W2 by hand")
      page.show("\(name)-w2-backward", automatic.w2, as: "W2 by backward()")
      page.show(
        "\(name)-agree",
        hand.w1.isClose(to: automatic.w1, relativeTolerance: 1e-13)
          && hand.w2.isClose(to: automatic.w2, relativeTolerance: 1e-13),
        as: "the same weights")
    }

    page.heading("Not from every start")
    page.say(
      "From seed 1, cross-entropy ends in a place where three answers are right and the fourth "
        + "stays at one half: a local minimum. A hidden layer can express XOR, but gradient descent "
        + "need not find it.")
    let (stuck1, stuck2) = initialWeights(seed: 1)
    let stuck = train(stuck1, stuck2, by: .crossEntropy, epochs: 5_000)
    page.show("stuck-predictions", predictions(stuck.w1, stuck.w2), as: "predictions from seed 1")

    page.figure(
      "learning",
      learningFigure([
        ("squared error, seed 2", squared.errors), ("cross-entropy, seed 2", entropy.errors),
        ("cross-entropy, seed 1", stuck.errors),
      ]), caption: "The largest of the four errors |d − y|, each 10 epochs.")
    page.figure(
      "decision", decisionFigure(entropy.w1, entropy.w2),
      caption: "What the network answers between and around the four rows: yellow is 1, dark is 0. "
        + "Squares mark the rows with label 1, dots those with label 0.")
  }

  /// The notebook's start: W1 first, then W2, between −1 and 1.
  func initialWeights(seed: UInt32) -> (Tensor, Tensor) {
    var random = NumPyRandom(seed: seed)
    return (
      2 * Tensor(random.random(12), shape: [4, 3], scalarType: .float64) - 1,
      2 * Tensor(random.random(4), shape: [1, 4], scalarType: .float64) - 1
    )
  }

  /// The notebook's `calc_output`.
  func calculateOutput(_ w1: Tensor, _ w2: Tensor, _ x: Tensor) -> (y: Tensor, y1: Tensor) {
    let y1 = w1.matmul(x).sigmoid()
    let y = w2.matmul(y1).sigmoid()
    return (y, y1)
  }

  /// The notebook's `backprop_XOR` and `BackpropCE`, which differ in the output's delta alone.
  func train(
    _ start1: Tensor, _ start2: Tensor, by loss: OutputDelta, epochs: Int
  ) -> (w1: Tensor, w2: Tensor, errors: [Double]) {
    var (w1, w2) = (start1, start2)
    var errors: [Double] = []
    for epoch in 0..<epochs {
      for k in 0..<4 {
        let x = x[k]
        let (y, y1) = calculateOutput(w1, w2, x)
        let e = d[k] - y
        let delta =
          switch loss {
          case .squaredError: y * (1 - y) * e
          case .crossEntropy: e
          }
        let e1 = w2.transposed().matmul(delta)
        let delta1 = y1 * (1 - y1) * e1

        w1 += (alpha * delta1).reshaped(to: [4, 1]) * x.reshaped(to: [1, 3])
        w2 += alpha * delta * y1
      }
      if epoch % 10 == 9 {
        let wrong = zip(predictions(w1, w2), d.doubles).map { abs($0 - $1) }
        errors.append(wrong.max()!)
      }
    }
    return (w1, w2, errors)
  }

  /// One epoch without a delta written down.
  func trainOneEpochWithBackward(
    _ start1: Tensor, _ start2: Tensor, by loss: OutputDelta
  ) -> (w1: Tensor, w2: Tensor) {
    var (weights1, weights2) = (start1, start2)
    for k in 0..<4 {
      let w1 = weights1.requiringGradient(named: "W1")
      let w2 = weights2.requiringGradient(named: "W2")
      let (y, _) = calculateOutput(w1, w2, x[k])
      let d = d[k]
      let cost =
        switch loss {
        case .squaredError: squaredError(predictions: y, targets: d)
        case .crossEntropy: -(d * y.log() + (1 - d) * (1 - y).log()).sum()
        }
      let gradients = cost.backward()
      weights1 -= alpha * gradients[w1]
      weights2 -= alpha * gradients[w2]
    }
    return (weights1, weights2)
  }

  func predictions(_ w1: Tensor, _ w2: Tensor) -> [Double] {
    (0..<4).map { calculateOutput(w1, w2, x[$0]).y.item }
  }

  /// What the notebook prints after training.
  func table(_ w1: Tensor, _ w2: Tensor) -> String {
    let rows = (0..<4).map { k in
      let prediction = calculateOutput(w1, w2, x[k]).y.description
      let gap = String(repeating: " ", count: max(1, 20 - prediction.count))
      return "\(prediction)\(gap)[\(Int(d[k].item))]"
    }
    return (["Pred                Label"] + rows).joined(separator: "\n")
  }

  func learningFigure(_ runs: [(String, [Double])]) -> Figure {
    var figure = Figure()
    for (name, errors) in runs {
      figure.plot(errors.indices.map { 10.0 * Double($0 + 1) }, errors, label: name)
    }
    figure.yscale = .log
    figure.grid = true
    figure.title = "Learning XOR"
    figure.xlabel = "epoch"
    figure.ylabel = "largest error"
    return figure
  }

  func decisionFigure(_ w1: Tensor, _ w2: Tensor) -> Figure {
    let steps = 41
    var grid: [[Double]] = []
    for row in 0..<steps {
      let b = 1.25 - 1.5 * Double(row) / Double(steps - 1)
      grid.append(
        (0..<steps).map { column in
          let a = -0.25 + 1.5 * Double(column) / Double(steps - 1)
          return calculateOutput(w1, w2, Tensor([a, b, 1.0], scalarType: .float64)).y.item
        })
    }
    var figure = Figure(width: 560, height: 520)
    figure.imshow(grid, colorMap: .viridis, limits: 0...1)
    // A pixel is 1.5 / 40 wide, and the first stands for −0.25.
    let (low, high) = (0.25 / 1.5 * 40, 1.25 / 1.5 * 40)
    figure.scatter(
      [low, high], [low, high], label: "label 1", color: .rgb(0, 0, 0), marker: .square, size: 10)
    figure.scatter(
      [low, high], [high, low], label: "label 0", color: .rgb(255, 255, 255), size: 10)
    figure.legend(.hidden)
    figure.frame = .hidden
    figure.colorBar = true
    figure.title = "The answer to (first input →, second ↑)"
    return figure
  }
}
