// Gradients: recording, walking back, checking against differences, and walking downhill.
import Backprop

// A tensor that requires a gradient records what is computed from it.
let x = Tensor([3.0, 4.0]).requiringGradient(named: "x")
let y = (x * x).sum()
print("f(x) = Σ x² at \(x): \(y.item)")
print("∂f/∂x, which is 2x: \(y.backward()[x])")

// Nothing accumulates: a gradient is a value that belongs to one call of backward.
let product = (x * Tensor([10.0, 20.0])).sum()
print("∂(10 x₀ + 20 x₁)/∂x: \(product.backward()[x])")

// Gradients are tensors, so they can be differentiated again. With x⁴: 4x³, then 12x².
let z = Tensor([2.0]).requiringGradient()
let first = z.pow(4).sum().backward(recordingGraph: true)[z]
let second = first.sum().backward()[z]
print("(x⁴)′ and (x⁴)″ at 2: \(first) \(second)")

// Is a gradient right? Central differences, two evaluations an element, know nothing of graphs.
let point = NDArray([[0.3, -0.7], [0.2, 0.9]], scalarType: .float64)
print(checkGradient(at: [point]) { ($0[0].matmul($0[0].transposed())).tanh() })

// Downhill on f(x, y) = x²/20 + y²: the valley is long, so the steps along it are small.
var position = Tensor([-7.0, 2.0])
for step in 0...60 {
  let here = position.requiringGradient()
  let height = (here * here * Tensor([0.05, 1.0])).sum()
  if step % 15 == 0 { print("step \(step): \(position)  height \(height.item)") }
  position = position - height.backward()[here] * 0.9
}

// The recorded graph can be drawn: as SVG, DOT or Mermaid.
print("\nThe graph of f as Mermaid:\n\(GraphDrawing(of: y).mermaid())")
