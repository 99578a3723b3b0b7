// The names are the course's.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Backprop

/// What goes back through each layer, and a check of the whole network.
struct LayersBackward: Lesson {
  let name = "layers-backward"
  let title = "Layers, backwards"
  let summary = "ReLU, sigmoid, affine and softmax with loss backwards; a gradient check"
  let source = "Slides, 05 Backpropagation"

  func run(on page: LessonPage) {
    relu(page)
    sigmoid(page)
    affine(page)
    softmaxWithLoss(page)
    check(page)
  }

  private func relu(_ page: LessonPage) {
    page.heading("ReLU")
    page.say("The slide keeps a mask of the inputs that are not above zero.")
    let x = Tensor([1, 2, 3, -5, 10] as [Int])
    let mask = x .<= 0
    page.show("mask", mask, as: "mask = (x <= 0)")
    page.show("masked", Tensor.where(mask, 100, x), as: "x[mask] = 100")
    let z = x.cast(to: .float64).requiringGradient(named: "x")
    let y = z.relu()
    page.show("relu", y, as: "x.relu()")
    let dout = Tensor([1, 1, 1, 1, 1], scalarType: .float64)
    let dx = y.backward(from: dout)[z]
    page.show("relu-backward", dx, as: "backward from ones")
    page.slip(
      "dout-overwritten", course: dx, right: dout,
      why: "What is left in `dout` afterwards. The slide's backward writes zeros into the array "
        + "that it was given, so that whoever passed it finds it changed. A tensor is a value and "
        + "stays as it was.")
  }

  private func sigmoid(_ page: LessonPage) {
    page.heading("Sigmoid, node by node")
    page.say("y = 1 / (1 + exp(-x)) is four nodes. Let 1 arrive at y and go back, at x = 1.")
    let x = Tensor(1, scalarType: .float64).requiringGradient(named: "x")
    let minusX = x * -1
    let e = minusX.exp()
    let sum = e + 1
    let y = 1 / sum
    let gradients = y.backward(keepingIntermediates: true)
    page.graph(
      "sigmoid", svg: GraphDrawing(of: y, gradients: gradients).svg(),
      caption: "The four nodes of the sigmoid, with values forward and derivatives back.")
    page.show("sigmoid-y", y.item, as: "y")
    page.show("after-divide", gradients[sum].item, as: "after '/': -y²")
    page.show("after-add", gradients[e].item, as: "after '+': the same")
    page.show("after-exp", gradients[minusX].item, as: "after 'exp': -y² exp(-x)")
    page.show("after-multiply", gradients[x].item, as: "after '×' by -1: y² exp(-x)")
    page.show("y(1-y)", y.item * (1 - y.item), as: "y (1 - y)")
    let z = Tensor(1, scalarType: .float64).requiringGradient()
    page.show("sigmoid-backward", z.sigmoid().backward()[z].item, as: "x.sigmoid() backwards")
  }

  private func affine(_ page: LessonPage) {
    page.heading("Affine")
    page.say("Y = XW + B for two examples. What arrives is dY, of Y's shape.")
    let X = Tensor([[1.0, 0.5], [-1.0, 2.0]], scalarType: .float64).requiringGradient(named: "X")
    let W = Tensor([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], scalarType: .float64).requiringGradient(
      named: "W")
    let B = Tensor([0.1, 0.2, 0.3], scalarType: .float64).requiringGradient(named: "B")
    let dY = Tensor([[1, 2, 3], [4, 5, 6]], scalarType: .float64)
    let gradients = X.affine(W, B).backward(from: dY)
    page.show("dX", gradients[X], as: "dX = dY Wᵀ")
    page.show("dW", gradients[W], as: "dW = Xᵀ dY")
    page.show("dB", gradients[B], as: "dB = the sum of dY's rows")
    let byHand = X.detached.transposed().matmul(dY)
    page.show("dW-by-hand", byHand, as: "X.transposed().matmul(dY)")
  }

  private func softmaxWithLoss(_ page: LessonPage) {
    page.heading("Softmax with loss")
    page.say("Taken together, softmax and cross-entropy have the simplest gradient: y - t.")
    let a = Tensor([[0.3, 2.9, 4.0]], scalarType: .float64).requiringGradient(named: "a")
    let t = Tensor([[0, 0, 1]], scalarType: .float64)
    let loss = crossEntropy(logits: a, targets: t)
    page.show("softmax-loss", loss.item, as: "crossEntropy(logits: a, targets: t)")
    page.show("softmax-loss-backward", loss.backward()[a][0], as: "loss.backward()[a]")
    page.show("y-t", (a.detached.softmax() - t)[0], as: "y - t")
  }

  private func check(_ page: LessonPage) {
    page.heading("A gradient check")
    page.say(
      "Backpropagation is quick and easy to get wrong, trying is slow and simple: compare them. "
        + "A two-layer network on three examples, by every one of its parameters, in 64 bits.")
    var random = RandomSource(seed: 0)
    let network = TwoLayerNet(20, 10, 5, activation: .relu, scalarType: .float64, using: &random)
    let images = Tensor.uniform([3, 20], in: 0..<1, scalarType: .float64, using: &random)
    let labels = Tensor([0, 3, 1] as [Int32])
    let weights = network.namedParameters.map { $0.parameter.array }
    func loss(_ w: [Tensor]) -> Tensor {
      let hidden = images.affine(w[0], w[1], activation: .relu)
      return crossEntropy(logits: hidden.affine(w[2], w[3]), targets: labels)
    }
    let numerical = numericalGradient(at: weights, of: loss)
    let table = crossEntropy(logits: network(images), targets: labels).backward()
    for ((name, parameter), tried) in zip(network.namedParameters, numerical) {
      let difference = zip(table[parameter]!.doubles, tried.doubles).map { abs($0 - $1) }.max()!
      page.show("difference-\(name)", difference, as: "\(name): the largest difference")
    }
    page.say("Or in one line, with a smaller step and as a share of the larger number:")
    page.show(
      "check-gradient", checkGradient(at: weights, of: loss).passes(),
      as: "checkGradient(at: weights, of: loss).passes()")
  }
}
