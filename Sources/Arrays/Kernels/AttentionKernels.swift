import CBackpropKernels
import CBackpropRuntime

/// What the attention of arrays and that of packed texts share: how long blocks are, and the kernels'
/// arithmetic on numbers in memory.
protocol AttentionKernels {
  /// Those of the numbers' type.
  var kernels: UnsafePointer<bp_kernels> { get }
  /// The bytes of a number.
  var size: Int { get }
  /// By what the scores are multiplied.
  var scale: Double { get }
}

extension AttentionKernels {
  /// How many queries are done at a time that look at so many keys.
  static func blockLength(keys: Int) -> Int {
    // At least so many that the products are worth their packing, and else about as many scores as the
    // second cache holds.
    max(64, (1 << 15) / max(keys, 1))
  }

  func bytes(_ elements: Int) -> Int { elements &* size }

  /// Lends memory for some numbers.
  func withScratch(elements: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let length = bytes(elements)
    // Counted with the numbers of arrays: a step needs it like these.
    let scratch = bp_allocate_numbers(length)!
    body(scratch)
    bp_deallocate_numbers(scratch, length)
  }

  func multiplyByScale(_ start: UnsafeMutableRawPointer, _ count: Int) {
    // Room for a number of any type.
    var factor = 0.0
    kernels.pointee.fill(1, scale, &factor)
    kernels.pointee.binary(BP_MULTIPLY, count, start, 1, &factor, 0, start)
  }

  func product(
    _ transposesLeft: Bool, _ transposesRight: Bool, _ rows: Int, _ columns: Int, _ depth: Int,
    _ a: UnsafeMutableRawPointer, _ aStride: Int, _ b: UnsafeMutableRawPointer, _ bStride: Int,
    _ c: UnsafeMutableRawPointer, _ cStride: Int, accumulates: Bool = false
  ) {
    kernels.pointee.product!(
      transposesLeft, transposesRight, rows, columns, depth, a, aStride, b, bStride, c, cStride,
      accumulates, nil, BP_IDENTITY_ACTIVATION)
  }
}
