import BackpropArrays

/// Computes what `body` returns with its element-wise operations put together: their numbers come from
/// memory once and the result goes there once, where each operation by itself reads and writes whole
/// tensors.
///
/// ```swift
/// let y = fused { ((a * b + c).relu() * 0.5 - a).tanh() }     // reads a, b and c once, writes y once
/// ```
///
/// The numbers are those of the single operations to the last bit, and gradients flow as they do
/// without: backward is one pass over memory too, which computes what lies between inputs and result
/// again rather than keep it. (Only what goes to a tensor by several ways and is summed, because it
/// broadcasts or is used outside of the chain too, may be added in another order.) The graph has one
/// node, that keeps inputs of the chain and perhaps its result. What an operation that is not element-wise needs, such as a sum or a matrix product, is
/// computed when it is its turn; so is what code inside looks at. Anything may therefore stand in
/// `body`, a whole model too, and only chains get faster:
///
/// ```swift
/// let loss = fused { crossEntropy(logits: model(images, mode), targets: labels) }
/// ```
///
/// Where a smaller tensor that was itself computed inside broadcasts to a larger one, it is computed
/// first, and not again for each of its repetitions.
///
/// Putting a chain together takes some microseconds, so what has fewer than 65,536 elements, or 262,144
/// where a gradient may be asked for, is computed at once. It pays most where tensors are larger than the
/// processor's caches. It holds for what `body` computes itself, on the calling thread. To return several
/// tensors, return an array of them.
///
/// - Parameter body: computes the result.
public func fused<E: Error>(_ body: () throws(E) -> Tensor) throws(E) -> Tensor {
  try fused(from: nil, body)
}

/// Computes what `body` returns with its element-wise operations put together, as `fused { }` does, of
/// several results. Those of one shape that need no gradient are computed in one pass over memory:
///
/// ```swift
/// let updated = fused { [velocity * 0.9 + gradient, weight - velocity * rate] }
/// ```
///
/// - Parameter body: computes the results.
public func fused<E: Error>(_ body: () throws(E) -> [Tensor]) throws(E) -> [Tensor] {
  try fused(from: nil, body)
}

/// The same for tensors of at least so many elements; `nil` for as many as usual.
func fused<E: Error>(from leastCount: Int?, _ body: () throws(E) -> Tensor) throws(E) -> Tensor {
  // One inside the other is one.
  if Recording.ofThisThread.isFusing { return try body() }
  return try FusedScope(from: leastCount).enter { () throws(E) in try body().settled }
}

/// The same of several results.
func fused<E: Error>(from leastCount: Int?, _ body: () throws(E) -> [Tensor]) throws(E) -> [Tensor]
{
  if Recording.ofThisThread.isFusing { return try body() }
  return try FusedScope(from: leastCount).enter { () throws(E) in Tensor.settled(try body()) }
}
