import BackpropArrays

@testable import BackpropAutodiff

extension OperationTable {
  static let movement: [OperationRow] = [
    moved(
      "Reshape", "x.reshaped(to: lengths)", "the same elements in row-major order",
      shapes: "lengths, one of which may be −1", numpy: "np.reshape", "torch.reshape",
      OperationRow.each("a.reshape(1, -1) if a.numel() else a.reshape(3, 0)") {
        $0.count > 0 ? $0.reshaped(to: [1, -1]) : $0.reshaped(to: [3, 0])
      }),
    moved(
      "Transpose", "x.transposed(order)", "the axes in another order", shapes: "lengths so ordered",
      numpy: "np.transpose", "torch.permute",
      OperationRow.each("a.permute(tuple(reversed(range(a.dim()))))") { $0.transposed() } + [
        OperationCase("in turn", [.numbers([2, 3, 4])], "a.permute(1, 2, 0)") {
          $0[0].transposed([1, -1, 0])
        }
      ]),
    moved(
      "swappingAxes", "x.swappingAxes(i, j)", "two axes exchanged", shapes: "two lengths exchanged",
      numpy: "np.swapaxes", "torch.swapaxes",
      OperationRow.each("torch.swapaxes(a, 0, -1)", minimumRank: 1) { $0.swappingAxes(0, -1) }),
    moved(
      "movingAxis", "x.movingAxis(i, to: j)", "an axis at another place",
      shapes: "a length at another place", numpy: "np.moveaxis", "torch.movedim",
      OperationRow.each("torch.movedim(a, 0, -1)", minimumRank: 1) { $0.movingAxis(0, to: -1) }),
    moved(
      "Squeeze", "x.squeezed(axis: k)", "without axes of length 1", shapes: "without them",
      numpy: "np.squeeze", "torch.squeeze",
      OperationRow.each("a.squeeze()") { $0.squeezed() } + [
        OperationCase("one axis", [.numbers([1, 3, 1])], "a.squeeze(0)") { $0[0].squeezed(axis: 0) }
      ]),
    moved(
      "ExpandingDimension", "x.expandingDimension(at: k)", "with an axis of length 1",
      shapes: "with a 1 at k", numpy: "np.expand_dims", "torch.unsqueeze",
      OperationRow.each("a.unsqueeze(-1)") { $0.expandingDimension(at: -1) }),
    moved(
      "BroadcastTo", "x.broadcast(to: shape)", "repeated along axes of length 1 and new ones",
      shapes: "shape", numpy: "np.broadcast_to", "torch.broadcast_to",
      ([
        ("a number", [], [3, 2]), ("none", [1, 0], [3, 0]), ("odd", [17], [2, 17]),
        ("columns", [3, 1], [2, 3, 4]), ("five axes", [2, 1, 3, 1, 2], [2, 4, 3, 2, 2]),
      ] as [(String, Shape, Shape)]).map { label, from, to in
        OperationCase(
          label, [.numbers(from)], "a.broadcast_to((\(to.map { "\($0)," }.joined())))"
        ) { $0[0].broadcast(to: to) }
      }),
    moved(
      "broadcast", "Tensor.broadcast([a, b])", "both repeated to their common shape",
      shapes: "broadcast", numpy: "np.broadcast_arrays", "torch.broadcast_tensors",
      OperationRow.pairs.map { label, a, b in
        OperationCase(
          label, [.numbers(a), .numbers(b)], "torch.broadcast_tensors(a, b)[1]"
        ) { Tensor.broadcast($0)[1] }
      }),
    moved(
      "Concatenate", "Tensor.concatenate([a, b], axis: k)", "one behind the other along an axis",
      shapes: "lengths along k added", numpy: "np.concatenate", "torch.cat",
      ([
        ("odd", [17], [3], 0), ("with nothing", [0, 3], [2, 3], 0),
        ("columns", [3, 2], [3, 4], 1),
        ("five axes", [2, 1, 3, 2, 2], [2, 1, 3, 1, 2], -2),
      ] as [(String, Shape, Shape, Int)]).map { label, a, b, axis in
        OperationCase(label, [.numbers(a), .numbers(b)], "torch.cat([a, b], \(axis))") {
          Tensor.concatenate($0, axis: axis)
        }
      }),
    moved(
      "Stack", "Tensor.stack([a, b], axis: k)", "side by side along a new axis",
      shapes: "with their number at k", numpy: "np.stack", "torch.stack",
      ([
        ("numbers", [], 0), ("none", [0, 2], 1), ("odd", [17], -1), ("matrix", [3, 5], 1),
        ("four axes", [2, 1, 3, 2], 2),
      ] as [(String, Shape, Int)]).map { label, shape, axis in
        OperationCase(
          label, [.numbers(shape), .numbers(shape)], "torch.stack([a, b], \(axis))"
        ) { Tensor.stack($0, axis: axis) }
      }),
    moved(
      "split", "x.split(into: n, axis: k)", "cut along an axis", shapes: "the length at k by n",
      numpy: "np.split", "torch.chunk",
      ([
        ("odd", [15], 0), ("rows", [6, 2], 0), ("columns", [3, 6], -1), ("none", [3, 0], 1),
        ("five axes", [2, 1, 3, 2, 2], 2),
      ] as [(String, Shape, Int)]).map { label, shape, axis in
        OperationCase(label, [.numbers(shape)], "torch.tensor_split(a, 3, \(axis))[1]") {
          $0[0].split(into: 3, axis: axis)[1]
        }
      }),
    moved(
      "flipped", "x.flipped(axes: k)", "backwards along axes", shapes: "as x", numpy: "np.flip",
      "torch.flip",
      OperationRow.each("torch.flip(a, tuple(range(a.dim())))") { $0.flipped() } + [
        OperationCase("one axis", [.numbers([3, 5])], "torch.flip(a, (1,))") {
          $0[0].flipped(axis: 1)
        }
      ]),
    moved(
      "rolled", "x.rolled(n, axis: k)", "shifted by n, what falls out coming in again",
      shapes: "as x", numpy: "np.roll", "torch.roll",
      OperationRow.each("torch.roll(a, -4)", minimumRank: 1) { $0.rolled(-4) } + [
        OperationCase("two axes", [.numbers([3, 5])], "torch.roll(a, (1, 7), (0, -1))") {
          $0[0].rolled([1, 7], axes: [0, -1])
        }
      ]),
    moved(
      "padded", "x.padded(widths, mode: m)", "with places added along each axis",
      shapes: "lengths and widths added", numpy: "np.pad", "F.pad",
      [
        OperationCase("nothing", [.numbers([0, 2])], "F.pad(a, (0, 1, 1, 0))") {
          $0[0].padded([(1, 0), (0, 1)])
        },
        OperationCase("with a number", [.numbers([3, 5])], "F.pad(a, (1, 2, 0, 3), value=0.5)") {
          $0[0].padded([(0, 3), (1, 2)], mode: .constant(0.5))
        },
        OperationCase("reflected", [.numbers([2, 3, 5])], "F.pad(a, (2, 4), mode='reflect')") {
          $0[0].padded([(0, 0), (0, 0), (2, 4)], mode: .reflect)
        },
        OperationCase("replicated", [.numbers([2, 3, 5])], "F.pad(a, (2, 7), mode='replicate')") {
          $0[0].padded([(0, 0), (0, 0), (2, 7)], mode: .replicate)
        },
        OperationCase(
          "circular", [.numbers([1, 2, 3, 5])],
          "F.pad(a, (2, 4, 1, 0), mode='circular')"
        ) { $0[0].padded([(0, 0), (0, 0), (1, 0), (2, 4)], mode: .circular) },
        OperationCase("five axes", [.numbers([2, 1, 3, 2, 2])], "F.pad(a, (0, 1, 0, 0, 2, 0))") {
          $0[0].padded([(0, 0), (0, 0), (2, 0), (0, 0), (0, 1)])
        },
      ]),
    moved(
      "tiled", "x.tiled(counts)", "repeated as a whole", shapes: "lengths by counts",
      numpy: "np.tile", "torch.tile",
      OperationRow.each("torch.tile(a, (2, 3))") { $0.tiled([2, 3]) }),
    moved(
      "repeated", "x.repeated(n, axis: k)", "each position n times", shapes: "the length at k by n",
      numpy: "np.repeat", "torch.repeat_interleave",
      OperationRow.each("torch.repeat_interleave(a, 3, 0)", minimumRank: 1) {
        $0.repeated(3, axis: 0)
      } + [
        OperationCase(
          "by counts", [.numbers([2, 3])],
          "torch.repeat_interleave(a, torch.tensor([2, 0, 1]), -1)"
        ) { $0[0].repeated([2, 0, 1], axis: -1) }
      ]),
    moved(
      "Diagonal", "x.diagonal(offset: n)", "xᵢ,ᵢ₊ₙ of the last two axes",
      shapes: "without two axes, the diagonal last", numpy: "np.diagonal", "torch.diagonal",
      OperationRow.each("torch.diagonal(a, 0, -2, -1)", minimumRank: 2) { $0.diagonal() } + [
        OperationCase(
          "of other axes, below", [.numbers([4, 2, 3])],
          "torch.diagonal(a, -1, 2, 0)"
        ) { $0[0].diagonal(offset: -1, rows: 2, columns: 0) }
      ]),
    moved(
      "diagonalMatrix", "x.diagonalMatrix(offset: n)", "x on a diagonal, zeros beside it",
      shapes: "a square of the last axis and |n|", numpy: "np.diag", "torch.diag_embed",
      OperationRow.each("torch.diag_embed(a, 1)", minimumRank: 1) { $0.diagonalMatrix(offset: 1) }),
    moved(
      "triangles", "x.lowerTriangle(), x.upperTriangle()", "zeros above or below a diagonal",
      shapes: "as x", numpy: "np.tril, np.triu", "torch.tril, torch.triu",
      OperationRow.each("torch.tril(a)", minimumRank: 2) { $0.lowerTriangle() } + [
        OperationCase("upper", [.numbers([3, 5])], "torch.triu(a, 1)") {
          $0[0].upperTriangle(offset: 1)
        }
      ]),
    moved(
      "meshgrid", "Tensor.meshgrid([a, b])", "coordinates of the points of a grid",
      shapes: "the lengths of all", numpy: "np.meshgrid", "torch.meshgrid",
      [
        OperationCase(
          "first", [.numbers([3]), .numbers([2])], "torch.meshgrid(a, b, indexing='ij')[0]"
        ) { Tensor.meshgrid($0)[0] },
        OperationCase(
          "last of three, as x and y", [.numbers([2]), .numbers([3]), .numbers([2])],
          "torch.meshgrid(a, b, c, indexing='xy')[1]"
        ) { Tensor.meshgrid($0, indexing: .xy)[1] },
      ]),
  ]

  private static func moved(
    _ name: String, _ call: String, _ formula: String, shapes: String, numpy: String,
    _ pytorch: String, _ cases: [OperationCase]
  ) -> OperationRow {
    OperationRow(
      name, .movement, call, formula, shapes: shapes, numpy: numpy, pytorch: pytorch,
      accuracy: .exact, cases)
  }

  static let indexing: [OperationRow] = [
    OperationRow(
      "SliceView", .indexing, "x[1..., Slice(by: -2)]", "a part of x", shapes: "of the part",
      numpy: "ndarray[…]", pytorch: "Tensor[…]", accuracy: .exact,
      [
        OperationCase("from one", [.numbers([17])], "a[3:]") { $0[0][3...] },
        OperationCase("one position", [.numbers([4, 5])], "a[:, -1]") { $0[0][.all, -1] },
        OperationCase("backwards", [.numbers([3, 5])], "torch.flip(a, (1,))[:, ::2]") {
          $0[0][.all, Slice(by: -2)]
        },
        OperationCase("none", [.numbers([3, 5])], "a[2:2]") { $0[0][2..<2] },
        OperationCase("five axes", [.numbers([2, 1, 3, 2, 2])], "a[1, :, 1:, :, ::2]") {
          $0[0][1, .all, 1..., .all, Slice(by: 2)]
        },
      ]),
    OperationRow(
      "Gather", .indexing, "x.gather(rows: i), x[i]", "elements at positions",
      shapes: "the positions' for the axis", numpy: "np.take, np.take_along_axis",
      pytorch: "torch.index_select, torch.gather", accuracy: .exact,
      [
        OperationCase("rows", [.numbers([4, 3]), .positions([5], below: 4)], "a[b]") {
          $0[0].gather(rows: $0[1])
        },
        OperationCase("by a matrix", [.numbers([17]), .positions([2, 3], below: 17)], "a[b]") {
          $0[0].gather(rows: $0[1])
        },
        OperationCase(
          "columns, from the end", [.numbers([2, 4]), .positions([3], below: 4, from: -4)],
          "a[:, b]"
        ) { $0[0].gather($0[1], axis: -1) },
        OperationCase("none", [.numbers([4, 3]), .positions([0], below: 4)], "a[b]") {
          $0[0].gather(rows: $0[1])
        },
        OperationCase(
          "along the last of five axes",
          [.numbers([2, 1, 3, 2, 4]), .positions([2, 1, 3, 2, 2], below: 4)],
          "torch.gather(a, -1, b)"
        ) { $0[0].gatherAlong($0[1], axis: -1) },
      ]),
    OperationRow(
      "Scatter", .indexing, "x.scatter(e, at: i), x[i] = e", "x with elements put at positions",
      shapes: "as x", numpy: "np.put, np.put_along_axis", pytorch: "torch.index_put, torch.scatter",
      accuracy: .exact,
      [
        OperationCase(
          "rows", [.numbers([4, 3]), .numbers([2, 3])],
          "torch.index_put(a, (torch.tensor([3, 0]),), b)"
        ) { $0[0].scatter($0[1], at: [3, 0]) },
        OperationCase(
          "a number for every second column", [.numbers([2, 5]), .numbers([])],
          "torch.index_put(a, (slice_rows(a), torch.tensor([0, 2, 4])), b)"
        ) { $0[0].scatter($0[1], at: .all, Slice(by: 2)) },
        OperationCase(
          "along an axis", [.numbers([2, 4]), .numbers([2, 2])],
          "torch.scatter(a, -1, torch.tensor([[1, 3], [2, 0]]), b)"
        ) { $0[0].scatterAlong($0[1], to: Tensor([[1, 3], [2, 0]] as [[Int]]), axis: -1) },
      ]),
    OperationRow(
      "ScatterAdd", .indexing, "x.scatterAdd(e, at: i)", "x with elements added at positions",
      shapes: "as x", numpy: "np.add.at", pytorch: "torch.scatter_add", accuracy: .sums,
      [
        OperationCase(
          "rows, some of them twice", [.numbers([4, 3]), .numbers([3, 3])],
          "torch.index_add(a, 0, torch.tensor([2, 0, 2]), b)"
        ) { $0[0].scatterAdd($0[1], at: [2, 0, 2]) },
        OperationCase(
          "along an axis", [.numbers([3, 2]), .numbers([4, 2]), .positions([4, 2], below: 3)],
          "torch.scatter_add(a, 0, c, b)"
        ) { $0[0].scatterAddAlong($0[1], to: $0[2], axis: 0) },
        OperationCase(
          "none", [.numbers([3, 2]), .numbers([0, 2])],
          "torch.index_add(a, 0, torch.zeros(0, dtype=torch.int64), b)"
        ) { $0[0].scatterAdd($0[1], at: [Int]()) },
      ]),
    OperationRow(
      "OneHot", .indexing, "i.oneHot(classes: n)", "1 at i, else 0", shapes: "with n behind",
      pytorch: "F.one_hot", accuracy: .exact,
      ([("a number", []), ("none", [0]), ("odd", [17]), ("four axes", [2, 1, 3, 2])]
        as [(String, Shape)]).map { label, shape in
          OperationCase(label, [.positions(shape, below: 5)], "F.one_hot(a, 5)") {
            $0[0].oneHot(classes: 5)
          }
        }),
    OperationRow(
      "GatherInPlanes", .indexing, nil, "elements at positions in planes, 0 at −1",
      shapes: "as the positions", accuracy: .exact,
      [
        OperationCase(
          "one plane", [.numbers([1, 1, 6]), .positions([1, 1, 4], below: 6)],
          "torch.gather(a, -1, b)"
        ) { GatherInPlanes()($0[0], $0[1].cast(to: .int32)) },
        OperationCase(
          "planes", [.numbers([2, 3, 2, 2]), .positions([2, 3, 5], below: 4)],
          "torch.gather(a.flatten(2), -1, b)"
        ) { GatherInPlanes()($0[0], $0[1].cast(to: .int32)) },
      ]),
    OperationRow(
      "ScatterInPlanes", .indexing, nil, "elements added to zeros at positions in planes",
      shapes: "that of the planes", accuracy: .sums,
      [
        OperationCase(
          "planes", [.numbers([2, 3, 5]), .positions([2, 3, 5], below: 4)],
          "torch.zeros(2, 3, 4, dtype=a.dtype).scatter_add(-1, b, a).reshape(2, 3, 2, 2)"
        ) { ScatterInPlanes(shape: [2, 3, 2, 2])($0[0], $0[1].cast(to: .int32)) }
      ]),
  ]
}
