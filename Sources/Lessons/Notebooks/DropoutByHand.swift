import Backprop

/// The five digits with sigmoid and inverted dropout.
struct DropoutByHand: Lesson {
  let name = "dropout"
  let title = "Dropout"
  let summary = "the five digits with sigmoid and inverted dropout of 4 units in 20"
  let source = "Notebook 001, from the delta rule to dropout"

  let alpha = 0.01
  /// The notebook draws its weights and masks without a seed.
  let seed: UInt32 = 2
  let d = (0..<5).map { k in
    Tensor((0..<5).map { $0 == k ? 1 : 0 }, shape: [5, 1], scalarType: .float64)
  }
  let x = FiveDigits.training.map { $0.reshaped(to: [25, 1]) }

  func run(on page: LessonPage) {
    page.heading("A mask")
    page.say(
      "Inverted dropout keeps round(20 · 0.8) = 16 of 20 units, chosen by `choice` without "
        + "replacement as in NumPy, and multiplies them by 1 / 0.8, so that the sum stays the same "
        + "on average and nothing needs to be scaled when the network is used.")
    var random = NumPyRandom(seed: seed)
    let mask = dropout([20, 1], ratio: 0.2, using: &random)
    page.show("mask", mask.flattened(), as: "dropout mask")
    page.show("mask-kept", Int(mask.step().sum().item), as: "units kept")
    page.show("mask-mean", mask.mean().item, as: "mean of the mask")

    page.heading("The derivative under the mask")
    slip(on: page)

    let epochs = page.isBrief ? 500 : 10_000
    page.heading("Training")
    page.say("As the notebook does it, from `NumPyRandom(seed: 2)`.")
    if page.isBrief { page.say("A short run: 500 epochs in place of the notebook's 10,000.") }
    let course = train(.notebook, epochs: epochs, on: page)
    show("course", course.weights, on: page)

    page.heading("Training with the right derivative")
    page.say("The same weights and masks, with the derivative taken before the mask.")
    let right = train(.beforeTheMask, epochs: epochs, on: page)
    show("right", right.weights, on: page)
    page.figure(
      "loss", lossFigure(course.losses, right.losses),
      caption: "The mean of −ln y at the right digit, all units in use.")

    let taken = FiveDigits.noisy.map { picture in
      Int(output(right.weights, picture.reshaped(to: [25, 1])).argmax().item)
    }
    page.figure(
      "noisy-digits",
      FiveDigits.figure([
        (FiveDigits.noisy, FiveDigits.noisyDigits.map { "damaged \($0)" }),
        (taken.map { FiveDigits.training[$0] }, taken.map { "taken for \($0 + 1)" }),
      ]), caption: "Above, the damaged digits; below, what the network with dropout took them for.")
  }

  /// Where the sigmoid's derivative y (1 − y) takes its y.
  enum Derivative {
    /// As the notebook does: from what the mask left.
    case notebook
    /// From the sigmoid's own result, and then through the mask.
    case beforeTheMask
  }

  /// The notebook's `Dropout`: a mask for an array of `shape`.
  func dropout(_ shape: Shape, ratio: Double, using random: inout NumPyRandom) -> Tensor {
    let size = shape.elementCount
    let kept = Int((Double(size) * (1 - ratio)).rounded(.toNearestOrEven))
    var mask = [Double](repeating: 0, count: size)
    for index in random.choice(size, size: kept, replace: false) { mask[index] = 1 / (1 - ratio) }
    return Tensor(mask, shape: shape, scalarType: .float64)
  }

  func initialWeights(_ random: inout NumPyRandom) -> [Tensor] {
    [
      2 * Tensor(random.random(20 * 25), shape: [20, 25], scalarType: .float64) - 1,
      2 * Tensor(random.random(20 * 20), shape: [20, 20], scalarType: .float64) - 1,
      2 * Tensor(random.random(20 * 20), shape: [20, 20], scalarType: .float64) - 1,
      2 * Tensor(random.random(5 * 20), shape: [5, 20], scalarType: .float64) - 1,
    ]
  }

  /// What a forward pass with dropout leaves: the sigmoids' results, the masks, the output.
  struct Pass {
    var results: [Tensor] = []
    var masks: [Tensor] = []
    /// The input, and what each hidden layer hands on.
    var handedOn: [Tensor]
    var y: Tensor
  }

  /// The notebook's `calcOutput_Dropout`.
  func forward(_ w: [Tensor], _ x: Tensor, using random: inout NumPyRandom) -> Pass {
    var pass = Pass(handedOn: [x], y: x)
    for layer in 0..<3 {
      let result = w[layer].matmul(pass.handedOn[layer]).sigmoid()
      let mask = dropout(result.shape, ratio: 0.2, using: &random)
      pass.results.append(result)
      pass.masks.append(mask)
      pass.handedOn.append(result * mask)
    }
    pass.y = w[3].matmul(pass.handedOn[3]).softmax(axis: 0)
    return pass
  }

  /// The notebook's `backpropagation_Dropout`: the delta of each layer, first to last.
  func backward(_ w: [Tensor], _ pass: Pass, _ d: Tensor, _ derivative: Derivative) -> [Tensor] {
    var deltas = [d - pass.y]
    for layer in [2, 1, 0] {
      let e = w[layer + 1].transposed().matmul(deltas[0])
      switch derivative {
      case .notebook:
        let y = pass.handedOn[layer + 1]
        deltas.insert(y * (1 - y) * e, at: 0)
      case .beforeTheMask:
        let y = pass.results[layer]
        deltas.insert(y * (1 - y) * pass.masks[layer] * e, at: 0)
      }
    }
    return deltas
  }

  func slip(on page: LessonPage) {
    var random = NumPyRandom(seed: seed)
    let w = initialWeights(&random)
    let pass = forward(w, x[0], using: &random)
    let course = backward(w, pass, d[0], .notebook)[2]
    let right = backward(w, pass, d[0], .beforeTheMask)[2]
    page.slip(
      "delta-3", course: course.reshaped(to: [4, 5]), right: right.reshaped(to: [4, 5]),
      why: "The notebook puts y · mask into y (1 − y). For a kept unit that is (y / 0.8) "
        + "(1 − y / 0.8), which is too small and turns negative where y > 0.8, so that the unit "
        + "learns the wrong way. The derivative is that of the sigmoid, y (1 − y), and then the "
        + "mask's factor, 1 / 0.8 or 0.")
    let weights = w.map { $0.requiringGradient() }
    var a = x[0]
    for layer in 0..<3 { a = weights[layer].matmul(a).sigmoid() * pass.masks[layer] }
    let logits = weights[3].matmul(a).transposed()
    let gradients = crossEntropy(logits: logits, targets: Tensor([0 as Int32])).backward()
    let byHand = right.matmul(pass.handedOn[2].transposed())
    page.show(
      "delta-3-agrees", (-gradients[weights[2]]).isClose(to: byHand, relativeTolerance: 1e-11),
      as: "backward() agrees with the right one")
  }

  /// The notebook's `DeepDropout`, epoch after epoch.
  func train(
    _ derivative: Derivative, epochs: Int, on page: LessonPage
  ) -> (weights: [Tensor], losses: [Double]) {
    var random = NumPyRandom(seed: seed)
    var w = initialWeights(&random)
    var losses: [Double] = []
    for epoch in 0..<epochs {
      if epoch % 100 == 0 {
        page.progress("training", done: epoch, of: epochs)
        losses.append(loss(w))
      }
      for k in 0..<5 {
        let pass = forward(w, x[k], using: &random)
        let deltas = backward(w, pass, d[k], derivative)
        for layer in 0..<4 {
          w[layer] += alpha * deltas[layer] * pass.handedOn[layer].transposed()
        }
      }
    }
    losses.append(loss(w))
    page.progress("training", done: epochs, of: epochs)
    return (w, losses)
  }

  /// The notebook's second `verify_algorithm`: no mask, no scaling.
  func output(_ w: [Tensor], _ x: Tensor) -> Tensor {
    let y1 = w[0].matmul(x).sigmoid()
    let y2 = w[1].matmul(y1).sigmoid()
    let y3 = w[2].matmul(y2).sigmoid()
    return w[3].matmul(y3).softmax(axis: 0)
  }

  func loss(_ w: [Tensor]) -> Double {
    (0..<5).map { -(d[$0] * output(w, x[$0])).sum().log().item }.reduce(0, +) / 5
  }

  func show(_ name: String, _ w: [Tensor], on page: LessonPage) {
    let right = (0..<5).map { output(w, x[$0])[$0].item }
    page.show("\(name)-probabilities", right, as: "probability of the right digit")
    let outputs = FiveDigits.noisy.map { output(w, $0.reshaped(to: [25, 1])) }
    page.show("\(name)-noisy-taken-for", outputs.map { Int($0.argmax().item) + 1 }, as: "taken for")
    page.show("\(name)-noisy-confidence", outputs.map { $0.max().item }, as: "with probability")
  }

  func lossFigure(_ course: [Double], _ right: [Double]) -> Figure {
    var figure = Figure()
    let epochs = course.indices.map { 100 * Double($0) }
    figure.plot(epochs, course, label: "as the notebook")
    figure.plot(epochs, right, label: "derivative before the mask", style: .dashed)
    figure.yscale = .log
    figure.grid = true
    figure.title = "Cross-entropy of the five digits, trained with dropout"
    figure.xlabel = "epoch"
    figure.ylabel = "loss"
    return figure
  }
}
