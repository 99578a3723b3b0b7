// Operations of one's own: one from two closures, and one over raw elements that saves a value for
// its gradient. Both are recorded, drawn, checked and run on shapes like those of the library.
import Backprop
import Foundation

// swish(x) = x σ(x), written in tensors. Its operations are not recorded: the graph holds one node
// with the input and the result. With s = σ(x) the gradient is s + y (1 − s).
let swish = DifferentiableFunction("swish") { x in
  x * x.sigmoid()
} gradient: { x, y, g in
  let s = x.sigmoid()
  return g * (s + y * (1 - s))
}

// softplus(x) = ln(1 + eˣ) in one pass over memory. Its gradient is σ(x), which falls out on the
// way: saved, it needs neither the input nor the result.
struct Softplus: KernelOperation {
  var name: String { "softplus" }
  var savedCount: Int { 1 }

  // The shape rule, which never looks at numbers.
  func resultType(_ inputs: Inputs) throws(ShapeError) -> TensorType {
    try inputs.requireFloatingPoint(0, name)
    return inputs[0].type
  }

  func compute(_ pass: inout ForwardPass) {
    switch pass.inputs[0].scalarType {
    case .float32: fill(&pass, Float.self, exp, log1p)
    case .float64: fill(&pass, Double.self, exp, log1p)
    default: fatalError("softplus: the shape rule lets no other type through")
    }
  }

  private func fill<S: Scalar & BinaryFloatingPoint>(
    _ pass: inout ForwardPass, _ type: S.Type, _ exp: (S) -> S, _ log1p: (S) -> S
  ) {
    let x = pass.input(0)
    var slope = NDArray.zeros(x.shape, scalarType: x.scalarType)
    pass.withOutput(as: type) { out in
      slope.withMutableScalars(as: type) { slope in
        // In row-major order, however the input lies.
        x.withContiguousScalars(as: type) { x in
          for index in x.indices {
            let e = exp(-abs(x[index]))  // never overflows
            out[index] = max(x[index], 0) + log1p(e)
            slope[index] = (x[index] < 0 ? e : 1) / (1 + e)
          }
        }
      }
    }
    pass.save(slope)
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .nothing }

  func backward(_ pass: inout BackwardPass) {
    // What was saved is a constant; to be differentiated again, it must be computed from the input,
    // and then the input would be declared in gradientNeeds(for:).
    pass.add(pass.cotangent * pass.saved(0), to: 0)
  }
}

let softplus = Softplus()
let x = Tensor([-100.0, -1.0, 0.0, 1.0, 100.0]).requiringGradient(named: "x")
print("swish    \(swish(x))")
print("softplus \(softplus(x))")
print("slopes   \(swish(x).sum().backward()[x])")
print("         \(softplus(x).sum().backward()[x])")

// Checked against central differences, as the library's own are.
var random = RandomSource(seed: 0)
let point = NDArray.normal([4, 3], scalarType: .float64, using: &random)
for (name, check) in [
  ("swish", checkGradient(at: [point]) { swish($0[0]) }),
  ("softplus", checkGradient(at: [point]) { softplus($0[0].transposed()) }),
] {
  print("\(name): \(check)")
  guard check.passes() else { fatalError("the gradient of \(name) is wrong") }
}

// Run on shapes alone; and a mistake is an error that says where.
print(try swish(softplus(Tensor(shapeOnly: TensorType([64, 10])))).checkedType())
do {
  _ = try softplus.evaluate([Tensor([1, 2, 3] as [Int])])
} catch {
  print(error)
}
print(GraphDrawing(of: softplus(swish(x)).sum()).mermaid())
