/// Examples that are the elements of an array, whatever they are: sentences of several lengths, graphs,
/// pairs of pictures. A batch is an array of them.
///
/// ```swift
/// let pairs = ListDataset([(question, answer), …])
/// ```
public struct ListDataset<Element: Sendable>: Dataset {
  /// The examples.
  public let elements: [Element]

  /// The elements of an array.
  public init(_ elements: [Element]) { self.elements = elements }

  public var count: Int { elements.count }

  public func batch(_ positions: [Int]) -> [Element] { positions.map { elements[$0] } }
}
