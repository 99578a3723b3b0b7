// The names are the course's.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Backprop

/// A signal on its way through three layers.
struct ThreeLayerForward: Lesson {
  let name = "three-layer-forward"
  let title = "Forward through three layers"
  let summary = "2 inputs, 3 and 2 hidden neurons, 2 outputs, with the slide's weights"
  let source = "Slides, 03 Forward Propagation"

  func run(on page: LessonPage) {
    page.heading("From the input to the first layer")
    page.say(
      "A layer is a product of matrices and a bias: A = XW + B. The slide computes in 64 bits.")
    let x = Tensor([1.0, 0.5], scalarType: .float64)
    let W1 = Tensor([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]], scalarType: .float64)
    let B1 = Tensor([0.1, 0.2, 0.3], scalarType: .float64)
    let A1 = x.matmul(W1) + B1
    let Z1 = A1.sigmoid()
    page.show("A1", A1, as: "A1 = x.matmul(W1) + B1")
    page.show("Z1", Z1, as: "Z1 = A1.sigmoid()")
    page.slip(
      "W1-shape", course: "W⁽¹⁾ of shape (3, 3), rows w₁₁ w₁₂ w₁₃ …", right: W1.shape.description,
      why: "The slide's formula has a 3 × 3 matrix where two inputs meet three neurons. Its own "
        + "index, destination first, makes the rows w₁₁ w₂₁ w₃₁ and w₁₂ w₂₂ w₃₂.")

    page.heading("To the second layer and the output")
    let W2 = Tensor([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]], scalarType: .float64)
    let B2 = Tensor([0.1, 0.2], scalarType: .float64)
    let A2 = Z1.matmul(W2) + B2
    let Z2 = A2.sigmoid()
    page.show("A2", A2, as: "A2 = Z1.matmul(W2) + B2")
    page.show("Z2", Z2, as: "Z2 = A2.sigmoid()")
    let W3 = Tensor([[0.1, 0.3], [0.2, 0.4]], scalarType: .float64)
    let B3 = Tensor([0.1, 0.2], scalarType: .float64)
    page.show("A3", Z2.matmul(W3) + B3, as: "A3 = Z2.matmul(W3) + B3")

    page.heading("The same as one function")
    page.say(
      "The slide keeps the weights in a dictionary. Here they are layers, and the network is the "
        + "layers in order.")
    let network = MultilayerPerceptron(
      [
        Linear(weight: W1.array, bias: B1.array),
        Linear(weight: W2.array, bias: B2.array),
        Linear(weight: W3.array, bias: B3.array),
      ], activation: .sigmoid)
    let y = network(x.reshaped(to: [1, 2]))[0]
    page.show("y", y, as: "y = network(x)")
  }
}
