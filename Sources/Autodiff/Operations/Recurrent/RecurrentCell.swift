import BackpropArrays
import CBackpropKernels

/// What a recurrent network does at a step.
///
/// x is what comes from the input, p the product of the state h and the weight, with its bias; both have
/// the same number of parts, one beside the other:
///
/// - `rnn`: h' = activation(x + p).
/// - `gru`, with the parts r, z, n: r = σ(xr + pr), z = σ(xz + pz), n = tanh(xn + r pn),
///   h' = (1 − z) n + z h.
/// - `lstm`, with the parts i, f, g, o: c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c'), of x + p.
package enum RecurrentCell: Sendable {
  /// A network of one activation.
  case rnn(Activation)
  /// Gated recurrent units.
  case gru
  /// Long short-term memory.
  case lstm

  /// The name in errors and drawings.
  package var name: String {
    switch self {
    case .rnn: "rnn"
    case .gru: "gru"
    case .lstm: "lstm"
    }
  }

  /// How many parts come from the input.
  package var gateCount: Int {
    switch self {
    case .rnn: 1
    case .gru: 3
    case .lstm: 4
    }
  }

  /// How many tensors a state has: h, and an LSTM's c.
  package var stateCount: Int {
    if case .lstm = self { 2 } else { 1 }
  }

  /// How many parts the gates have that are kept of a step: h'; r, z, pn, n; σ(i), σ(f), tanh(g), σ(o).
  var keptCount: Int {
    if case .rnn = self { 1 } else { 4 }
  }

  /// The walk along `steps` of `batch` sequences.
  func walk(
    steps: Int, batch: Int, hidden: Int, lengths: NDArray?, isReversed: Bool
  ) -> RecurrentWalk {
    let (kind, activation) =
      switch self {
      case .rnn(let activation): (BP_RNN, activation)
      case .gru: (BP_GRU, .identity)
      case .lstm: (BP_LSTM, .identity)
      }
    return RecurrentWalk(
      kind, activation: activation.kernel, steps: steps, batch: batch, hidden: hidden,
      lengths: lengths, isReversed: isReversed)
  }

  // MARK: In tensors

  /// The next state, from the gates of a step and the state before it.
  func next(_ gates: Tensor, _ state: [Tensor]) -> [Tensor] {
    switch self {
    case .rnn: return [gates]
    case .gru:
      let parts = gates.split(into: 4, axis: -1)
      return [parts[3] + parts[1] * (state[0] - parts[3])]
    case .lstm:
      let parts = gates.split(into: 4, axis: -1)
      let cell = parts[1] * state[1] + parts[0] * parts[2]
      return [parts[3] * cell.tanh(), cell]
    }
  }

  /// The gradients of a step with respect to x, to p, and to the state before it but for what comes by way
  /// of p.
  ///
  /// - Parameters:
  ///   - gates: of the step.
  ///   - before: the state before it.
  ///   - after: the state after it.
  ///   - cotangents: the gradients with respect to the state after it.
  ///   - direct: the gradient with respect to the gates themselves, if there is one.
  func gradients(
    _ gates: Tensor, before: [Tensor], after: [Tensor], _ cotangents: [Tensor], direct: Tensor?
  ) -> (fromInput: Tensor, product: Tensor, state: [Tensor?]) {
    let dh = cotangents[0]
    switch self {
    case .rnn(let activation):
      let gradient = activation.gradient(direct.map { dh + $0 } ?? dh, gates)
      return (gradient, gradient, [nil])
    case .gru:
      let parts = gates.split(into: 4, axis: -1)
      let (r, z, q, n) = (parts[0], parts[1], parts[2], parts[3])
      let more = direct.map { $0.split(into: 4, axis: -1) }
      func adding(_ index: Int, to x: Tensor) -> Tensor { more.map { x + $0[index] } ?? x }
      let dn = TanhGradient()(adding(3, to: dh * (1 - z)), n)
      let dz = SigmoidGradient()(adding(1, to: dh * (before[0] - n)), z)
      let dr = SigmoidGradient()(adding(0, to: dn * q), r)
      let dq = adding(2, to: dn * r)
      return (
        .concatenate([dr, dz, dn], axis: -1), .concatenate([dr, dz, dq], axis: -1), [dh * z]
      )
    case .lstm:
      let parts = gates.split(into: 4, axis: -1)
      let (i, f, g, o) = (parts[0], parts[1], parts[2], parts[3])
      let more = direct.map { $0.split(into: 4, axis: -1) }
      func adding(_ index: Int, to x: Tensor) -> Tensor { more.map { x + $0[index] } ?? x }
      let t = after[1].tanh()
      let dc = cotangents[1] + TanhGradient()(dh * o, t)
      let gradient = Tensor.concatenate(
        [
          SigmoidGradient()(adding(0, to: dc * g), i),
          SigmoidGradient()(adding(1, to: dc * before[1]), f),
          TanhGradient()(adding(2, to: dc * i), g), SigmoidGradient()(adding(3, to: dh * t), o),
        ], axis: -1)
      return (gradient, gradient, [nil, dc * f])
    }
  }
}
