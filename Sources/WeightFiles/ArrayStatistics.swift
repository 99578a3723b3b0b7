import BackpropArrays

/// What the numbers of an array are like, found in one walk that keeps none of them: of a mapped file of
/// many gigabytes, no more is in memory than the system likes to keep.
///
/// ```swift
/// let statistics = ArrayStatistics(file["hidden.weight"]!)
/// print(statistics.mean, statistics.nanCount)
/// ```
public struct ArrayStatistics: Equatable, Sendable {
  /// A number as it is in the array: a whole one is not rounded.
  public enum Number: Equatable, Sendable, CustomStringConvertible {
    /// A whole number, or a truth value as 0 or 1.
    case whole(Int128)
    /// A fraction.
    case fraction(Double)

    /// The number as a fraction, rounded if it must be.
    public var double: Double {
      switch self {
      case .whole(let value): Double(value)
      case .fraction(let value): value
      }
    }

    /// The shortest digits that give the number back.
    public var description: String {
      switch self {
      case .whole(let value): "\(value)"
      case .fraction(let value): "\(value)"
      }
    }
  }

  /// How many numbers there are.
  public let count: Int
  /// How many of them are NaN.
  public let nanCount: Int
  /// How many of them are infinite.
  public let infiniteCount: Int
  /// The smallest number that is not NaN; `nil` if there is none.
  public let minimum: Number?
  /// The largest number that is not NaN; `nil` if there is none.
  public let maximum: Number?
  /// The mean of the numbers that are not NaN; infinite or NaN if there are infinite ones, and `nil` if
  /// there is none.
  public let mean: Double?

  /// The smallest and the largest finite number; `nil` if there is none.
  public let finiteRange: ClosedRange<Double>?

  /// Walks through an array.
  public init(_ array: StoredArray) {
    var sums = Sums()
    var whole: (least: Int128, most: Int128)?
    func walkWhole<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) {
      var (least, most) = (T.max, T.min)
      array.forEachRun { bytes in
        var sum = 0.0
        let count = bytes.count / MemoryLayout<T>.size
        for index in 0..<count {
          let value = T(
            littleEndian: bytes.loadUnaligned(
              fromByteOffset: index &* MemoryLayout<T>.size, as: T.self))
          least = min(least, value)
          most = max(most, value)
          sum += Double(value)
        }
        sums.add(sum, count)
      }
      if array.count > 0 { whole = (Int128(least), Int128(most)) }
    }
    func walk<T: BitwiseCopyable>(_ type: T.Type, _ number: (T) -> Double) {
      array.forEachRun { bytes in
        sums.add(bytes.count / MemoryLayout<T>.size) { index in
          number(bytes.loadUnaligned(fromByteOffset: index &* MemoryLayout<T>.size, as: T.self))
        }
      }
    }
    switch array.scalarType {
    case .bool: walk(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .uint8: walkWhole(UInt8.self)
    case .int8: walkWhole(Int8.self)
    case .int16: walkWhole(Int16.self)
    case .uint16: walkWhole(UInt16.self)
    case .int32: walkWhole(Int32.self)
    case .uint32: walkWhole(UInt32.self)
    case .int64: walkWhole(Int64.self)
    case .uint64: walkWhole(UInt64.self)
    case .float16, .bfloat16, .float8E4M3, .float8E5M2:
      // By way of float32, a run at a time.
      array.forEachRun { bytes in
        let numbers = array.part(bytes).array.cast(to: .float32)
        numbers.withContiguousScalars(as: Float.self) { numbers in
          sums.add(numbers.count) { Double(numbers[$0]) }
        }
      }
    case .float32: walk(UInt32.self) { Double(Float(bitPattern: UInt32(littleEndian: $0))) }
    case .float64: walk(UInt64.self) { Double(bitPattern: UInt64(littleEndian: $0)) }
    }
    count = array.count
    nanCount = sums.nanCount
    infiniteCount = sums.infiniteCount
    mean = count > nanCount ? sums.mean : nil
    if let whole {
      (minimum, maximum) = (.whole(whole.least), .whole(whole.most))
      finiteRange = Double(whole.least)...Double(whole.most)
    } else if array.scalarType == .bool, sums.least <= sums.most {
      (minimum, maximum) = (.whole(Int128(sums.least)), .whole(Int128(sums.most)))
      finiteRange = sums.least...sums.most
    } else {
      finiteRange = sums.least <= sums.most ? sums.least...sums.most : nil
      let least = sums.hasNegativeInfinity ? -.infinity : sums.least
      let most = sums.hasInfinity ? .infinity : sums.most
      let isThere = count > nanCount
      minimum = isThere ? .fraction(least) : nil
      maximum = isThere ? .fraction(most) : nil
    }
  }

  /// What is known of the fractions so far.
  private struct Sums {
    var nanCount = 0
    var hasInfinity = false
    var hasNegativeInfinity = false
    var infiniteCount = 0
    var least = Double.infinity
    var most = -Double.infinity
    /// How many numbers are in the mean, and it; runs are joined one by one, so that nothing grows as
    /// large as a sum of all.
    private var count = 0
    private var finiteMean = 0.0

    @inline(__always)
    mutating func add(_ elementCount: Int, _ element: (Int) -> Double) {
      var sum = 0.0
      var finite = 0
      // Locals, which stay in registers.
      var (least, most) = (least, most)
      for index in 0..<elementCount {
        let number = element(index)
        if number.isFinite {
          sum += number
          finite += 1
          least = Swift.min(least, number)
          most = Swift.max(most, number)
        } else if number.isNaN {
          nanCount += 1
        } else {
          infiniteCount += 1
          if number > 0 { hasInfinity = true } else { hasNegativeInfinity = true }
        }
      }
      (self.least, self.most) = (least, most)
      // A few numbers near the largest there is have no sum.
      if !sum.isFinite {
        var mean = 0.0
        for index in 0..<elementCount {
          let number = element(index)
          if number.isFinite { mean += number / Double(finite) }
        }
        join(mean, finite)
      } else {
        add(sum, finite)
      }
    }

    /// Adds numbers of which only the sum is known.
    mutating func add(_ sum: Double, _ number: Int) {
      if number > 0 { join(sum / Double(number), number) }
    }

    private mutating func join(_ mean: Double, _ number: Int) {
      count += number
      let share = Double(number) / Double(count)
      finiteMean = finiteMean * (1 - share) + mean * share
    }

    var mean: Double {
      if hasInfinity && hasNegativeInfinity { return .nan }
      return hasInfinity ? .infinity : hasNegativeInfinity ? -.infinity : finiteMean
    }
  }
}

extension StoredArray {
  /// How many bytes are looked at at a time: as many as fit into a cache, and a whole number of elements.
  private static let runByteCount = 1 << 18

  /// Calls `body` with the bytes, a run after the other.
  func forEachRun(_ body: (UnsafeRawBufferPointer) -> Void) {
    withBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: Self.runByteCount) {
        let end = min(bytes.count, start + Self.runByteCount)
        body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      }
    }
  }

  /// A run as an array of its own.
  func part(_ bytes: UnsafeRawBufferPointer) -> StoredArray {
    StoredArray(
      scalarType: scalarType, shape: [bytes.count / scalarType.byteWidth], bytes: Array(bytes))
  }

  /// How many finite numbers lie in each of `binCount` equal parts of a range, whose ends belong to the
  /// first and the last.
  ///
  /// - Parameters:
  ///   - binCount: how many parts.
  ///   - range: the range; numbers outside are not counted.
  public func histogram(_ binCount: Int, over range: ClosedRange<Double>) -> [Int] {
    var counts = [Int](repeating: 0, count: binCount)
    // Halved, since the length of a range may be more than any number.
    let (least, length) = (range.lowerBound / 2, range.upperBound / 2 - range.lowerBound / 2)
    forEachRun { bytes in
      let numbers = part(bytes).array.cast(to: .float64)
      numbers.withContiguousScalars(as: Double.self) { numbers in
        for number in numbers where range.contains(number) {
          let place = length > 0 ? (number / 2 - least) / length * Double(binCount) : 0
          counts[min(binCount - 1, Int(place))] += 1
        }
      }
    }
    return counts
  }
}
