import CBackpropRuntime

/// An n-dimensional array of numbers: a value with copy-on-write.
///
/// An array knows its ``shape``, the type of its numbers and how they lie in memory. Slices,
/// transposes and broadcasts are views: they share memory and cost nothing; writing to one copies
/// first, so a change never shows anywhere else.
///
/// ```swift
/// let x = NDArray([[1, 2, 3], [4, 5, 6]])     // float32, shape (2, 3)
/// x.reshaped(to: [3, 2])                      // [[1. 2.] [3. 4.] [5. 6.]]
/// x[.all, 1..<3]                              // [[2. 3.] [5. 6.]]
/// ```
///
/// It is what a `Tensor`, in the module Autodiff, stores. Arithmetic is the tensor's, so that it can
/// be differentiated: `Tensor(x).sum(axis: 0)`.
public struct NDArray: Sendable {
  @usableFromInline package var storage: Storage

  @inlinable
  package init(storage: Storage) { self.storage = storage }

  /// The lengths of the axes.
  public var shape: Shape { storage.shape }
  /// The type of the numbers.
  public var scalarType: ScalarType { storage.scalarType }
  /// The number of axes.
  public var rank: Int { storage.shape.rank }
  /// The number of elements.
  public var count: Int { storage.elementCount }
  /// The distance in elements from one element to the next along each axis.
  public var strides: [Int] {
    let strides = storage.strides
    return (0..<rank).map { strides[$0] }
  }
  /// Whether the elements lie one after the other in row-major order.
  public var isContiguous: Bool { storage.isContiguous }
}

// MARK: - Creation

extension NDArray {
  /// Memory for an array whose every element the caller is about to write.
  package init(uninitialized shape: borrowing Shape, _ scalarType: ScalarType) {
    storage = Storage(uninitialized: shape, scalarType)
  }

  private init<S: Scalar>(copying scalars: [S], _ shape: Shape) {
    guard scalars.count == shape.elementCount else {
      fatalError(
        "NDArray: \(scalars.count) numbers for the shape \(shape), which holds "
          + "\(shape.elementCount)")
    }
    storage = Storage(uninitialized: shape, S.scalarType)
    scalars.withUnsafeBytes { source in
      if let start = source.baseAddress, source.count > 0 {
        storage.base.copyMemory(from: start, byteCount: source.count)
      }
    }
  }

  /// The array of `shape` whose row-major elements are `bytes`, in the machine's byte order.
  ///
  /// Traps if there are not as many bytes as `shape` and the type take.
  ///
  /// - Parameters:
  ///   - bytes: the elements; they are copied.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type of the elements.
  public init(bytes: UnsafeRawBufferPointer, shape: Shape, scalarType: ScalarType) {
    let needed = shape.elementCount.multiplied(byCounting: scalarType.size)
    guard bytes.count == needed else {
      fatalError(
        "NDArray: \(bytes.count) bytes for \(shape) of \(scalarType), which takes "
          + (needed.map(String.init) ?? "more than can be counted"))
    }
    storage = Storage(uninitialized: shape, scalarType)
    if let start = bytes.baseAddress, bytes.count > 0 {
      storage.base.copyMemory(from: start, byteCount: bytes.count)
    }
    // Swift knows no other Bool than 0 and 1; another program's file may.
    if scalarType == .bool {
      let flags = storage.base.assumingMemoryBound(to: UInt8.self)
      for index in 0..<bytes.count where flags[index] > 1 { flags[index] = 1 }
    }
  }

  /// The array of `shape` whose row-major elements lie in memory that `owner` keeps, such as a mapped
  /// file: nothing is copied. The array, and whatever is computed from a view of it, holds `owner`.
  ///
  /// ```swift
  /// let weights = NDArray(memory: file.bytes, shape: [784, 50], scalarType: .float32, owner: file)
  /// ```
  ///
  /// The memory must hold as many elements as the shape says, in the machine's byte order, and must
  /// not change while an array shows it. It is never written: an array that is changed copies first.
  /// Traps if the memory is not aligned to the size of an element.
  ///
  /// - Parameters:
  ///   - memory: the first element.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type of the elements. Of `bool`, each byte must be 0 or 1.
  ///   - owner: what keeps the memory; it is let go of with the last array that shows it.
  public init(
    memory: UnsafeRawPointer, shape: Shape, scalarType: ScalarType,
    owner: any AnyObject & Sendable
  ) {
    guard Int(bitPattern: memory) % scalarType.size == 0 else {
      fatalError(
        "NDArray: the memory at \(memory) is not aligned to the \(scalarType.size) bytes of a "
          + "\(scalarType); copy it, with init(bytes:shape:scalarType:)")
    }
    guard shape.elementCount <= Int.max / scalarType.size else {
      fatalError("NDArray: \(shape) of \(scalarType) takes more bytes than can be counted")
    }
    storage = Storage(foreign: memory, shape: shape, scalarType, owner: owner)
  }

  // MARK: From Swift's arrays

  // Which initializer numbers written out take: that of `Double`, as the others are disfavoured. So
  // they have all their digits where `scalarType` is `.float64`, and become `float32` without one.

  /// The array of `shape` with these elements in row-major order, as numbers of `scalarType`.
  ///
  /// A whole type holds them exactly, or this traps: ``cast(to:)`` rounds.
  ///
  /// ```swift
  /// NDArray([1, 2, 3, 4], shape: [2, 2])                       // float32
  /// NDArray([1, 2, 3, 4], shape: [2, 2], scalarType: .int64)
  /// ```
  ///
  /// Traps if there are not as many elements as `shape` holds.
  ///
  /// - Parameters:
  ///   - scalars: the elements, the last axis running fastest.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type that they become.
  public init(_ scalars: [Double], shape: Shape, scalarType: ScalarType = .float32) {
    self.init(copying: scalars, shape)
    self = holding(scalarType)
  }
  /// A vector of numbers of `scalarType`.
  ///
  /// A whole type holds them exactly, or this traps: ``cast(to:)`` rounds.
  public init(_ scalars: [Double], scalarType: ScalarType = .float32) {
    self.init(scalars, shape: Shape(count: scalars.count), scalarType: scalarType)
  }
  /// A matrix of numbers of `scalarType` from its rows.
  ///
  /// A whole type holds them exactly, or this traps: ``cast(to:)`` rounds.
  ///
  /// Traps if the rows differ in length.
  public init(_ rows: [[Double]], scalarType: ScalarType = .float32) {
    self.init(copying: rows)
    self = holding(scalarType)
  }
  /// The array of `shape` with these elements in row-major order, as numbers of `scalarType`.
  ///
  /// Traps if there are not as many elements as `shape` holds, or a whole type cannot hold one of
  /// them exactly.
  ///
  /// - Parameters:
  ///   - scalars: the elements, the last axis running fastest.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type that they become.
  @_disfavoredOverload
  public init(_ scalars: [Float], shape: Shape, scalarType: ScalarType = .float32) {
    self.init(copying: scalars, shape)
    self = holding(scalarType)
  }
  /// A vector of numbers of `scalarType`.
  ///
  /// Traps if a whole type cannot hold one of them exactly.
  @_disfavoredOverload
  public init(_ scalars: [Float], scalarType: ScalarType = .float32) {
    self.init(scalars, shape: Shape(count: scalars.count), scalarType: scalarType)
  }
  /// A matrix of numbers of `scalarType` from its rows.
  ///
  /// Traps if the rows differ in length, or a whole type cannot hold one of the numbers exactly.
  @_disfavoredOverload
  public init(_ rows: [[Float]], scalarType: ScalarType = .float32) {
    self.init(copying: rows)
    self = holding(scalarType)
  }
  /// The array of `shape` with these whole numbers or flags in row-major order, of their own type.
  ///
  /// Traps if there are not as many elements as `shape` holds.
  @_disfavoredOverload
  public init<S: Scalar>(_ scalars: [S], shape: Shape) { self.init(copying: scalars, shape) }
  /// A vector of whole numbers or flags, of their own type: `Int` is `int64`.
  @_disfavoredOverload
  public init<S: Scalar>(_ scalars: [S]) {
    self.init(copying: scalars, Shape(count: scalars.count))
  }
  /// A matrix of whole numbers or flags, of their own type, from its rows.
  ///
  /// Traps if the rows differ in length.
  @_disfavoredOverload
  public init<S: Scalar>(_ rows: [[S]]) { self.init(copying: rows) }

  private init<S: Scalar>(copying rows: [[S]]) {
    let columns = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() where row.count != columns {
      fatalError(
        "NDArray: row \(index) has \(row.count) numbers and row 0 has \(columns); "
          + "all rows of a matrix are equally long")
    }
    self.init(copying: rows.flatMap { $0 }, [rows.count, columns])
  }

  /// These floating-point numbers as another type, which must hold them exactly if it is whole.
  private func holding(_ type: ScalarType) -> NDArray {
    if let range = type.wholeNumbers,
      let number = doubles.first(where: { $0 != $0.rounded() || !range.contains($0) })
    {
      fatalError(
        "NDArray: \(type) numbers were asked for, which cannot hold \(number); make floating-point "
          + "numbers and convert them with cast(to: .\(type)), which rounds")
    }
    return cast(to: type)
  }

  // MARK: Of one number

  /// A single number as an array of shape `[]`; a whole type rounds toward zero.
  public init(scalar: Double, scalarType: ScalarType = .float32) {
    self.init(repeating: scalar, shape: .scalar, scalarType: scalarType)
  }

  /// A single whole number or flag, of its own type, as an array of shape `[]`.
  @_disfavoredOverload
  public init<S: Scalar>(scalar: S) { self.init(copying: [scalar], .scalar) }

  /// The array of `shape` in which every element is `value`.
  ///
  /// - Parameters:
  ///   - value: the number; a whole type rounds it toward zero.
  ///   - shape: the lengths of the axes.
  ///   - scalarType: the type of the elements.
  public init(repeating value: Double, shape: Shape, scalarType: ScalarType = .float32) {
    storage = Storage(uninitialized: shape, scalarType)
    Elements.fill(storage, with: value)
  }

  /// Zeros.
  public static func zeros(_ shape: Shape, scalarType: ScalarType = .float32) -> NDArray {
    let array = NDArray(uninitialized: shape, scalarType)
    let storage = array.storage
    storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: storage.byteCount)
    return array
  }

  /// Ones.
  public static func ones(_ shape: Shape, scalarType: ScalarType = .float32) -> NDArray {
    NDArray(repeating: 1, shape: shape, scalarType: scalarType)
  }

  /// The identity matrix of `n` rows.
  ///
  /// Traps if `n` is negative.
  public static func identity(_ n: Int, scalarType: ScalarType = .float32) -> NDArray {
    let array = NDArray.zeros([n, n], scalarType: scalarType)
    let size = scalarType.size
    for index in 0..<n {
      Elements.fill(1, scalarType, at: array.storage.base + (index * n + index) * size)
    }
    return array
  }

  /// The numbers `start`, `start + step`, … before `end`, as NumPy's `arange`: their count is
  /// ⌈(end − start) / step⌉ and element i is start + i · step. Whole numbers are not rounded.
  ///
  /// Traps if there is no finite count, as with a step of 0.
  ///
  /// - Parameters:
  ///   - start: the first number.
  ///   - end: the number to stop before.
  ///   - step: the distance from each number to the next; negative to count down.
  ///   - scalarType: the type of the elements.
  public static func range(
    from start: Double, to end: Double, by step: Double = 1, scalarType: ScalarType = .float32
  ) -> NDArray {
    if let numbers = wholeRange(from: start, to: end, by: step, scalarType) { return numbers }
    let length = ((end - start) / step).rounded(.up)
    guard start.isFinite, step.isFinite, abs(length) < 0x1p62 else {
      fatalError("NDArray.range: from \(start) to \(end) by \(step) has no finite length")
    }
    let count = Swift.max(0, Int(length))
    return computed(count) { start + Double($0) * step }.cast(to: scalarType)
  }

  /// `count` numbers evenly spaced from `start` to `end`, both included, as NumPy's `linspace`.
  ///
  /// Traps if `count` is negative.
  ///
  /// - Parameters:
  ///   - start: the first number.
  ///   - end: the last number.
  ///   - count: how many numbers; of one, it is `start`.
  ///   - scalarType: the type of the elements.
  public static func linearSpace(
    from start: Double, to end: Double, count: Int, scalarType: ScalarType = .float32
  ) -> NDArray {
    guard count >= 0 else { fatalError("NDArray.linearSpace: \(count) numbers") }
    let step = count > 1 ? (end - start) / Double(count - 1) : 0
    let last = count > 1 ? count - 1 : count
    return computed(count) { $0 == last ? end : start + Double($0) * step }.cast(to: scalarType)
  }

  /// A vector of `count` numbers. Memory that cannot be had ends the program with a text, where a
  /// Swift array would end it without one.
  static func computed<S: Scalar>(_ count: Int, _ element: (Int) -> S) -> NDArray {
    var result = NDArray(uninitialized: Shape(count: count), S.scalarType)
    result.withMutableScalars(as: S.self) { out in
      for index in out.indices { out[index] = element(index) }
    }
    return result
  }
}

// MARK: - Reading

extension NDArray {
  /// The elements in row-major order. Traps if `S` is not the array's own type; but those of
  /// `float16` and `bfloat16` are also read as `Float` and `Double`, which hold them exactly.
  public func scalars<S: Scalar>(as type: S.Type = S.self) -> [S] {
    let array = scalarType.isHalf && S.scalarType.isDifferentiable ? cast(to: S.scalarType) : self
    return array.withContiguousScalars(as: type) { Array($0) }
  }

  /// The elements in row-major order as `Double`, whatever their type (`true` is 1).
  public var doubles: [Double] { cast(to: .float64).scalars() }

  /// The only element, as a `Double`. Traps unless the array holds exactly one.
  public var item: Double {
    guard count == 1 else {
      fatalError(
        "item: the array of shape \(shape) holds \(count) elements; item reads the only one of "
          + "an array that holds one (reduce it first, with sum() or mean())")
    }
    return Elements.double(at: storage.base, scalarType)
  }

  /// Calls `body` with the elements in row-major order; copies first if they do not lie so. Traps if
  /// `S` is not the array's own type.
  public func withContiguousScalars<S: Scalar, R>(
    as type: S.Type = S.self, _ body: (UnsafeBufferPointer<S>) throws -> R
  ) rethrows -> R {
    requireType(S.scalarType)
    let array = contiguous()
    defer { withExtendedLifetime(array) {} }
    return try body(
      UnsafeBufferPointer(
        start: UnsafePointer(array.storage.base.assumingMemoryBound(to: S.self)), count: count))
  }

  /// Calls `body` with the bytes of the elements in row-major order, in the machine's byte order.
  public func withContiguousBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    let array = contiguous()
    defer { withExtendedLifetime(array) {} }
    return try body(
      UnsafeRawBufferPointer(start: array.storage.base, count: count * scalarType.size))
  }

  /// Calls `body` with the elements in row-major order, to be changed in place. Traps if `S` is not
  /// the array's own type.
  public mutating func withMutableScalars<S: Scalar, R>(
    as type: S.Type = S.self, _ body: (UnsafeMutableBufferPointer<S>) throws -> R
  ) rethrows -> R {
    requireType(S.scalarType)
    makeUnique()
    return try body(
      UnsafeMutableBufferPointer(
        start: storage.base.assumingMemoryBound(to: S.self), count: count))
  }

  private func requireType(_ expected: ScalarType) {
    guard scalarType == expected else {
      fatalError(
        "NDArray: the numbers are \(scalarType) but were asked for as \(expected); "
          + "convert with cast(to: .\(expected.rawValue))")
    }
  }
}

// MARK: - Copies

extension NDArray {
  /// The same array with its elements in row-major order: itself if they lie so, else a copy.
  public func contiguous() -> NDArray { isContiguous ? self : copy() }

  /// A copy with memory of its own.
  public func copy() -> NDArray {
    let result = NDArray(uninitialized: shape, scalarType)
    Elements.copy(storage, to: result.storage)
    return result
  }

  /// Makes this value the only owner of contiguous memory, so that it may be written in place.
  package mutating func makeUnique() {
    if !isUnique() { self = copy() }
  }

  /// Whether this value is the only owner of its memory, which is then contiguous.
  package mutating func isUnique() -> Bool {
    storage.ownsMemory && isKnownUniquelyReferenced(&storage)
  }

  /// The same numbers as another type. A fraction loses what follows the point when it becomes
  /// whole, a number too large for a whole type becomes its nearest bound (NaN becomes 0), and
  /// everything but zero becomes `true`. A type of fractions gets the nearest number that it has, of
  /// two as near the one that is even in its last place; what is too large is infinite.
  public func cast(to scalarType: ScalarType) -> NDArray {
    guard scalarType != self.scalarType else { return self }
    let result = NDArray(uninitialized: shape, scalarType)
    Elements.convert(contiguous().storage, to: result.storage)
    return result
  }
}

extension NDArray: Equatable {
  /// Whether both have the same shape and type and equal elements (NaN equals nothing).
  public static func == (a: NDArray, b: NDArray) -> Bool {
    guard a.shape == b.shape, a.scalarType == b.scalarType else { return false }
    return Elements.equal(a.contiguous().storage, b.contiguous().storage)
  }
}
