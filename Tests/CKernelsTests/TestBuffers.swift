import BackpropTestSupport
import Foundation
import Synchronization

/// Memory for operands, freed together at the end of a test.
final class Memory {
  private var blocks: [UnsafeMutableRawPointer] = []
  // Each of some pages, the last of which cannot be read.
  private var guarded: [(start: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer)] = []
  private static let pageSize = Int(getpagesize())
  // There are only so many pieces into which a process may cut its memory (65,530 on Linux), and what
  // else asks for some must not go without.
  private static let mostGuarded = 10_000
  private static let guardedCount = Atomic<Int>(0)

  /// Element 0 of an operand, in memory exactly as long as its elements at `stride` need. Behind it is
  /// a page that cannot be read, so that a read beyond the end stops the test; a sanitizer notices one
  /// before the start too. With a negative stride element 0 is the last.
  func operand<T>(_ values: [T], stride: Int = 1) -> UnsafeMutablePointer<T> {
    let length = values.isEmpty ? 0 : (values.count - 1) * abs(stride) + 1
    let memory = allocate(T.self, length)
    if let first = values.first { memory.initialize(repeating: first, count: length) }
    let start = stride < 0 ? memory + max(length - 1, 0) : memory
    if stride != 0 {
      for (index, value) in values.enumerated() { start[index * stride] = value }
    }
    return start
  }

  private func allocate<T>(_: T.Type, _ length: Int) -> UnsafeMutablePointer<T> {
    let bytes = length * MemoryLayout<T>.stride
    let size = (bytes + Self.pageSize - 1) / Self.pageSize * Self.pageSize
    var block: UnsafeMutableRawPointer?
    if !isUnderSanitizer, Self.guardedCount.load(ordering: .relaxed) < Self.mostGuarded,
      posix_memalign(&block, Self.pageSize, size + Self.pageSize) == 0,
      let block
    {
      let end = block + size
      if mprotect(end, Self.pageSize, PROT_NONE) == 0 {
        guarded.append((block, end))
        Self.guardedCount.add(1, ordering: .relaxed)
        return (end - bytes).bindMemory(to: T.self, capacity: length)
      }
      Foundation.free(block)
    }
    let memory = UnsafeMutablePointer<T>.allocate(capacity: length)
    blocks.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  func free() {
    for block in blocks { block.deallocate() }
    for (start, end) in guarded {
      mprotect(end, Self.pageSize, PROT_READ | PROT_WRITE)
      Foundation.free(start)
    }
    Self.guardedCount.subtract(guarded.count, ordering: .relaxed)
    (blocks, guarded) = ([], [])
  }
}

/// Memory for a result with guard values on both sides, and not aligned to a vector.
final class Guarded<T: BinaryFloatingPoint> {
  private static var margin: Int { 17 }
  private static var guardValue: T { 12345.5 }
  private let memory: UnsafeMutablePointer<T>
  let count: Int
  var start: UnsafeMutablePointer<T> { memory + Self.margin }
  var values: [T] { Array(UnsafeBufferPointer(start: start, count: count)) }

  subscript(index: Int) -> T { start[index] }

  init(count: Int) {
    self.count = count
    memory = .allocate(capacity: count + 2 * Self.margin)
    memory.initialize(repeating: Self.guardValue, count: count + 2 * Self.margin)
  }

  convenience init(_ values: [T]) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { start[index] = value }
  }

  deinit { memory.deallocate() }

  /// Whether nothing was written before or after the result.
  var isIntact: Bool {
    (0..<Self.margin).allSatisfy {
      memory[$0] == Self.guardValue && memory[Self.margin + count + $0] == Self.guardValue
    }
  }
}

/// Sizes around the lengths of vectors and of the kernels' blocks.
let testSizes = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 513]
let largeTestSizes = testSizes + [1000, 1023, 1025, 5000]

/// Numbers in -scale ..< scale from a fixed sequence; multiples of 2^-16, so that small sums of
/// them are exact in Double.
func testNumbers<T: BinaryFloatingPoint>(
  _ count: Int, scale: T = 4, seed: UInt64 = 1, of _: T.Type = T.self
) -> [T] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (T(state >> 47) / 65536 - 1) * scale
  }
}

/// The distance of `value` from `exact`, in units of the last place of `exact` as a T.
func ulps<T: BinaryFloatingPoint>(_ value: T, from exact: Double) -> Double {
  let rounded = T(exact)
  if rounded.isNaN { return value.isNaN ? 0 : .infinity }
  if value == rounded { return 0 }
  guard value.isFinite, rounded.isFinite else { return .infinity }
  return abs(Double(value) - exact) / Double(rounded.ulp)
}
