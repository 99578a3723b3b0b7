import BackpropArrays

/// Gives the batches of one pass, any of them at any time; they are mostly asked for in order.
public protocol BatchSource<Batch>: Sendable {
  /// A few examples together.
  associatedtype Batch

  /// Batch number `index`.
  ///
  /// - Throws: what keeps the examples from being read: a file that is gone, a damaged picture.
  func batch(_ index: Int) throws -> Batch
}

/// Batches that are put together when they are asked for.
struct BatchesOnDemand<Data: Dataset>: BatchSource {
  let dataset: Data
  let pass: DataPass

  func batch(_ index: Int) -> Data.Batch { dataset.batch(pass.positions(of: index)) }
}

/// Batches that are changed by a function, which gets random numbers of the batch's own.
struct ChangedBatches<Batch>: BatchSource {
  let source: any BatchSource<Batch>
  let pass: DataPass
  let change: @Sendable (Batch, inout RandomSource) throws -> Batch

  func batch(_ index: Int) throws -> Batch {
    var random = pass.makeRandomSource(forBatch: index)
    return try change(source.batch(index), &random)
  }
}
