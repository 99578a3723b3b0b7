// An operation of one's own that saves a value on the way forward and uses it on the way back.
import Backprop

/// x σ(x). With s = σ(x) its slope is s + x s (1 - s), so s need not be computed again.
struct Swish: ComposedOperation {
  let name = "swish"
  let savedCount = 1

  func callOnTensors(_ inputs: [Tensor], save: (Tensor) -> Void) -> Tensor {
    let s = inputs[0].sigmoid()
    save(s)
    return inputs[0] * s
  }

  func gradientNeeds(for inputs: Inputs) -> GradientNeeds { .input(0) }

  func backward(_ pass: inout BackwardPass) {
    let (x, s) = (pass.input(0), pass.saved(0))
    pass.add(pass.cotangent * (s + x * s * (1 - s)), to: 0)
  }
}

let swish = Swish()
let x = Tensor([-2.0, 0.0, 2.0]).requiringGradient()
let y = swish(x)
print("value \(y)")
print("slope \(y.sum().backward()[x])")

// Against central differences.
let check = checkGradient(at: [NDArray([-2, 0, 2], scalarType: .float64)]) { swish($0[0]) }
print(check)
precondition(check.passes())
