import Backprop

/// Hours of study and sleep, and the grade: forward, both gradients, and 100 epochs.
struct StudyHours: Lesson {
  let name = "study-hours"
  let title = "Study, sleep and grades"
  let summary = "the two gradients of a 2-3-1 and a 2-4-1 network, derived, computed and trained"
  let source = "Notebook 003, study hours and grades"

  /// Hours of study and of sleep.
  let x = Tensor([[3.0, 5], [5, 1], [10, 2]], scalarType: .float64)
  /// Grades.
  let y = Tensor([[0.75], [0.82], [0.93]], scalarType: .float64)
  /// The notebook draws its weights without a seed.
  let seed: UInt32 = 3

  func run(on page: LessonPage) {
    forward(on: page)
    chainRule(on: page)
    sigmoidAndDerivative(on: page)
    gradients(on: page)
    training(on: page)
  }

  // MARK: Steps 1 and 2

  func forward(on page: LessonPage) {
    page.heading("Data and forward propagation")
    page.say(
      "Two inputs, three hidden units, one result, the sigmoid after both layers. The notebook's "
        + "weights are random and not seeded; these come from `NumPyRandom(seed: 3)`.")
    page.show("x", x, as: "x")
    page.show("y", y, as: "y")
    var random = NumPyRandom(seed: seed)
    let w1 = Tensor(random.randn(2 * 3), shape: [2, 3], scalarType: .float64)
    let w2 = Tensor(random.randn(3 * 1), shape: [3, 1], scalarType: .float64)
    let z2 = x.matmul(w1)
    let a2 = z2.sigmoid()
    let z3 = a2.matmul(w2)
    let prediction = z3.sigmoid()
    page.show("forward-prediction", prediction, as: "yHat")
    page.say(
      "The notebook's `MSE` is half the squared error of each row; it takes no mean. Its sum is "
        + "`squaredError(predictions: yHat, targets: y)`.")
    let loss = (y - prediction).pow(2) / 2
    page.show("forward-loss", loss, as: "(y - yHat)² / 2")
    page.show(
      "forward-loss-sum", squaredError(predictions: prediction, targets: y).item,
      as: "squaredError(predictions: yHat, targets: y)")
  }

  // MARK: Step 3_2

  func chainRule(on page: LessonPage) {
    page.heading("The chain rule")
    page.say(
      "The notebook's example differentiates (3x² + 7x)² and finds 2 (3x² + 7x)(6x + 7): 260 at "
        + "x = 1. `backward()` finds the same.")
    let x = Tensor([1.0], scalarType: .float64).requiringGradient(named: "x")
    let inner = 3 * x.pow(2) + 7 * x
    let derivative = inner.pow(2).sum().backward()[x]
    page.show("chain-rule", derivative.item, as: "derivative at 1")
    page.slip(
      "chain-rule-formula", course: "(g · x)′ = (g · x) g′", right: "(g(f(x)))′ = g′(f(x)) · f′(x)",
      why: "The rule above the example lacks the outer derivative, the 2 in 2 (3x² + 7x)(6x + 7).")
  }

  // MARK: Step 3_4

  /// The notebook's `sigmoid_prime`: e⁻ᶻ / (1 + e⁻ᶻ)².
  func sigmoidPrime(_ z: Tensor) -> Tensor { (-z).exp() / (1 + (-z).exp()).pow(2) }

  func sigmoidAndDerivative(on page: LessonPage) {
    page.heading("The sigmoid and its derivative")
    let z = Tensor.range(from: -10, to: 10, scalarType: .float64)
    let sigmoid = z.sigmoid()
    let prime = sigmoidPrime(z)
    page.show("sigmoid", sigmoid, as: "sigmoid of -10, -9 … 9")
    page.show("sigmoid-prime", prime, as: "sigmoidPrime of -10, -9 … 9")
    let leaf = z.requiringGradient(named: "z")
    page.show(
      "sigmoid-prime-agrees",
      leaf.sigmoid().sum().backward()[leaf].isClose(
        to: prime, relativeTolerance: 1e-10, absoluteTolerance: 1e-15),
      as: "the same by backward()")
    page.slip(
      "sigmoid-plot", course: prime.argmax().item, right: z.doubles[Int(prime.argmax().item)],
      why:
        "`plt.plot(sig)` has no x, so the notebook's picture runs from 0 to 19 and the derivative "
        + "seems to peak at 10. Plotted over z it peaks at 0, where the sigmoid is one half.")
    let far = Tensor([-800.0], scalarType: .float64)
    page.slip(
      "sigmoid-prime-far", course: sigmoidPrime(far).item.description, right: derivative(at: far),
      why:
        "e⁸⁰⁰ is infinite, and infinity over infinity is not a number. From the sigmoid's result, "
        + "y (1 − y), it is 0; that is how `backward()` computes it.")
    page.figure(
      "sigmoid-curve", sigmoidFigure(sigmoid.doubles, prime.doubles),
      caption: "Left, as the notebook draws them, by the number of the point. Right, over z.")
  }

  func derivative(at z: Tensor) -> Double {
    let leaf = z.requiringGradient()
    return leaf.sigmoid().sum().backward()[leaf].item
  }

  func sigmoidFigure(_ sigmoid: [Double], _ prime: [Double]) -> Figure {
    var figure = Figure(width: 960, height: 380, rows: 1, columns: 2)
    figure[0, 0].plot(sigmoid, label: "sig")
    figure[0, 0].plot(prime, label: "sig_prime")
    figure[0, 0].title = "sigmoid differentiation, as drawn"
    figure[0, 0].xlabel = "number of the point"
    let z = Tensor.linearSpace(from: -10, to: 10, count: 201, scalarType: .float64)
    figure[0, 1].plot(z.doubles, z.sigmoid().doubles, label: "sigmoid(z)")
    figure[0, 1].plot(z.doubles, sigmoidPrime(z).doubles, label: "its derivative")
    figure[0, 1].title = "sigmoid differentiation"
    figure[0, 1].xlabel = "z"
    for column in 0..<2 {
      figure[0, column].grid = true
      figure[0, column].legend(.upperLeft)
    }
    return figure
  }

  // MARK: Steps 3_5 and 3_6

  /// Weights of a network of two inputs, four hidden units and one result.
  func initialWeights() -> (w1: Tensor, w2: Tensor) {
    var random = NumPyRandom(seed: seed)
    return (
      Tensor(random.randn(2 * 4), shape: [2, 4], scalarType: .float64),
      Tensor(random.randn(4 * 1), shape: [4, 1], scalarType: .float64)
    )
  }

  /// The notebook's step code: the loss and both gradients.
  func step(_ w1: Tensor, _ w2: Tensor) -> (loss: Tensor, gradient1: Tensor, gradient2: Tensor) {
    let z1 = x.matmul(w1)
    let a1 = z1.sigmoid()
    let z2 = a1.matmul(w2)
    let prediction = z2.sigmoid()
    let loss = (y - prediction).pow(2) / 2

    let delta1 = (prediction - y) * sigmoidPrime(z2)
    let gradient2 = a1.transposed().matmul(delta1)

    let delta2 = delta1.matmul(w2.transposed()) * sigmoidPrime(z1)
    let gradient1 = x.transposed().matmul(delta2)
    return (loss, gradient1, gradient2)
  }

  func gradients(on page: LessonPage) {
    page.heading("The two gradients")
    page.say(
      "∂loss/∂W2 = a1ᵀ · δ1 with δ1 = (ŷ − y) f′(z2), and ∂loss/∂W1 = xᵀ · δ2 with "
        + "δ2 = δ1 · W2ᵀ · f′(z1). Four hidden units from here on.")
    let (start1, start2) = initialWeights()
    let (loss, gradient1, gradient2) = step(start1, start2)
    page.show("w2-gradient", gradient2, as: "w2Gradient")
    page.show("w1-gradient", gradient1, as: "w1Gradient")

    let w1 = start1.requiringGradient(named: "W1")
    let w2 = start2.requiringGradient(named: "W2")
    let prediction = x.matmul(w1).sigmoid().matmul(w2).sigmoid()
    let gradients = squaredError(predictions: prediction, targets: y).backward()
    page.show("w2-gradient-backward", gradients[w2], as: "the same by backward()")
    page.show("w1-gradient-backward", gradients[w1], as: "the same by backward()")
    page.show(
      "gradients-agree",
      gradients[w1].isClose(to: gradient1, relativeTolerance: 1e-12)
        && gradients[w2].isClose(to: gradient2, relativeTolerance: 1e-12), as: "they agree")
    page.slip(
      "loss-halved-twice", course: (loss / 2).sum().item, right: loss.sum().item,
      why:
        "`MSE` halves already, and the step code writes `MSE(y, y_hat) / 2`. The gradients belong "
        + "to the loss that is halved once; the loss that it prints is half of that.")
  }

  // MARK: Training

  func training(on page: LessonPage) {
    page.heading("100 epochs")
    page.say(
      "Each epoch takes both gradients over the three rows and subtracts them: a learning rate of 1. "
        + "(`lr = 3` in the notebook's `forward` is never used.)")
    var (w1, w2) = initialWeights()
    var losses: [Double] = []
    for _ in 0..<100 {
      let (loss, w1Gradient, w2Gradient) = step(w1, w2)
      w1 -= w1Gradient
      w2 -= w2Gradient
      losses.append(loss.sum().item)
    }
    page.print(
      [0, 1, 2, 3, 4, 27, 99].map { "epoch:\($0), loss:\(losses[$0])" }.joined(separator: "\n"))
    page.show("loss-0", losses[0], as: "loss in epoch 0")
    page.show("loss-27", losses[27], as: "loss in epoch 27, the last that the notebook shows")
    page.show("loss-99", losses[99], as: "loss in epoch 99")
    let prediction = x.matmul(w1).sigmoid().matmul(w2).sigmoid()
    page.show("prediction", prediction, as: "yHat after 100 epochs")
    page.figure("loss", lossFigure(losses), caption: "The loss falls fast, then creeps.")
    page.figure(
      "grades", gradesFigure(w1, w2),
      caption: "What the network makes of every mixture of study and sleep.")
  }

  func lossFigure(_ losses: [Double]) -> Figure {
    var figure = Figure()
    figure.plot(losses)
    figure.yscale = .log
    figure.grid = true
    figure.title = "Half the squared error of the three grades"
    figure.xlabel = "epoch"
    figure.ylabel = "loss"
    return figure
  }

  func gradesFigure(_ w1: Tensor, _ w2: Tensor) -> Figure {
    let study = (0...24).map { Double($0) / 2 }
    let sleep = (0...16).map { Double($0) / 2 }
    let mixtures = Tensor(
      study.flatMap { hours in sleep.map { [hours, $0] } }, scalarType: .float64)
    let grades = mixtures.matmul(w1).sigmoid().matmul(w2).sigmoid()
      .reshaped(to: [study.count, sleep.count])
    var figure = Figure(width: 720, height: 520)
    figure.surface(study, sleep, sleep.indices.map { grades[.all, $0].doubles })
    figure.title = "Predicted grade"
    figure.xlabel = "hours of study"
    figure.ylabel = "hours of sleep"
    figure.zlabel = "grade"
    figure.colorBar = true
    return figure
  }
}
