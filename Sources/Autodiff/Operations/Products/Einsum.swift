import BackpropArrays

extension Tensor {
  /// A sum of products by Einstein's convention: each letter is an axis, letters of the inputs that the
  /// result lacks are summed over. NumPy's and PyTorch's `einsum`.
  ///
  /// ```swift
  /// Tensor.einsum("ij,jk->ik", a, b)                 // the matrix product
  /// Tensor.einsum("bhqd,bhkd->bhqk", q, k)           // scores of attention
  /// Tensor.einsum("ii->", x)                         // the trace
  /// Tensor.einsum("...ij->...ji", x)                 // matrices transposed
  /// Tensor.einsum("i,j", a, b)                       // the outer product
  /// ```
  ///
  /// A letter that a term has twice names a diagonal. `...` stands for the axes that no letter names,
  /// which broadcast, as axes of length 1 do. Without `->`, the result has the axes of `...` and then
  /// the letters that occur once, in the alphabet's order. Products of two tensors are matrix products
  /// wherever something is summed; of several, those come first whose result is smallest. Differentiable
  /// with respect to all of them.
  ///
  /// Traps if the equation cannot be read, has not a term for each tensor or not a letter for each axis,
  /// a letter has several lengths, the types differ or have no products, or some step of the way has
  /// more than eight axes.
  public static func einsum(_ equation: String, _ tensors: Tensor...) -> Tensor {
    einsum(equation, tensors)
  }

  /// The same for tensors in an array.
  ///
  /// Traps as that does, and if there are none.
  public static func einsum(_ equation: String, _ tensors: [Tensor]) -> Tensor {
    do throws(ShapeError) {
      return try Einsum(equation, tensors.map(\.shape)).apply(to: tensors)
    } catch { return failing(error, among: tensors) }
  }
}

/// An equation for tensors of certain shapes.
private struct Einsum {
  /// An axis: a letter, or a number from the end, negative, of those that `...` stands for.
  typealias Label = Int

  /// A tensor and what its axes are.
  private struct Operand {
    var tensor: Tensor
    var labels: [Label]
  }

  private var inputs: [[Label]] = []
  private var output: [Label] = []
  private var lengths: [Label: Int] = [:]
  private let shapes: [Shape]

  init(_ equation: String, _ shapes: [Shape]) throws(ShapeError) {
    self.shapes = shapes
    func failure(_ reason: String, hint: String? = nil) -> ShapeError {
      ShapeError("einsum", shapes, "\"\(equation)\": " + reason, hint: hint)
    }
    func labels(_ term: Substring, _ ellipsis: Int) throws(ShapeError) -> [Label] {
      var (labels, rest, hasEllipsis) = ([Label](), term, false)
      while let letter = rest.first {
        if rest.hasPrefix("..."), !hasEllipsis {
          labels += (0..<ellipsis).map { $0 - ellipsis }
          hasEllipsis = true
          rest = rest.dropFirst(3)
        } else if letter.isASCII, letter.isLetter, let value = letter.asciiValue {
          labels.append(Int(value))
          rest = rest.dropFirst()
        } else {
          throw failure("\"\(letter)\" is no letter of a to z, and ... stands once in a term")
        }
      }
      return labels
    }
    let text = equation.filter { $0 != " " }
    let sides = text.split(separator: "->", omittingEmptySubsequences: false)
    guard sides.count <= 2 else { throw failure("more than one arrow") }
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
    guard terms.count == shapes.count else {
      throw failure("\(terms.count) terms for \(shapes.count) tensors")
    }
    var longest = 0
    for (term, shape) in zip(terms, shapes) {
      let letters = try labels(term, 0).count
      let open = shape.rank - letters
      guard term.contains("...") ? open >= 0 : open == 0 else {
        throw failure(
          "the term \"\(term)\" names \(letters) axes of a tensor that has \(shape.rank)",
          hint: open > 0 ? "... stands for axes without a letter" : nil)
      }
      longest = max(longest, open)
      inputs.append(try labels(term, open))
      for (label, length) in zip(inputs.last!, shape) {
        let known = lengths[label, default: 1]
        guard known == length || known == 1 || length == 1 else {
          let name = label < 0 ? "an axis of ..." : "\(Character(UnicodeScalar(UInt8(label))))"
          throw failure("\(name) has the length \(known) in one place and \(length) in another")
        }
        lengths[label] = known == 1 ? length : known
      }
    }
    if sides.count == 2 {
      output = try labels(sides[1], longest)
    } else {
      let all = inputs.flatMap { $0 }
      output =
        (0..<longest).map { $0 - longest }
        + Set(all).filter { label in label > 0 && all.count { $0 == label } == 1 }.sorted()
    }
    guard Set(output).count == output.count, output.allSatisfy({ lengths[$0] != nil }) else {
      throw failure("the result has a letter twice, or one that no tensor has")
    }
  }

  func apply(to tensors: [Tensor]) throws(ShapeError) -> Tensor {
    var operands = try zip(tensors, inputs).map { tensor, labels throws(ShapeError) in
      try simplified(Operand(tensor: tensor, labels: labels))
    }
    while operands.count > 1 {
      let (first, second) = cheapestPair(operands)
      let b = operands.remove(at: second)
      let a = operands.remove(at: first)
      let kept = Set(output + operands.flatMap(\.labels))
      operands.append(try product(a, b, keeping: kept))
    }
    let result = summed(operands[0], keeping: Set(output))
    return result.tensor.transposed(output.map { result.labels.firstIndex(of: $0)! })
  }

  /// With each label once: of one that comes twice the diagonal is taken, and an axis of length 1 that
  /// broadcasts is left out.
  private func simplified(_ operand: Operand) throws(ShapeError) -> Operand {
    var (x, labels) = (operand.tensor, operand.labels)
    while let second = labels.indices.first(where: { labels[..<$0].contains(labels[$0]) }) {
      let first = labels.firstIndex(of: labels[second])!
      guard x.shape[first] == x.shape[second] else {
        throw ShapeError("einsum", shapes, "a diagonal of axes of different lengths")
      }
      x = x.diagonal(rows: first, columns: second)
      labels.append(labels.remove(at: second))
      labels.remove(at: first)
    }
    for index in labels.indices.reversed() where x.shape[index] != lengths[labels[index]] {
      x = x.squeezed(axis: index)
      labels.remove(at: index)
    }
    return Operand(tensor: x, labels: labels)
  }

  /// Summed over what neither the result nor another operand has.
  private func summed(_ operand: Operand, keeping kept: Set<Label>) -> Operand {
    let axes = operand.labels.indices.filter { !kept.contains(operand.labels[$0]) }
    if axes.isEmpty { return operand }
    let sum = operand.tensor.sum(axes: axes).cast(to: operand.tensor.scalarType)
    return Operand(tensor: sum, labels: operand.labels.filter { kept.contains($0) })
  }

  /// The two whose product is smallest.
  private func cheapestPair(_ operands: [Operand]) -> (Int, Int) {
    var (best, least) = ((0, 1), Double.infinity)
    for second in operands.indices {
      for first in 0..<second {
        let others = operands.indices.filter { $0 != first && $0 != second }
        let kept = Set(output + others.flatMap { operands[$0].labels })
        let size = Set(operands[first].labels + operands[second].labels).intersection(kept)
          .reduce(1.0) { $0 * Double(lengths[$1]!) }
        if size < least { (best, least) = ((first, second), size) }
      }
    }
    return best
  }

  private func product(
    _ a: Operand, _ b: Operand, keeping kept: Set<Label>
  ) throws(ShapeError) -> Operand {
    let (aLabels, bLabels) = (Set(a.labels), Set(b.labels))
    let a = summed(a, keeping: kept.union(bLabels))
    let b = summed(b, keeping: kept.union(aLabels))
    let batch = a.labels.filter { bLabels.contains($0) && kept.contains($0) }
    let inner = a.labels.filter { bLabels.contains($0) && !kept.contains($0) }
    let left = a.labels.filter { !bLabels.contains($0) }
    let right = b.labels.filter { !aLabels.contains($0) }
    let labels = batch + left + right
    guard labels.count <= Extents.capacity else {
      throw ShapeError(
        "einsum", shapes,
        "a product on the way has \(labels.count) axes, and a tensor has at most "
          + "\(Extents.capacity)")
    }
    let result: Tensor
    if inner.isEmpty {
      let (x, _) = arranged(a, batch, left, [])
      let (y, _) = arranged(b, batch, [], right)
      result = x * y
    } else {
      let (x, isTransposed) = arranged(a, batch, left, inner)
      let (y, isOtherTransposed) = arranged(b, batch, inner, right)
      result = x.matmul(y, transposingSelf: isTransposed, transposingOther: isOtherTransposed)
    }
    return Operand(tensor: result.reshaped(to: shape(of: labels)), labels: labels)
  }

  /// The axes in three groups, each as one axis, of which the last two may be exchanged if that saves
  /// a copy; without the first if it is empty.
  private func arranged(
    _ operand: Operand, _ batch: [Label], _ rows: [Label], _ columns: [Label]
  ) -> (Tensor, isTransposed: Bool) {
    func view(_ order: [Label]) -> Tensor {
      operand.tensor.transposed(order.map { operand.labels.firstIndex(of: $0)! })
    }
    func shaped(_ x: Tensor, _ rows: [Label], _ columns: [Label]) -> Tensor {
      let groups = (batch.isEmpty ? [] : [batch]) + [rows, columns]
      return x.reshaped(to: Shape(groups.map { shape(of: $0).elementCount }))
    }
    let plain = view(batch + rows + columns)
    let other = view(batch + columns + rows)
    return !plain.storage.isContiguous && other.storage.isContiguous
      ? (shaped(other, columns, rows), true) : (shaped(plain, rows, columns), false)
  }

  private func shape(of labels: [Label]) -> Shape { Shape(labels.map { lengths[$0]! }) }
}
