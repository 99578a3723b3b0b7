import BackpropArrays
import BackpropAutodiff
import BackpropNeuralNetworks
import BackpropTestSupport
import CBackpropRuntime
import Testing

@Suite struct KeyValueCacheTests {
  private static func numbers(_ length: Int, width: Int = 4, seed: UInt64 = 1) -> Tensor {
    var random = RandomSource(seed: seed)
    return .normal([2, 3, length, width], scalarType: .float64, using: &random)
  }

  @Test func givesAllThatWasAppended() {
    var cache = KeyValueCache()
    var (keys, values) = ([Tensor](), [Tensor]())
    for (step, length) in [3, 1, 0, 40, 2, 1].enumerated() {
      keys.append(Self.numbers(length, seed: UInt64(step)))
      values.append(Self.numbers(length, width: 5, seed: UInt64(step + 10)))
      let all = cache.append(keys[step], values[step])
      #expect(all.keys.array == Tensor.concatenate(keys, axis: 2).array)
      #expect(all.values.array == Tensor.concatenate(values, axis: 2).array)
      #expect(cache.count == keys.reduce(0) { $0 + $1.shape[2] })
    }
  }

  /// A copy goes on by itself, and what was given stays what it was.
  @Test func isAValue() {
    var cache = KeyValueCache()
    _ = cache.append(Self.numbers(3), Self.numbers(3))
    let first = cache.append(Self.numbers(1, seed: 2), Self.numbers(1, seed: 2)).keys
    var other = cache
    let before = first.array.copy()
    let a = cache.append(Self.numbers(1, seed: 3), Self.numbers(1, seed: 3)).keys
    let b = other.append(Self.numbers(1, seed: 4), Self.numbers(1, seed: 4)).keys
    #expect(first.array == before)
    #expect(a[.all, .all, ..<4].array == before && b[.all, .all, ..<4].array == before)
    #expect(a[.all, .all, 4...].array == Self.numbers(1, seed: 3).array)
    #expect(b[.all, .all, 4...].array == Self.numbers(1, seed: 4).array)
    #expect((cache.count, other.count) == (5, 5))
  }

  /// A step writes where there is room: all steps together take no more new memory than what doubling
  /// takes, and not the square of their number.
  @Test func appendingWritesInPlace() {
    var cache = KeyValueCache()
    let key = Self.numbers(1)
    let bytes = Int64(key.count * 8)
    var addresses: Set<UnsafeRawPointer> = []
    bp_reset_peak_live_bytes()
    let before = bp_memory().live_bytes
    for _ in 0..<256 {
      let all = cache.append(key, key)
      addresses.insert(UnsafeRawPointer(all.keys.array.storage.base))
    }
    #expect(bp_memory().live_bytes - before == 2 * 256 * bytes)
    // The last time it doubled, the old keys were there beside the new.
    #expect(bp_memory().peak_live_bytes - before <= (2 * 256 + 128) * bytes)
    // The first result is the key itself, and then there was room for 16, 32, 64, 128, 256.
    #expect(addresses.count == 6)
  }

  @Test func gradientsFlowToTheNewOnes() {
    var cache = KeyValueCache()
    let earlier = Self.numbers(2).requiringGradient()
    _ = cache.append(earlier, earlier)
    let new = Self.numbers(1, seed: 5).requiringGradient()
    let (keys, values) = cache.append(new, new)
    let gradients = (keys.squared().sum() + values.sum()).backward()
    #expect(gradients[new].array == (new.detached * 2 + 1).array)
    #expect(gradients.gradient(withRespectTo: earlier) == nil)
  }

  @Test func mistakesSayWhatIsWrong() async throws {
    func text(_ keys: Shape, _ values: Shape, _ type: ScalarType = .float64) -> String {
      var cache = KeyValueCache()
      _ = cache.append(Self.numbers(3), Self.numbers(3))
      let error = #expect(throws: ShapeError.self) {
        try cache.append(
          Tensor(shapeOnly: TensorType(keys, type)), Tensor(shapeOnly: TensorType(values, type))
        ).values.checkedType()
      }
      return error?.description ?? ""
    }
    #expect(text([2, 3, 1], [2, 3, 1]).contains("of shape (batch, heads, new, d)"))
    #expect(text([2, 3, 1, 4], [2, 3, 2, 4]).contains("not one value for each key"))
    #expect(text([2, 3, 1, 4], [2, 3, 1, 5]).contains("has values of 4 numbers"))
    #expect(text([1, 3, 1, 4], [1, 3, 1, 4]).contains("for 2 batches and 3 heads"))
    #expect(text([2, 3, 1, 4], [2, 3, 1, 4], .float32).contains("the new keys are float32"))
    // Shapes alone leave it as it is.
    var cache = KeyValueCache()
    _ = cache.append(Self.numbers(3), Self.numbers(3))
    let shape = Tensor(shapeOnly: TensorType([2, 3, 2, 4], .float64))
    #expect(try cache.append(shape, shape).keys.checkedType().shape == [2, 3, 5, 4])
    #expect(cache.count == 3)
  }
}
