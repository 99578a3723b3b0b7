// Tensors: shapes, views, broadcasting, reductions, products and random numbers.
import Backprop

// Numbers written out become float32. A tensor prints itself as NumPy does.
let x = Tensor([[1, 2, 3], [4, 5, 6]])
print("x, of shape \(x.shape) and type \(x.scalarType):\n\(x)")

// Slices and transposes are views: they cost nothing and share memory ...
var corner = x[.all, 1..<3]
print("\nits last two columns:\n\(corner)")
print("\ntransposed:\n\(x.transposed())")

// ... and writing to one copies first, so the change shows nowhere else.
corner[0, 0] = Tensor(-1)
print("\na changed view leaves x as it was:\n\(corner)\n\(x)")

// Broadcasting repeats a row for each row, or a column for each column.
print("\neach column less its mean:\n\(x - x.mean(axis: 0))")
print("\nmean \(x.mean().item), largest by row \(x.max(axis: 1)), at \(x.argmax(axis: 1))")

// The matrix product, and the softmax of its rows.
let weights = Tensor([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
print("\nx · weights:\n\(x.matmul(weights))")
print("\nas probabilities:\n\(x.matmul(weights).softmax(axis: 1))")

// Parts are put together along an axis, and chosen element by element.
print("\nwith a row more:\n\(Tensor.concatenate([x, Tensor([[7, 8, 9]])]))")
print("\nwhat is above 2, else 0:\n\(Tensor.where(x .> 2, x, 0))")

// Random numbers come from a source that is seeded, so a run can be repeated bit for bit.
var random = RandomSource(seed: 0)
let sample = Tensor.normal([100_000], using: &random)
print("\n\(sample.count) normal numbers: mean \(sample.mean().item)")

// The old NumPy generator, number for number: np.random.seed(1); np.random.rand(3)
var numpy = NumPyRandom(seed: 1)
print("NumPy's seed 1: \(numpy.random(3))")
