import Backprop

/// A two-layer network learns to read digits.
struct LearningMNIST: Lesson {
  let name = "learning-mnist"
  let title = "Learning to read digits"
  let summary = "a 784-50-10 network learns, by trying for a few batches, then backwards"
  let source = "Slides, 04 Loss Function and 05-1 Review"

  func run(on page: LessonPage) throws {
    let (train, test) = try page.handwrittenDigits()
    var random = RandomSource(seed: 0)
    let network = TwoLayerNet(
      784, 50, 10, activation: .sigmoid, initializer: .normal(standardDeviation: 0.01),
      using: &random)
    page.show("parameters", network.parameterCount, as: "network.parameterCount")

    oneRound(page, network, train)
    byTrying(page, network, train)
    backwards(page, network, train, test)
    updateRule(page)
  }

  private func oneRound(_ page: LessonPage, _ network: TwoLayerNet, _ train: ImageDataset) {
    page.heading("The seven steps")
    var random = RandomSource(seed: 1)
    page.say("① Take a hundred examples at random. ② They are pictures and their answers.")
    let batch = train.randomBatch(of: 100, using: &random)
    page.show("batch-shape", batch.images.shape.description, as: "batch.images.shape")
    page.say("③ Put them into the network with its weights. ④ Compute its results.")
    let y = network(batch.images)
    page.show("result-shape", y.shape.description, as: "y.shape")
    page.say("⑤ Compute the loss. An untrained network guesses, and ln 10 = 2.303.")
    let loss = crossEntropy(logits: y, targets: batch.labels)
    page.show("first-loss", loss.item, as: "crossEntropy(logits: y, targets: batch.labels)")
    page.say(
      "⑥ Find the slope of the loss by every weight. ⑦ Move each weight against its slope. Then "
        + "again from ①.")
    let gradients = loss.backward()
    let slope = gradients[network.output.bias!]!
    page.show("output-bias-slope", slope, as: "gradients[network.output.bias]")
    SGD(for: network, learningRate: 0.1).update(using: gradients)
    let after = crossEntropy(logits: network(batch.images), targets: batch.labels)
    page.show("second-loss", after.item, as: "the same loss after one update")
  }

  /// Step ⑥ by numerical differentiation, for the output layer.
  private func byTrying(_ page: LessonPage, _ network: TwoLayerNet, _ train: ImageDataset) {
    page.heading("Step ⑥ by trying")
    page.say(
      "Each slope takes two losses. The output layer alone has 510 numbers; here is its gradient "
        + "for a few batches, in 64 bits, beside that of backpropagation.")
    var random = RandomSource(seed: 2)
    let batches = page.isBrief ? 1 : 3
    let size = page.isBrief ? 5 : 100
    let names = ["W1", "b1", "W2", "b2"]
    let weights = network.parameters.map { $0.array.cast(to: .float64) }
    let clock = ContinuousClock()
    var (largest, trying, walking) = (0.0, Duration.zero, Duration.zero)
    for index in 0..<batches {
      let batch = train.randomBatch(of: size, using: &random)
      let images = batch.images.cast(to: .float64)
      func loss(_ w: [Tensor]) -> Tensor {
        let hidden = images.affine(w[0], w[1], activation: .sigmoid)
        return crossEntropy(logits: hidden.affine(w[2], w[3]), targets: batch.labels)
      }
      let constants = weights[0...1].map { Tensor($0) }
      var numerical: [NDArray] = []
      trying += clock.measure {
        numerical = numericalGradient(at: Array(weights[2...3])) { loss(constants + $0) }
      }
      let variables = zip(weights, names).map { Tensor($0).requiringGradient(named: $1) }
      var gradients: [Tensor] = []
      walking += clock.measure {
        let table = loss(variables).backward()
        gradients = variables.map { table[$0] }
      }
      for (exact, tried) in zip(gradients[2...3], numerical) {
        largest = max(largest, zip(exact.doubles, tried.doubles).map { abs($0 - $1) }.max()!)
      }
      page.progress("batches", done: index + 1, of: batches)
    }
    page.show("numerical-difference", largest, as: "the largest difference")
    let share = Double(network.parameterCount) / 510
    page.print(
      "a batch by trying, all \(network.parameterCount) numbers: about "
        + seconds(trying / batches * share)
        + "\na batch backwards, all of them: " + seconds(walking / batches))
  }

  private func backwards(
    _ page: LessonPage, _ network: TwoLayerNet, _ train: ImageDataset, _ test: ImageDataset
  ) {
    page.heading("Learning")
    let iterations = page.isBrief ? 300 : 10_000
    let batchSize = 100
    let perEpoch = max(train.count / batchSize, 1)
    let optimizer = SGD(for: network, learningRate: page.isBrief ? 1 : 0.1)
    var random = RandomSource(seed: 0, stream: 1)
    var losses: [Double] = []
    var trainAccuracy: [Double] = []
    var testAccuracy: [Double] = []
    page.say("\(iterations) rounds of \(batchSize) examples; the accuracy once an epoch.")

    for i in 0..<iterations {
      let batch = train.randomBatch(of: batchSize, using: &random)
      let loss = crossEntropy(logits: network(batch.images), targets: batch.labels)
      optimizer.update(using: loss.backward())
      losses.append(loss.item)

      if i % perEpoch == 0 {
        trainAccuracy.append(accuracy(of: network, on: train))
        testAccuracy.append(accuracy(of: network, on: test))
        page.print("train acc, test acc | \(trainAccuracy.last!), \(testAccuracy.last!)")
      }
      if i % 50 == 0 { page.progress("learning", done: i, of: iterations) }
    }
    page.progress("learning", done: iterations, of: iterations)
    page.show("evaluations", testAccuracy.count, as: "lines of accuracy")
    page.show("train-accuracy", accuracy(of: network, on: train), as: "train accuracy at the end")
    page.show("test-accuracy", accuracy(of: network, on: test), as: "test accuracy at the end")
    page.say(
      "The slide's loop records the loss after the update, on the batch just learnt from; here it "
        + "is the loss before, whose gradient was taken: it costs nothing and flatters nobody.")

    page.figure(
      "loss", lossCurve(losses), caption: "The loss of each batch, and its mean over 100.")
    var figure = Figure()
    figure.plot(trainAccuracy, label: "train acc", marker: .circle)
    figure.plot(testAccuracy, label: "test acc", style: .dashed, marker: .square)
    figure.xlabel = "epochs"
    figure.ylabel = "accuracy"
    figure.ylim = 0...1
    figure.legend(.lowerRight)
    page.figure(
      "accuracy", figure,
      caption: """
        Accuracy by epoch. The two curves stay together: what the network learnt holds for pictures \
        it has not seen.
        """)
  }

  private func lossCurve(_ losses: [Double]) -> Figure {
    var figure = Figure()
    figure.plot(losses, label: "a batch", color: .skyBlue, width: 1)
    let window = 100
    let middles = stride(from: 0, to: losses.count - window + 1, by: window / 2)
    figure.plot(
      middles.map { Double($0 + window / 2) },
      middles.map { losses[$0..<$0 + window].reduce(0, +) / Double(window) },
      label: "mean of 100", color: .vermilion)
    figure.xlabel = "iteration"
    figure.ylabel = "loss"
    figure.ylim = 0...2.5
    figure.legend(.upperRight)
    return figure
  }

  private func updateRule(_ page: LessonPage) {
    page.heading("The rule of the review chapter")
    let (w, rate, slope) = (0.5, 0.1, 2.0)
    page.slip(
      "update-rule", course: w - w * rate * slope, right: w - rate * slope,
      why: "A weight of 0.5 with the slope 2 and η = 0.1. The review chapter writes "
        + "W₁ - W₁ η ∂L/∂W₁, with the weight a second time. By that rule a weight of 0 would stay "
        + "0 for ever; the program has W -= η ∂L/∂W.")
  }

  private func seconds(_ time: Duration) -> String {
    let value = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    return "\((value * 1e4).rounded() / 1e4) s"
  }
}
