import BackpropFiles

/// Turns the values that a pickle left behind into ones that stand for themselves.
struct PickleConverter {
  let nodes: [PickleNode]
  let limits: Pickle.Limits
  /// What was converted already, with the number of values in it: a value that occurs a thousand
  /// times is converted once, and shares its memory.
  private var done: [Int: (value: PickleValue, count: Int)] = [:]

  init(nodes: [PickleNode], limits: Pickle.Limits) {
    self.nodes = nodes
    self.limits = limits
  }

  mutating func value(of node: Int) throws(WeightFileError) -> PickleValue {
    try convert(node, depth: 0).value
  }

  private mutating func convert(
    _ node: Int, depth: Int
  ) throws(WeightFileError) -> (value: PickleValue, count: Int) {
    if let known = done[node] { return known }
    if depth > limits.depth {
      throw WeightFileError(
        .limitExceeded(
          "its values lie deeper in one another than \(limits.depth), or inside themselves"))
    }
    switch nodes[node] {
    case .none: return (.none, 1)
    case .bool(let value): return (.bool(value), 1)
    case .int(let value): return (.int(value), 1)
    case .float(let value): return (.float(value), 1)
    case .string(let text):
      guard let string = String(validating: text, as: UTF8.self) else {
        throw WeightFileError(.invalid("a text is not UTF-8"))
      }
      return remember(node, .string(string), 1)
    case .oldString(let text):
      let string = String(validating: text, as: UTF8.self)
      return remember(node, string.map { .string($0) } ?? .bytes(Array(text)), 1)
    case .bytes(let bytes): return remember(node, .bytes(Array(bytes)), 1)
    case .array(let array): return remember(node, .array(array.stored), 1)
    case .list(let items):
      let (values, count) = try convert(items, depth: depth)
      return remember(node, .list(values), count)
    case .tuple(let items):
      let (values, count) = try convert(items, depth: depth)
      return remember(node, .tuple(values), count)
    case .dictionary(let items):
      let (values, count) = try convert(items, depth: depth)
      return remember(node, .dictionary(try members(values)), count)
    case .function, .dtype, .emptyArray, .storage:
      throw WeightFileError(
        .invalid("it holds a type or function of NumPy or PyTorch where a value should be"))
    }
  }

  private mutating func convert(
    _ items: [Int], depth: Int
  ) throws(WeightFileError) -> (values: [PickleValue], count: Int) {
    var values: [PickleValue] = []
    values.reserveCapacity(items.count)
    var total = 1
    for item in items {
      let (value, count) = try convert(item, depth: depth + 1)
      values.append(value)
      total += count
      if total > limits.valueCount {
        throw WeightFileError(
          .limitExceeded("it holds more values than the \(limits.valueCount) that are accepted"))
      }
    }
    return (values, total)
  }

  /// As in Python, a key that comes again replaces the value and keeps its place.
  private func members(_ values: [PickleValue]) throws(WeightFileError) -> [PickleValue.Member] {
    var result: [PickleValue.Member] = []
    var places: [String: Int] = [:]
    for index in stride(from: 0, to: values.count, by: 2) {
      let member = PickleValue.Member(key: values[index], value: values[index + 1])
      switch member.key {
      case .string(let text):
        if let place = places[text] {
          result[place] = member
          continue
        }
        places[text] = result.count
      case .list, .dictionary, .array:
        throw WeightFileError(.invalid("a dictionary has a key that can change"))
      default: break
      }
      result.append(member)
    }
    return result
  }

  private mutating func remember(
    _ node: Int, _ value: PickleValue, _ count: Int
  ) -> (value: PickleValue, count: Int) {
    done[node] = (value, count)
    return (value, count)
  }
}
