import BackpropArrays

/// A whole number for each of the axes along which something slides or is resized: one for all of
/// them, or one each, the height's before the width's.
///
/// ```swift
/// x.maxPool2D(2)                             // 2 high and 2 wide
/// x.maxPool2D([1, 2], stride: PerAxis(n))    // 1 high and 2 wide
/// ```
public struct PerAxis: Sendable, Hashable {
  private let numbers: [Int]

  /// The same number for every axis.
  ///
  /// Traps if it is negative.
  public init(_ number: Int) { self.init([number]) }

  /// A number for each axis, in the order of the axes.
  ///
  /// Traps if there is none, or one is negative.
  public init(_ numbers: [Int]) {
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 >= 0 }) else {
      fatalError("PerAxis: \(numbers); give one number for all axes or one each, none negative")
    }
    self.numbers = numbers
  }

  /// Numbers of any sign, for what is worked out and not given.
  init(signed numbers: [Int]) { self.numbers = numbers }

  /// The number of each of `count` axes, or `nil` if there are more or fewer numbers.
  package func expanded(to count: Int) -> [Int]? {
    if numbers.count == 1 { return Array(repeating: numbers[0], count: count) }
    return numbers.count == count ? numbers : nil
  }

  /// The number of each of `count` axes.
  ///
  /// - Parameters:
  ///   - count: how many axes there are.
  ///   - what: what the numbers are, for the error's text: `stride`.
  ///   - least: what a number is at least.
  ///   - operation: the operation that asks.
  ///   - shapes: what it was given.
  /// - Throws: `ShapeError` for more or fewer numbers, and for numbers that are too small or so large
  ///   that lengths could not be counted.
  func resolved(
    _ count: Int, _ what: String, least: Int = 0, _ operation: String, _ shapes: [Shape]
  ) throws(ShapeError) -> [Int] {
    guard let all = expanded(to: count) else {
      throw ShapeError(
        operation, shapes, "the \(what) is \(self), and there are \(count) axes to slide along",
        hint: "give one number for all axes or one each")
    }
    guard all.allSatisfy({ $0 >= least && $0 <= Int32.max }) else {
      throw ShapeError(
        operation, shapes, "the \(what) is \(self), and is at least \(least) along every axis")
    }
    return all
  }
}

extension PerAxis: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral number: Int) { self.init(number) }
  public init(arrayLiteral numbers: Int...) { self.init(numbers) }
}

extension PerAxis: CustomStringConvertible {
  /// `3`, `3x5`.
  public var description: String { numbers.map(String.init).joined(separator: "x") }
}
