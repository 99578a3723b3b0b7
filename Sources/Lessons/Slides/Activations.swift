import Backprop

/// The step, sigmoid, ReLU and identity functions and their graphs.
struct Activations: Lesson {
  let name = "activations"
  let title = "Activation functions"
  let summary = "step, sigmoid, ReLU and identity, and their graphs"
  let source = "Slides, 03 Forward Propagation"

  func run(on page: LessonPage) {
    page.say(
      "A neuron adds up its inputs, a = b + w₁x₁ + w₂x₂, and hands on y = h(a). A perceptron's h "
        + "is the step; a network that learns needs one with a slope.")
    let few = Tensor([-5, -1, 0, 1, 5], scalarType: .float64)
    page.show("x", few)
    page.show("step", few.step(), as: "x.step()")
    page.show("sigmoid", few.sigmoid(), as: "x.sigmoid()")
    page.show("relu", few.relu(), as: "x.relu()")
    page.show("identity", Activation.identity(few), as: "Activation.identity(x)")
    page.slip(
      "np-int", course: "np.array(x > 0, dtype = np.int)", right: "(x > 0).astype(int)",
      why: "`np.int` was taken out of NumPy with version 1.24; the slide's line stops there.")

    page.heading("The graphs")
    let x = Tensor.range(from: -5, to: 5, by: 0.1, scalarType: .float64)
    page.figure(
      "step-and-sigmoid", graph(x, ("step", x.step()), ("sigmoid", x.sigmoid()), -0.1...1.1),
      caption:
        "The step jumps at 0; the sigmoid goes from 0 to 1 smoothly, with a slope everywhere.")
    page.figure(
      "relu-and-identity", graph(x, ("identity", x), ("ReLU", x.relu()), -5.5...5.5),
      caption: "ReLU is 0 below zero and the identity above.")

    page.heading("Why not the step?")
    page.say(
      "Learning follows slopes. The step's is 0 wherever it has one, and so nothing is learnt; the "
        + "sigmoid's is y(1 - y), largest at 0.")
    let z = x.requiringGradient()
    let slope = z.sigmoid().sum().backward()[z]
    page.show("slope-at-0", slope[50].item, as: "sigmoid′(0)")
    var figure = Figure()
    figure.plot(x.doubles, slope.doubles, label: "sigmoid′(x)")
    figure.plot(x.doubles, x.doubles.map { _ in 0 }, label: "step′(x)", style: .dashed)
    figure.ylim = -0.05...0.3
    figure.xlabel = "x"
    figure.legend(.upperRight)
    page.figure("slopes", figure, caption: "The slopes of the sigmoid and of the step.")

    page.heading("Two rules of the review chapter")
    page.slip(
      "threshold", course: (few.sigmoid() .> 0), right: (few.sigmoid() .> 0.5),
      why: "The slide says 1 where h(b + w₁x₁ + w₂x₂) > 0. A sigmoid is above 0 everywhere, so "
        + "that neuron always says 1. The sum is above 0 where the sigmoid is above 0.5.")
    page.slip(
      "continuous-everywhere", course: "Sigmoid and ReLU: differentiable",
      right: "Sigmoid: differentiable; ReLU: everywhere but at 0",
      why: "ReLU has a corner at 0. Programs take 0 for the slope there, which does no harm.")
  }

  private func graph(
    _ x: Tensor, _ first: (name: String, y: Tensor), _ second: (name: String, y: Tensor),
    _ limits: ClosedRange<Double>
  ) -> Figure {
    var figure = Figure()
    figure.plot(x.doubles, first.y.doubles, label: first.name, style: .dashed)
    figure.plot(x.doubles, second.y.doubles, label: second.name)
    figure.ylim = limits
    figure.xlabel = "x"
    figure.legend(.upperLeft)
    return figure
  }
}
