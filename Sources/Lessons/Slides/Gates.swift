// The names are the course's.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Backprop

/// AND, NAND and OR by one perceptron each, XOR by two layers of them.
struct Gates: Lesson {
  let name = "gates"
  let title = "Perceptrons as gates"
  let summary = "AND, NAND, OR by one perceptron, XOR by two layers"
  let source = "Slides, 02 Perceptron"

  /// y = 1 where w₁x₁ + w₂x₂ + b > 0, else 0, for each row of x.
  private func perceptron(_ x: Tensor, _ w: Tensor, _ b: Double) -> Tensor {
    (x.matmul(w) + b).step()
  }

  private func AND(_ x: Tensor) -> Tensor {
    perceptron(x, Tensor([0.5, 0.5], scalarType: .float64), -0.7)
  }
  private func NAND(_ x: Tensor) -> Tensor {
    perceptron(x, Tensor([-0.5, -0.5], scalarType: .float64), 0.7)
  }
  private func OR(_ x: Tensor) -> Tensor {
    perceptron(x, Tensor([0.5, 0.5], scalarType: .float64), -0.2)
  }

  func run(on page: LessonPage) {
    let x = Tensor([[0, 0], [1, 0], [0, 1], [1, 1]], scalarType: .float64)
    page.say(
      "A perceptron adds its inputs, each times a weight, and a bias, and says 1 if the sum is "
        + "above zero. All four inputs are computed at once: each is a row of `x`.")
    page.show("x", x)

    page.heading("One perceptron")
    page.show("AND", AND(x), as: "AND(x)")
    page.show("NAND", NAND(x), as: "NAND(x)")
    page.show("OR", OR(x), as: "OR(x)")
    page.slip(
      "NAND-bias", course: perceptron(x, Tensor([-0.5, -0.5], scalarType: .float64), -0.7),
      right: NAND(x),
      why: "The slide's text gives NAND the triple (-0.5, -0.5, -0.7), its code the bias 0.7. With "
        + "the bias -0.7 the sum is never above zero and the gate always says 0. The text calls "
        + "the third number a threshold θ = -b, which is right for NAND but not for AND and OR "
        + "beside it, where -0.7 and -0.2 are biases.")
    page.slip(
      "at-zero", course: "AND, NAND: 1 if sum >= 0; OR: 1 if sum > 0", right: "1 if sum > 0",
      why: "The definition gives 0 where the sum is exactly zero; the code of AND and NAND gives "
        + "1. No input of these gates meets the difference.")
    page.slip(
      "printed-result", course: "print(result) after AND(0, 0), NAND(0, 0), OR(0, 0)",
      right: [AND(x)[0].item, NAND(x)[0].item, OR(x)[0].item].map { Int($0) },
      why: "Each result overwrites the one before, so that the slide prints OR's alone: 0.")

    page.heading("XOR needs a second layer")
    page.say(
      "No straight line has the 1s of XOR on one side and its 0s on the other. NAND and OR as a "
        + "first layer and AND as a second do it.")
    let s1 = NAND(x)
    let s2 = OR(x)
    let s = Tensor.stack([s1, s2], axis: 1)
    page.show("s1", s1, as: "s1 = NAND(x)")
    page.show("s2", s2, as: "s2 = OR(x)")
    page.show("XOR", AND(s), as: "XOR = AND(s1, s2)")
    page.figure(
      "lines", lines(),
      caption: """
        Each perceptron draws a line; points above zero are on one side of it. NAND and OR together \
        cut out the strip in which XOR is 1.
        """)

    page.heading("Layers without a step between them")
    page.say(
      "The review chapter multiplies the matrices of two layers, y = W₂W₁x, and concludes that "
        + "layers solve harder problems. But a product of matrices is one matrix, and one matrix is "
        + "one perceptron: it is the step between the layers that makes XOR possible.")
    let W1 = Tensor([[-0.5, 0.5], [-0.5, 0.5]], scalarType: .float64)
    let W2 = Tensor([0.5, 0.5], scalarType: .float64)
    page.show("W2W1", W1.matmul(W2), as: "W₂W₁")
    let withoutStep = (x.matmul(W1) + Tensor([0.7, -0.2], scalarType: .float64)).matmul(W2) - 0.7
    page.slip(
      "without-step", course: withoutStep.step(), right: AND(s),
      why: "The same weights without the step in between give the same sum for every input, as "
        + "NAND's weights and OR's cancel each other.")
  }

  private func lines() -> Figure {
    var figure = Figure(width: 520, height: 480)
    figure.scatter([0, 1], [0, 1], label: "XOR = 0", color: .blue, size: 12)
    figure.scatter([1, 0], [0, 1], label: "XOR = 1", color: .vermilion, marker: .square, size: 12)
    let x1 = [-0.5, 1.8]
    // w₁x₁ + w₂x₂ + b = 0, solved for x₂.
    figure.plot(x1, x1.map { 1.4 - $0 }, label: "NAND = 0 above", color: .green, style: .dashed)
    figure.plot(x1, x1.map { 0.4 - $0 }, label: "OR = 0 below", color: .purple, style: .dotted)
    figure.xlim = -0.5...1.8
    figure.ylim = -0.5...1.8
    figure.aspect = .equal
    figure.xlabel = "x₁"
    figure.ylabel = "x₂"
    figure.legend(.upperRight)
    return figure
  }
}
