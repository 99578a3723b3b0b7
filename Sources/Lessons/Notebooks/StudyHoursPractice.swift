import Backprop

/// The two exercises of notebook 003: a third layer, and ReLU.
struct StudyHoursPractice: Lesson {
  let name = "study-hours-practice"
  let title = "Study, sleep and grades: a third layer, and ReLU"
  let summary =
    "one more hidden layer; ReLU in place of the sigmoid, and a function that ruins its input"
  let source = "Notebook 003, study hours and grades"

  let x = Tensor([[3.0, 5], [5, 1], [10, 2]], scalarType: .float64)
  let y = Tensor([[0.75], [0.82], [0.93]], scalarType: .float64)
  /// The notebook draws its weights without a seed.
  let seed: UInt32 = 3

  func run(on page: LessonPage) {
    page.heading("A third layer")
    page.say(
      "Two hidden layers of four units: one more delta, found from the next as before. Weights from "
        + "`NumPyRandom(seed: 3)`.")
    let threeLayers = train(initialWeights(seed: seed), hidden: .sigmoid)
    page.print(printed(threeLayers.losses.map { $0 / 2 }))
    page.slip(
      "loss-0", course: threeLayers.losses[0] / 2, right: threeLayers.losses[0],
      why:
        "`loss = MSE(y, y_hat) / 2` halves a second time, so these losses are not to be compared "
        + "with those of the network of two layers, which are halved once.")
    page.slip(
      "loss-27", course: threeLayers.losses[27] / 2, right: threeLayers.losses[27],
      why: "The last epoch that the notebook shows.")
    page.show("loss-99", threeLayers.losses[99], as: "loss in epoch 99")
    page.show("prediction", threeLayers.prediction, as: "yHat after 100 epochs")
    let automatic = trainWithBackward(initialWeights(seed: seed), hidden: .sigmoid)
    page.show("loss-99-backward", automatic[99], as: "loss in epoch 99, by backward()")
    page.show(
      "agree",
      Tensor(automatic, scalarType: .float64).isClose(
        to: Tensor(threeLayers.losses, scalarType: .float64), relativeTolerance: 1e-10),
      as: "all 100 losses agree")

    page.heading("leru and leru_prime")
    page.say(
      "The notebook's ReLU writes into the array that it is given, and returns `z1`, an array of an "
        + "earlier cell. A Swift function cannot change its argument unless it says `inout`; to show "
        + "what happens, this one says it.")
    var overwritten = x
    let slope = leruPrime(&overwritten)
    page.show("leru-prime", slope, as: "leru_prime(x)")
    page.slip(
      "x-after", course: overwritten, right: x,
      why: "`z[z > 0] = 1` writes through to x itself: the hours of study and sleep are gone. "
        + "`x.step()` makes a new array.")
    page.slip(
      "leru", course: "z[z < 0] = 0; return z1",
      right: Tensor([-2.0, 0, 3], scalarType: .float64).relu(),
      why: "Whatever it is given, `leru` returns the first layer's sums of the network trained "
        + "before. For -2, 0 and 3 it should return 0, 0 and 3.")

    page.heading("What the ruined data would teach")
    page.say(
      "With three equal rows a network can only give one answer. The best is the mean grade, with "
        + "half the squared error 0.008233; training cannot get below it.")
    let ruined = train(initialWeights(seed: seed), hidden: .sigmoid, on: overwritten)
    page.show("ruined-prediction", ruined.prediction, as: "yHat, trained on ones")
    page.show("ruined-loss", ruined.losses[99], as: "loss in epoch 99")
    let mean = y.mean()
    page.show("ruined-limit", 0.5 * (y - mean).squared().sum().item, as: "the least loss possible")

    page.heading("ReLU instead")
    page.say(
      "The exercise that the notebook set out to do: ReLU in both hidden layers, the sigmoid for the "
        + "grade.")
    let relu = train(initialWeights(seed: seed), hidden: .relu)
    page.print(printed(relu.losses))
    page.show("relu-loss-0", relu.losses[0], as: "loss in epoch 0")
    page.show("relu-loss-99", relu.losses[99], as: "loss in epoch 99")
    page.show("relu-prediction", relu.prediction, as: "yHat after 100 epochs")
    page.say(
      "Its loss is 25 times smaller. But from seed 2 the first step takes every unit of the second "
        + "hidden layer below zero, for every row. There ReLU's slope is zero, so nothing changes any "
        + "more: the network answers sigmoid(0) = 0.5 for ever. The units have died.")
    let dead = train(initialWeights(seed: 2), hidden: .relu)
    page.show("dead-prediction", dead.prediction, as: "yHat from seed 2")
    page.show("dead-loss", dead.losses[99], as: "loss in epoch 99, seed 2")
    page.figure(
      "losses",
      lossesFigure([
        ("sigmoid, three layers", threeLayers.losses), ("the same, trained on ones", ruined.losses),
        ("ReLU", relu.losses), ("ReLU, seed 2: dead", dead.losses),
      ]), caption: "Half the squared error of the three grades, all halved once.")
  }

  typealias Weights = (w1: Tensor, w2: Tensor, w3: Tensor)

  func initialWeights(seed: UInt32) -> Weights {
    var random = NumPyRandom(seed: seed)
    return (
      Tensor(random.randn(2 * 4), shape: [2, 4], scalarType: .float64),
      Tensor(random.randn(4 * 4), shape: [4, 4], scalarType: .float64),
      Tensor(random.randn(4 * 1), shape: [4, 1], scalarType: .float64)
    )
  }

  /// The derivative of an activation, from its result.
  func slope(_ a: Tensor, _ activation: Activation) -> Tensor {
    activation == .relu ? a.step() : a * (1 - a)
  }

  /// The notebook's loop, with the loss halved once.
  func train(
    _ weights: Weights, hidden: Activation, on data: Tensor? = nil
  ) -> (losses: [Double], prediction: Tensor) {
    var (w1, w2, w3) = weights
    let x = data ?? self.x
    var losses: [Double] = []
    for _ in 0..<100 {
      let a1 = hidden(x.matmul(w1))
      let a2 = hidden(a1.matmul(w2))
      let prediction = a2.matmul(w3).sigmoid()
      losses.append(((y - prediction).pow(2) / 2).sum().item)

      let delta1 = (prediction - y) * slope(prediction, .sigmoid)
      let gradient3 = a2.transposed().matmul(delta1)

      let delta2 = delta1.matmul(w3.transposed()) * slope(a2, hidden)
      let gradient2 = a1.transposed().matmul(delta2)

      let delta3 = delta2.matmul(w2.transposed()) * slope(a1, hidden)
      let gradient1 = x.transposed().matmul(delta3)

      w3 -= gradient3
      w2 -= gradient2
      w1 -= gradient1
    }
    return (losses, hidden(hidden(x.matmul(w1)).matmul(w2)).matmul(w3).sigmoid())
  }

  /// The same training as layers, a loss and an optimizer.
  func trainWithBackward(_ weights: Weights, hidden: Activation) -> [Double] {
    let network = MultilayerPerceptron(
      [weights.w1, weights.w2, weights.w3].map { Linear(weight: $0.array) }, activation: hidden)
    let optimizer = SGD(for: network, learningRate: 1)
    return (0..<100).map { _ in
      let loss = squaredError(predictions: network(x).sigmoid(), targets: y)
      optimizer.update(using: loss.backward())
      return loss.item
    }
  }

  /// The notebook's `leru_prime`, which changes what it is given.
  func leruPrime(_ z: inout Tensor) -> Tensor {
    z = Tensor.where(z .< 0, 0, z)
    z = Tensor.where(z .> 0, 1, z)
    return z
  }

  func printed(_ losses: [Double]) -> String {
    [0, 1, 2, 3, 4, 27, 99].map { "epoch:\($0), loss:\(losses[$0])" }.joined(separator: "\n")
  }

  func lossesFigure(_ runs: [(String, [Double])]) -> Figure {
    var figure = Figure()
    for (index, (name, losses)) in runs.enumerated() {
      figure.plot(losses, label: name, style: [.solid, .dashed, .solid, .dashed][index])
    }
    figure.yscale = .log
    figure.ylim = 1e-4...30
    figure.legend(.upperRight)
    figure.grid = true
    figure.title = "Grades: a third layer, ReLU"
    figure.xlabel = "epoch"
    figure.ylabel = "loss"
    return figure
  }
}
