import BackpropArrays

/// Knows, while a walk goes on, which variables can get no further contribution: those whose users
/// have all been passed. Costs a look at the whole graph before the walk begins, so it is made only
/// where somebody listens.
struct LastUsers {
  private struct Use {
    let variable: UInt64
    /// The number of the user that comes last in the walk.
    var lastUser: UInt64
  }

  // By rising number of the last user; the next to be complete is the last.
  private var uses: [Use]

  init(inGraphOf last: borrowing Node) {
    var lastUsers: [UInt64: UInt64] = [:]
    var seen: Set<UInt64> = [last.number]
    var open = [copy last]
    while let node = open.popLast() {
      for index in 0..<node.inputCount {
        guard let input = node.inputNode(index) else { continue }
        if input.isVariable {
          lastUsers[input.number] = min(lastUsers[input.number] ?? node.number, node.number)
        } else if seen.insert(input.number).inserted {
          open.append(input)
        }
      }
    }
    if last.isVariable { lastUsers[last.number] = last.number }
    uses = lastUsers.map { Use(variable: $0.key, lastUser: $0.value) }
    // Variables of one user are told in the order of a walk: the later made comes first.
    uses.sort { ($0.lastUser, $0.variable) < ($1.lastUser, $1.variable) }
  }

  /// The variables that are complete once the walk has passed the node of this number, and so every
  /// node of a higher one.
  mutating func variablesComplete(after number: UInt64) -> [UInt64] {
    var variables: [UInt64] = []
    while let use = uses.last, use.lastUser >= number {
      uses.removeLast()
      variables.append(use.variable)
    }
    return variables
  }
}

/// Which variable a gradient is by: the identity of a parameter, or of a tensor that was marked with
/// `requiringGradient()`.
public struct VariableID: Sendable, Hashable {
  let number: UInt64
}

/// By age: what was made later is larger.
extension VariableID: Comparable {
  public static func < (a: VariableID, b: VariableID) -> Bool { a.number < b.number }
}

extension Parameter {
  /// Which variable this is, while a walk back tells of its gradient.
  public var variableID: VariableID { VariableID(number: number) }
}

extension Tensor {
  /// Which variable this is, while a walk back tells of its gradient; `nil` for a constant.
  public var variableID: VariableID? { node.map { VariableID(number: $0.number) } }
}
