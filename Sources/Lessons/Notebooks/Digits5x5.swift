import Backprop

/// Five digits of 5 × 5 pixels, three hidden layers with ReLU, softmax.
struct Digits5x5: Lesson {
  let name = "digits-5x5"
  let title = "Five digits: three hidden layers with ReLU"
  let summary = "a 25-20-20-20-5 network learns five digits, and reads five damaged ones"
  let source = "Notebook 001, from the delta rule to dropout"

  let alpha = 0.01
  /// The notebook draws its weights without a seed.
  let seed: UInt32 = 2
  /// The labels, as rows of a 1 and zeros.
  let d = (0..<5).map { k in
    Tensor((0..<5).map { $0 == k ? 1 : 0 }, shape: [1, 5], scalarType: .float64)
  }
  /// The five pictures, each as one row.
  let x = FiveDigits.training.map { $0.reshaped(to: [1, 25]) }

  func run(on page: LessonPage) {
    page.heading("Five digits")
    page.figure(
      "training-digits",
      FiveDigits.figure([(FiveDigits.training, ["1", "2", "3", "4", "5"])]),
      caption: "The digits that the network learns, each a row of 25 zeros and ones.")

    let epochs = page.isBrief ? 1_000 : 10_000
    page.heading("Training")
    page.say(
      "Four matrices, no biases, one picture a step. The notebook multiplies columns, W · x; here a "
        + "picture is a row, x · W, as everywhere in the library, so the matrices are transposed. "
        + "The notebook's weights are random and not seeded; these come from "
        + "`NumPyRandom(seed: 2)`.")
    if page.isBrief { page.say("A short run: 1,000 epochs in place of the notebook's 10,000.") }
    var weights = initialWeights()
    var losses: [(epoch: Int, loss: Double)] = []
    let clock = ContinuousClock()
    let start = clock.now
    for epoch in 1...epochs {
      trainOneEpoch(&weights)
      if epoch <= 100 || epoch % 100 == 0 { losses.append((epoch, loss(weights))) }
      if epoch % 100 == 0 { page.progress("training", done: epoch, of: epochs) }
    }
    let seconds = (clock.now - start) / .seconds(1)
    page.print(
      "\(epochs) epochs in \(rounded(seconds)) s: \(Int(Double(epochs) / seconds)) a second")

    page.heading("What it says of the five digits")
    for k in 0..<5 {
      let y = output(weights, x[k])
      page.show("y-\(k + 1)", y.transposed(), as: "Y=\(k + 1)")
      page.show("argmax-\(k + 1)", Int(y.argmax().item) + 1, as: "argmax + 1")
    }
    page.show(
      "right-probabilities", (0..<5).map { output(weights, x[$0])[0, $0].item },
      as: "probability of the right digit")
    page.figure("loss", lossFigure(losses), caption: "The mean of −ln y at the right digit.")

    page.heading("Five damaged digits")
    let outputs = FiveDigits.noisy.map { output(weights, $0.reshaped(to: [1, 25])) }
    let taken = outputs.map { Int($0.argmax().item) }
    page.show("noisy-taken-for", taken.map { $0 + 1 }, as: "taken for")
    page.show("noisy-were", FiveDigits.noisyDigits, as: "drawn as")
    page.show("noisy-confidence", outputs.map { $0.max().item }, as: "with probability")
    page.say(
      "Two of five are misread, and with great certainty: a network that has seen five pictures "
        + "knows little of what else a 1 may look like. Other seeds misread others.")
    page.figure(
      "noisy-digits",
      FiveDigits.figure([
        (FiveDigits.noisy, FiveDigits.noisyDigits.map { "damaged \($0)" }),
        (taken.map { FiveDigits.training[$0] }, taken.map { "taken for \($0 + 1)" }),
      ]), caption: "Above, the damaged digits; below, what each was taken for.")

    page.heading("The same with layers")
    page.say(
      "`MultilayerPerceptron`, `crossEntropy` and `SGD` take the place of every function above. 100 "
        + "epochs from the same start leave the same weights.")
    var byHand = initialWeights()
    for _ in 0..<100 { trainOneEpoch(&byHand) }
    let network = trainNetwork(epochs: 100)
    let agree = zip(network.layers, byHand).allSatisfy { layer, w in
      layer.weight.tensor.isClose(to: w, relativeTolerance: 1e-10)
    }
    page.show("layers-agree", agree, as: "the same weights after 100 epochs")
    page.print("\(network.summary)")
  }

  /// The notebook's start: W1 … W4, between −1 and 1, transposed.
  func initialWeights() -> [Tensor] {
    var random = NumPyRandom(seed: seed)
    let drawn = [
      2 * Tensor(random.random(20 * 25), shape: [20, 25], scalarType: .float64) - 1,
      2 * Tensor(random.random(20 * 20), shape: [20, 20], scalarType: .float64) - 1,
      2 * Tensor(random.random(20 * 20), shape: [20, 20], scalarType: .float64) - 1,
      2 * Tensor(random.random(5 * 20), shape: [5, 20], scalarType: .float64) - 1,
    ]
    return drawn.map { $0.transposed() }
  }

  /// The notebook's `DeepReLU`: forward, back and a step for each of the five pictures.
  ///
  /// `affine` is a product and an activation in one; `transposingSelf` and `transposingOther` stand
  /// for `.T` without a copy. A unit's sum is above zero where its result is, so that `y3.step()`
  /// is the notebook's `v3 > 0`.
  func trainOneEpoch(_ w: inout [Tensor]) {
    for k in 0..<5 {
      let y1 = x[k].affine(w[0], activation: .relu)
      let y2 = y1.affine(w[1], activation: .relu)
      let y3 = y2.affine(w[2], activation: .relu)
      let y = y3.matmul(w[3]).softmax()

      let delta = d[k] - y
      let delta3 = y3.step() * delta.matmul(w[3], transposingOther: true)
      let delta2 = y2.step() * delta3.matmul(w[2], transposingOther: true)
      let delta1 = y1.step() * delta2.matmul(w[1], transposingOther: true)

      w[3] += y3.matmul(alpha * delta, transposingSelf: true)
      w[2] += y2.matmul(alpha * delta3, transposingSelf: true)
      w[1] += y1.matmul(alpha * delta2, transposingSelf: true)
      w[0] += x[k].matmul(alpha * delta1, transposingSelf: true)
    }
  }

  /// The notebook's `verify_algorithm`.
  func output(_ w: [Tensor], _ x: Tensor) -> Tensor {
    let y1 = x.affine(w[0], activation: .relu)
    let y2 = y1.affine(w[1], activation: .relu)
    let y3 = y2.affine(w[2], activation: .relu)
    return y3.matmul(w[3]).softmax()
  }

  func loss(_ w: [Tensor]) -> Double {
    (0..<5).map { -(d[$0] * output(w, x[$0])).sum().log().item }.reduce(0, +) / 5
  }

  /// The same training as layers, a loss and an optimizer.
  func trainNetwork(epochs: Int) -> MultilayerPerceptron {
    let network = MultilayerPerceptron(
      initialWeights().map { Linear(weight: $0.array) }, activation: .relu)
    let optimizer = SGD(for: network, learningRate: alpha)
    let labels = (0..<5).map { Tensor([Int32($0)]) }
    for _ in 0..<epochs {
      for k in 0..<5 {
        let loss = crossEntropy(logits: network(x[k]), targets: labels[k])
        optimizer.update(using: loss.backward())
      }
    }
    return network
  }

  func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }

  func lossFigure(_ losses: [(epoch: Int, loss: Double)]) -> Figure {
    var figure = Figure()
    figure.plot(losses.map { Double($0.epoch) }, losses.map(\.loss))
    figure.xscale = .log
    figure.yscale = .log
    figure.grid = true
    figure.title = "Cross-entropy of the five digits"
    figure.xlabel = "epoch"
    figure.ylabel = "loss"
    return figure
  }
}
