import CBackpropKernels

/// How an array's numbers fall into groups that are standardized each by itself, (x − μ) / √(σ² + ε)
/// with the mean μ and the variance σ² of the group, and which weight and bias each number has.
///
/// The kernel wants a group as some parts of numbers that lie side by side. Where the reduced axes do
/// not lie so, arrays are brought into an order of axes in which they do. Groups are computed each by
/// itself, and what is summed over groups is cut by the shape alone, so that results have the same bits
/// on any number of threads.
package struct StandardizedGroups {
  private var groups: bp_groups
  /// How many groups there are.
  private let count: Int
  /// The shape of means and variances: reduced axes have the length 1.
  private let kept: Shape
  private let weightShape: Shape?
  /// In which order the axes are brought; `nil` if they stay.
  private let order: [Int]?

  /// The groups of an array of `shape`; `nil` if weights are not one a group, one a part of each group
  /// or one a number of each group.
  ///
  /// - Parameters:
  ///   - shape: of the array.
  ///   - isReduced: along which axes a group's numbers lie.
  ///   - weights: the shape of weight and bias, which broadcasts to `shape`; `nil` without.
  ///   - epsilon: ε.
  ///   - isCentered: whether the mean is subtracted. If not, it is taken to be 0.
  package init?(
    _ shape: Shape, _ isReduced: [Bool], weights: Shape?, epsilon: Double, isCentered: Bool
  ) {
    let axes = Array(0..<shape.rank)
    let reducedLast = axes.filter { !isReduced[$0] } + axes.filter { isReduced[$0] }
    if let groups = Self.groups(shape, isReduced, weights, axes) {
      (self.groups, order) = (groups, nil)
    } else if let groups = Self.groups(shape, isReduced, weights, reducedLast) {
      (self.groups, order) = (groups, reducedLast)
    } else {
      return nil
    }
    groups.epsilon = epsilon
    groups.is_centered = isCentered
    kept = Shape(axes.map { isReduced[$0] ? 1 : shape[$0] })
    count = kept.elementCount
    weightShape = weights
  }

  /// Neighbouring axes that lie as one would.
  private struct Axis {
    var length = 1
    var step = 0
    /// From one weight to the next along it.
    var weightStep = 0
    var isReduced = false
  }

  /// The axes in an order in which they lie contiguously, those that can be taken together as one.
  private static func merged(
    _ shape: Shape, _ isReduced: [Bool], _ weights: Shape?, _ order: [Int]
  ) -> [Axis] {
    var weightSteps = [Int](repeating: 0, count: shape.rank)
    if let weights {
      var step = 1
      for axis in (0..<weights.rank).reversed() {
        if weights[axis] != 1 { weightSteps[axis + shape.rank - weights.rank] = step }
        step *= weights[axis]
      }
    }
    var axes: [Axis] = []
    var step = 1
    for index in order.reversed() where shape[index] != 1 {
      let axis = Axis(
        length: shape[index], step: step, weightStep: weightSteps[index],
        isReduced: isReduced[index])
      step *= axis.length
      if let inner = axes.last, inner.isReduced == axis.isReduced,
        axis.weightStep == inner.weightStep * inner.length
      {
        axes[axes.count - 1].length *= axis.length
      } else {
        axes.append(axis)
      }
    }
    return axes.reversed()
  }

  /// The groups, with axes in this order; `nil` if numbers or weights lie in another way than the kernel
  /// knows.
  private static func groups(
    _ shape: Shape, _ isReduced: [Bool], _ weights: Shape?, _ order: [Int]
  ) -> bp_groups? {
    let axes = merged(shape, isReduced, weights, order)
    let keptAxes = axes.filter { !$0.isReduced }
    var within = axes.filter { $0.isReduced }
    // The columns of a matrix are groups whose parts are single numbers.
    let areColumns =
      axes.count == 2 && axes[0].isReduced && axes[0].weightStep == 0
      && (weights == nil || axes[1].weightStep == 1)
    // A group of one number is such a part as well.
    if within.isEmpty || areColumns {
      within.append(Axis(step: 1))
    } else if !axes.last!.isReduced {
      return nil
    }
    guard keptAxes.count <= 2, within.count <= 2 else { return nil }
    // Very short parts are worth being brought side by side.
    if within.count == 2, within[1].length < 8, !areColumns,
      within.allSatisfy({ $0.weightStep == 0 })
    {
      return nil
    }
    var groups = bp_groups()
    if within.count == 1, within[0].weightStep == 1, keptAxes.allSatisfy({ $0.weightStep == 0 }) {
      groups.is_each_weighted = true
    } else if within.last!.weightStep != 0 {
      // Weights that differ between groups too: each number is a part.
      guard within.count == 1 else { return nil }
      within.append(Axis(step: 1))
    }
    let part = within.count == 2 ? within[0] : Axis()
    let isOuter = keptAxes.count == 2 || keptAxes.first?.weightStep == 0 && !areColumns
    let outer = isOuter ? keptAxes[0] : Axis()
    let inner = isOuter ? (keptAxes.count == 2 ? keptAxes[1] : Axis()) : keptAxes.first ?? Axis()
    (groups.inner, groups.parts, groups.length) = (inner.length, part.length, within.last!.length)
    (groups.outer_step, groups.inner_step, groups.part_step) = (outer.step, inner.step, part.step)
    (groups.inner_weight, groups.part_weight) = (inner.weightStep, part.weightStep)
    guard let weights else { return groups }
    return outer.weightStep == 0 && hasItsWeights(groups, weights.elementCount) ? groups : nil
  }

  /// Whether the numbers of a group, its parts, or the groups have the weights one after the other.
  private static func hasItsWeights(_ groups: bp_groups, _ count: Int) -> Bool {
    if groups.is_each_weighted { return groups.length == count }
    let ofGroup = groups.part_weight == 0 ? 1 : groups.parts
    return groups.part_weight <= 1 && groups.inner * ofGroup == count
      && (groups.inner == 1 || groups.inner_weight == ofGroup)
  }

  // MARK: Forward

  /// The numbers standardized, times the weight, plus the bias; and means and variances, in whose shape
  /// reduced axes have the length 1.
  ///
  /// - Parameters:
  ///   - x: the array.
  ///   - weight: of the shape of weights; `nil` for 1.
  ///   - bias: of the shape of weights; `nil` for 0.
  package func standardize(
    _ x: NDArray, weight: NDArray?, bias: NDArray?
  ) -> (result: NDArray, mean: NDArray, variance: NDArray) {
    let x = arranged(x)
    let (weight, bias) = (weight?.contiguous(), bias?.contiguous())
    let type = x.scalarType
    let result = NDArray(uninitialized: x.shape, type)
    let mean = NDArray(uninitialized: kept, type)
    let variance = NDArray(uninitialized: kept, type)
    let kernel = type.kernels.pointee.standardize!
    withUnsafePointer(to: groups) { groups in
      let (from, to) = (x.storage.base, result.storage.base)
      let (means, variances) = (mean.storage.base, variance.storage.base)
      let (scale, shift) = (weight?.storage.base, bias?.storage.base)
      Parallel.forEachRange(of: count, grain: grain) { range in
        kernel(groups, range.lowerBound, range.count, from, scale, shift, means, variances, to)
      }
    }
    withExtendedLifetime((x, weight, bias)) {}
    return (inPlace(result), mean, variance)
  }

  // MARK: Backward

  /// Which gradients are wanted, or the gradients.
  package struct Gradients<Value> {
    package var input: Value
    package var weight: Value
    package var bias: Value

    package init(input: Value, weight: Value, bias: Value) {
      (self.input, self.weight, self.bias) = (input, weight, bias)
    }
  }

  /// The gradients with respect to what ``standardize(_:weight:bias:)`` was given, of those that are
  /// wanted.
  ///
  /// With g = ∂L/∂result, h = g · weight and y = (x − μ) r: r (h − mean h − y mean(h y)), the means over
  /// the group; Σ g y and Σ g, over all numbers that have the weight.
  ///
  /// - Parameters:
  ///   - cotangent: the gradient with respect to the result.
  ///   - x: the array.
  ///   - weight: `nil` for 1, and where no gradient with respect to x is wanted.
  ///   - mean: as it came out.
  ///   - variance: as it came out.
  ///   - wanted: which gradients.
  package func gradients(
    _ cotangent: NDArray, _ x: NDArray, weight: NDArray?, mean: NDArray, variance: NDArray,
    wanted: Gradients<Bool>
  ) -> Gradients<NDArray?> {
    let type = x.scalarType
    if x.count == 0 {
      // Groups of nothing have no variance, and add nothing.
      func zeros(_ isWanted: Bool, _ shape: Shape?) -> NDArray? {
        isWanted ? shape.map { .zeros($0, scalarType: type) } : nil
      }
      return Gradients(
        input: zeros(wanted.input, x.shape), weight: zeros(wanted.weight, weightShape),
        bias: zeros(wanted.bias, weightShape))
    }
    let (g, x, weight) = (arranged(cotangent), arranged(x), weight?.contiguous())
    let result = wanted.input ? NDArray(uninitialized: x.shape, type) : nil
    // Where each number of a group has a weight, a sum for each of some blocks of groups; else for each
    // group what its numbers add.
    let sumsPerBlock = groups.is_each_weighted && (wanted.weight || wanted.bias)
    let blockLength = sumsPerBlock ? Swift.min(256, Swift.max(8, count / 32)) : 1
    let blockCount = (count + blockLength - 1) / blockLength
    let weightCount = weightShape?.elementCount ?? 0
    func sums(_ isWanted: Bool) -> NDArray? {
      if !isWanted { return nil }
      if sumsPerBlock { return .zeros([blockCount, weightCount], scalarType: type) }
      return NDArray(uninitialized: [count / groups.inner, weightCount], type)
    }
    let (byWeight, byBias) = (sums(wanted.weight), sums(wanted.bias))
    let kernel = type.kernels.pointee.standardize_gradient!
    withUnsafePointer(to: groups) { pointer in
      let (cotangents, inputs, scale) = (g.storage.base, x.storage.base, weight?.storage.base)
      let (means, variances) = (mean.storage.base, variance.storage.base)
      let (weights, biases, to) = (
        byWeight?.storage.base, byBias?.storage.base, result?.storage.base
      )
      let grain = Swift.max(1, grain / blockLength)
      Parallel.forEachRange(of: blockCount, grain: grain) { blocks in
        if !sumsPerBlock {
          return kernel(
            pointer, blocks.lowerBound, blocks.count, cotangents, inputs, scale, means, variances,
            weights, biases, to)
        }
        for block in blocks {
          let (first, offset) = (block * blockLength, block * weightCount * type.size)
          kernel(
            pointer, first, Swift.min(blockLength, count - first), cotangents, inputs, scale,
            means, variances, weights.map { $0 + offset }, biases.map { $0 + offset }, to)
        }
      }
    }
    withExtendedLifetime((g, x, weight, mean, variance)) {}
    func sum(_ rows: NDArray?) -> NDArray? {
      rows.map { $0.sum(axis: 0).reshaped(to: weightShape!) }
    }
    return Gradients(input: result.map(inPlace), weight: sum(byWeight), bias: sum(byBias))
  }

  // MARK: Layout

  /// How many groups are worth a piece of work of their own.
  private var grain: Int {
    // Columns are done some at a time.
    Swift.max(
      groups.length == 1 ? 16 : 1,
      Parallel.elementGrain / 4 / Swift.max(1, groups.parts * groups.length))
  }

  /// The array with its axes in order, contiguous.
  private func arranged(_ array: NDArray) -> NDArray {
    (order.map { array.transposed($0) } ?? array).contiguous()
  }

  /// The axes of such an array back in their places.
  private func inPlace(_ array: NDArray) -> NDArray {
    guard let order else { return array }
    var inverse = order
    for (index, axis) in order.enumerated() { inverse[axis] = index }
    return array.transposed(inverse)
  }
}
