import ArgumentParser
import Backprop

@main
struct BackpropCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "backprop")
  func run() throws {
    class P: TrainingObserver { func receive(_ e: TrainingEvent) { if case .step = e { return }; print(e) } }
    for name in ["mnist", "digits"] {
    let clock = ContinuousClock()
    var (train, test) = Digits.draw(trainCount: 10, testCount: 10)
    print(clock.measure { (train, test) = name == "mnist" ? try! MNIST.load() : Digits.draw() })
    var c = TrainingConfiguration()
    c.length = .steps(10000)
    let m = c.makeModel(inputs: 784, classes: 10)
    print(try m.summary(input: [1, 784]))
    var t = Trainer(m, train: train, test: test, configuration: c)
    t.observers = [P()]
    let r = try t.run()
    print(Double(r.steps) / r.seconds)
    if name == "digits" { print("on mnist", evaluate(m, on: try MNIST.load().test).accuracy) }
    }
  }
}
