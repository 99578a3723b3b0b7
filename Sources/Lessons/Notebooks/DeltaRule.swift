import Backprop

/// One layer and the delta rule: what it can learn, and XOR, which it cannot.
struct DeltaRule: Lesson {
  let name = "delta-rule"
  let title = "The delta rule, and why it cannot learn XOR"
  let summary = "a single layer learns a table, and ends at one half for XOR"
  let source = "Notebook 001, from the delta rule to dropout"

  let x = Tensor(
    [
      [0.0, 0, 1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
    ], scalarType: .float64)
  let alpha = 0.9

  func run(on page: LessonPage) {
    page.heading("A forward pass")
    page.say(
      "The notebook draws its weights without a seed and prints them, so its predictions can be "
        + "computed again. (It prints `w`, which is not defined: its weights are called `W`.)")
    let drawn = Tensor([[-0.69587368, 0.22372543, -0.26202276]], scalarType: .float64)
    page.show("first-predictions", predictions(drawn), as: "sigmoid(W · x), row by row")

    page.heading("Training by the delta rule")
    page.say(
      "For each row: error e = d − y, delta = y (1 − y) e, and the weights move by α · delta · x. "
        + "Training starts where the notebook's first epoch ended, at the weights that it printed, "
        + "and goes on for the remaining 9,999 epochs.")
    let d = Tensor([[0.0], [0], [1], [1]], scalarType: .float64)
    var w = Tensor([[0.26793891, -0.58857304, 0.33312009]], scalarType: .float64)
    var lines = [w.description]
    var trained = [predictions(w)]
    for epoch in 2...10_000 {
      w = trainOneEpoch(w, d)
      if epoch <= 3 || epoch >= 9_998 { lines.append(w.description) }
      if epoch == 2 { page.show("weights-2", w, as: "W after 2 epochs") }
      if epoch == 3 {
        page.show("weights-3", w, as: "W after 3 epochs")
        lines.append("...")
      }
      if epoch == 9_998 { page.show("weights-9998", w, as: "W after 9,998 epochs") }
      if epoch == 9_999 { page.show("weights-9999", w, as: "W after 9,999 epochs") }
      if epoch <= 1_000 { trained.append(predictions(w)) }
    }
    page.show("weights-10000", w, as: "W after 10,000 epochs")
    page.print(lines.joined(separator: "\n"))
    page.show("predictions", predictions(w), as: "predictions")
    page.print(table(w, d))

    page.heading("The same by backward()")
    page.say(
      "delta · x is the negative of the gradient of ½ (d − y)², so one epoch of gradient descent on "
        + "`squaredError` leaves the same weights.")
    let byHand = trainOneEpoch(drawn, d)
    let automatic = trainOneEpochWithBackward(drawn, d)
    page.show("one-epoch-by-hand", byHand, as: "W after an epoch by hand")
    page.show("one-epoch-backward", automatic, as: "W after an epoch with backward()")
    page.show(
      "agree", automatic.isClose(to: byHand, relativeTolerance: 1e-14), as: "the same weights")

    page.heading("XOR")
    page.say(
      "The same layer with the labels 0, 1, 1, 0. No line separates them. Whatever the weights "
        + "start from, they end at the same place, where every answer is about one half; so the "
        + "notebook's four numbers come out although its seed is unknown.")
    let exclusive = Tensor([[0.0], [1], [1], [0]], scalarType: .float64)
    let epochs = page.isBrief ? 2_000 : 10_000
    if page.isBrief { page.say("A short run: 2,000 epochs in place of the notebook's 10,000.") }
    var xor: [[Double]] = []
    for seed: UInt32 in [0, 1, 2] {
      var random = NumPyRandom(seed: seed)
      var w = 2 * Tensor(random.random(3), shape: [1, 3], scalarType: .float64) - 1
      if seed == 0 { xor.append(predictions(w)) }
      for epoch in 1...epochs {
        w = trainOneEpoch(w, exclusive)
        if seed == 0, epoch <= 1_000 { xor.append(predictions(w)) }
      }
      page.show("xor-weights-seed-\(seed)", w, as: "W from seed \(seed)")
      page.show("xor-predictions-seed-\(seed)", predictions(w), as: "predictions")
      if seed == 0 { page.print(table(w, exclusive)) }
    }
    page.figure(
      "predictions-curve", figure(trained, xor),
      caption: "Left, the first table: the predictions part towards 0 and 1. Right, XOR: all four "
        + "are drawn to one half and stay there.")
  }

  /// The notebook's `calc_output`: sigmoid(W x).
  func calculateOutput(_ w: Tensor, _ x: Tensor) -> Tensor { w.matmul(x).sigmoid() }

  /// The notebook's `delta_GD`: one pass over the four rows.
  func trainOneEpoch(_ weights: Tensor, _ labels: Tensor) -> Tensor {
    var w = weights
    for k in 0..<4 {
      let x = x[k]
      let d = labels[k]
      let y = calculateOutput(w, x)
      let e = d - y
      let delta = y * (1 - y) * e
      let dW = alpha * delta * x
      w += dW
    }
    return w
  }

  /// The same pass with the gradient found by `backward()`.
  func trainOneEpochWithBackward(_ weights: Tensor, _ labels: Tensor) -> Tensor {
    var weights = weights
    for k in 0..<4 {
      let w = weights.requiringGradient(named: "W")
      let loss = squaredError(predictions: calculateOutput(w, x[k]), targets: labels[k])
      weights -= alpha * loss.backward()[w]
    }
    return weights
  }

  func predictions(_ w: Tensor) -> [Double] { (0..<4).map { calculateOutput(w, x[$0]).item } }

  /// What the notebook prints after training.
  func table(_ w: Tensor, _ labels: Tensor) -> String {
    let rows = (0..<4).map { k in
      let prediction = calculateOutput(w, x[k]).description
      let gap = String(repeating: " ", count: max(1, 14 - prediction.count))
      return "\(prediction)\(gap)[\(Int(labels[k].item))]"
    }
    return (["Pred          Label"] + rows).joined(separator: "\n")
  }

  func figure(_ learned: [[Double]], _ xor: [[Double]]) -> Figure {
    var figure = Figure(width: 960, height: 420, rows: 1, columns: 2)
    let runs = [
      ("Labels 0 0 1 1: learned", learned, [0, 0, 1, 1]), ("XOR: not learned", xor, [0, 1, 1, 0]),
    ]
    for (column, (title, run, labels)) in runs.enumerated() {
      let epochs = (1...run.count).map(Double.init)
      for (k, row) in ["0 0", "0 1", "1 0", "1 1"].enumerated() {
        figure[0, column].plot(
          epochs, run.map { $0[k] }, label: "\(row), label \(labels[k])",
          style: labels[k] == 1 ? .solid : .dashed)
      }
      figure[0, column].title = title
      figure[0, column].ylim = 0...1
      figure[0, column].xscale = .log
      figure[0, column].grid = true
      figure[0, column].xlabel = "epoch"
      figure[0, column].ylabel = "prediction"
    }
    return figure
  }
}
