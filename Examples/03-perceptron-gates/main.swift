// The perceptron of 1958: a weighted sum and a threshold. Three gates chosen by hand, one learned.
import Backprop

/// 1 if the weighted sum of the inputs and the bias is above zero, else 0.
struct Perceptron {
  var weights: Tensor
  var bias: Double

  func callAsFunction(_ inputs: Tensor) -> Tensor { (inputs.matmul(weights) + bias).step() }
}

let inputs = Tensor([[0, 0], [1, 0], [0, 1], [1, 1]])
let and = Perceptron(weights: Tensor([0.5, 0.5]), bias: -0.7)
let nand = Perceptron(weights: Tensor([-0.5, -0.5]), bias: 0.7)
let or = Perceptron(weights: Tensor([0.5, 0.5]), bias: -0.2)
print("inputs  (0,0) (1,0) (0,1) (1,1)")
print("AND  ", and(inputs))
print("NAND ", nand(inputs))
print("OR   ", or(inputs))

// No line separates XOR's ones from its zeros, but two layers do: XOR = AND(NAND, OR).
func xor(_ inputs: Tensor) -> Tensor {
  and(Tensor.stack([nand(inputs), or(inputs)], axis: 1))
}
print("XOR  ", xor(inputs))

// Rosenblatt's rule: where the answer is wrong, move the weights toward (or from) the input.
func learn(_ name: String, _ targets: Tensor) {
  var perceptron = Perceptron(weights: Tensor.zeros([2]), bias: 0)
  for epoch in 1...20 {
    let errors = targets - perceptron(inputs)
    if errors.doubles.allSatisfy({ $0 == 0 }) {
      print("\(name): learned after \(epoch - 1) passes, w = \(perceptron.weights)")
      return
    }
    perceptron.weights += errors.matmul(inputs) * 0.5
    perceptron.bias += errors.sum().item * 0.5
  }
  print("\(name): not learned in 20 passes; a single perceptron cannot")
}
print()
learn("OR", or(inputs))
learn("NAND", nand(inputs))
learn("XOR", xor(inputs))
