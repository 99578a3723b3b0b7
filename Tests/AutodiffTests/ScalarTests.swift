import BackpropArrays
import BackpropAutodiff
import Testing

/// Numbers beside arrays of whole numbers: nothing is rounded, held to a bound or cut off.
@Suite struct ScalarTests {
  private static let bounds: [Int64] = [.min, .min + 1, -3, -1, 0, 1, 2, 3, .max - 1, .max]

  @Test func arithmeticIsModuloTheTypesSize() {
    #expect((Tensor([1] as [Int64]) - 0x1p63).scalars() == [-9_223_372_036_854_775_807 as Int64])
    #expect((Tensor([1] as [Int64]) + 0x1p64).scalars() == [1 as Int64])
    #expect((Tensor([3] as [Int64]) * -0x1p63).scalars() == [Int64.min])
    #expect((0x1p63 - Tensor([1] as [Int64])).scalars() == [Int64.max])
    #expect((Tensor([1] as [Int32]) + 0x1p31).scalars() == [Int32.min + 1])
    #expect((Tensor([5] as [Int32]) * 4_294_967_297).scalars() == [5 as Int32])
    #expect((Tensor([1, 2] as [UInt8]) - -1).scalars() == [2, 3] as [UInt8])
    #expect((Tensor([1, 2] as [UInt8]) + 1e300).scalars() == [1, 2] as [UInt8])
    var x = Tensor([1] as [Int64])
    x -= 0x1p63
    #expect(x.scalars() == [-9_223_372_036_854_775_807 as Int64])
    x += 0x1p63
    x *= -0x1p63
    #expect(x.scalars() == [Int64.min])
    #expect((-Tensor([Int64.min, 5])).scalars() == [Int64.min, -5])
  }

  @Test func wholeNumbersHaveTheFunctionsThatKeepThemWhole() {
    let x = Tensor([-3, 0, 5, .min] as [Int32])
    #expect(x.abs().scalars() == [3, 0, 5, .min] as [Int32])
    #expect(x.sign().scalars() == [-1, 0, 1, -1] as [Int32])
    #expect(x.squared().scalars() == [9, 0, 25, 0] as [Int32])
    let views = Tensor((0..<6).map { Int64($0) }, shape: [2, 3]).transposed()
    #expect((-views).scalars() == [0, -3, -1, -4, -2, -5] as [Int64])
    #expect(views.max(axis: 1).scalars() == [3, 4, 5] as [Int64])
    #expect(views.sum(axis: 0).scalars() == [3, 12] as [Int64])
  }

  private func text(_ result: ExitTest.Result?) throws -> String {
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  }

  @Test func numbersThatAWholeTypeCannotHoldAreATypeError() async throws {
    let fraction = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2] as [Int32]) * 2.5
    }
    let message = try text(fraction)
    #expect(message.contains("multiply: the numbers are int32, and 2.5 is no whole number"))
    #expect(message.contains("hint: convert first, with cast(to: .float32)"))
    let infinite = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var x = Tensor([1] as [UInt8])
      x += .infinity
    }
    #expect(try text(infinite).contains("add: the numbers are uint8, and inf is no whole number"))
    let large = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1] as [UInt8]).maximum(300)
    }
    #expect(try text(large).contains("maximum: the numbers are uint8, which cannot hold 300.0"))
    await #expect(processExitsWith: .failure) { _ = Tensor([1] as [Int64]).minimum(0x1p63) }
    await #expect(processExitsWith: .failure) { _ = Tensor([1] as [UInt8]).pow(-1) }
    let power = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([2] as [Int32]).pow(-1)
    }
    #expect(try text(power).contains("pow: a whole number to the negative power -1"))
    let flags = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([true]) + 1
    }
    #expect(try text(flags).contains("add: the numbers are bool"))
  }

  @Test func functionsOfFractionsAreATypeError() async throws {
    let softmax = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([[1, 2], [3, 4]] as [[Int32]]).softmax()
    }
    #expect(try text(softmax).contains("softmax: the numbers are int32"))
    let mean = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2] as [Int64]).mean()
    }
    #expect(try text(mean).contains("mean: the numbers are int64"))
    let random = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      _ = Tensor.normal([2], scalarType: .int32, using: &random)
    }
    #expect(try text(random).contains("normal: the numbers are int32"))
  }

  @Test func comparisonsAreExact() {
    check(Self.bounds)
    check(Self.bounds.map { Int32(clamping: $0) } + [.min + 1, .max - 1])
    check([0, 1, 2, 3, 254, 255] as [UInt8])
  }

  /// -1, 0 or 1 where a is smaller than b, equal or larger; `nil` for NaN.
  private static func order(_ a: some FixedWidthInteger, _ b: Double) -> Int? {
    if b.isNaN { return nil }
    if b.magnitude >= 0x1p65 { return b > 0 ? -1 : 1 }
    let below = Int128(b.rounded(.down))
    if a == below { return b == b.rounded(.down) ? 0 : -1 }
    return a < below ? -1 : 1
  }

  private func check<I: Scalar & FixedWidthInteger>(_ values: [I]) {
    let x = Tensor(values)
    let numbers = [
      0, -0.0, -0.5, 0.5, 1, 2.5, -2.5, 254.5, 255, 255.5, 256, 0x1p31, 0x1p31 - 1, -0x1p31,
      -0x1p31 - 1, 0x1p53, 0x1p63, -0x1p63, 0x1p64, 1e30, -1e30, .infinity, -.infinity, .nan,
    ]
    for number in numbers {
      let orders = values.map { Self.order($0, number) }
      let message: Comment = "\(I.self) and \(number)"
      #expect((x .== number).scalars() == orders.map { $0 == 0 }, message)
      #expect((x .!= number).scalars() == orders.map { $0 != 0 }, message)
      #expect((x .< number).scalars() == orders.map { $0 == -1 }, message)
      #expect((x .<= number).scalars() == orders.map { $0 == -1 || $0 == 0 }, message)
      #expect((x .> number).scalars() == orders.map { $0 == 1 }, message)
      #expect((x .>= number).scalars() == orders.map { $0 == 1 || $0 == 0 }, message)
    }
    let rows = x.expandingDimension(at: 0)
    #expect((rows .< 0x1p70).shape == rows.shape)
  }

  @Test func rangesOfWholeNumbersAreNotRounded() {
    let start = 0x1p53
    #expect(
      Tensor.range(from: start, to: start + 4, scalarType: .int64).scalars()
        == (0..<4).map { (1 << 53) + $0 } as [Int64])
    #expect(
      Tensor.range(from: -start, to: -start - 4, by: -1, scalarType: .int64).scalars()
        == (0..<4).map { (-1 << 53) - $0 } as [Int64])
    #expect(
      Tensor.range(from: -1, to: 0x1p62, by: 0x1p60, scalarType: .int64).scalars()
        == (0..<5).map { $0 << 60 - 1 } as [Int64])
    #expect(
      Tensor.range(from: -0x1p63, to: 0x1p62, by: 0x1p62, scalarType: .int64).scalars()
        == [.min, -1 << 62, 0] as [Int64])
    #expect(Tensor.range(from: 1, to: 3.5, scalarType: .int32).scalars() == [1, 2, 3] as [Int32])
    #expect(
      Tensor.range(from: 5, to: 1.5, by: -2, scalarType: .uint8).scalars() == [5, 3] as [UInt8])
    #expect(Tensor.range(from: 3, to: 3, scalarType: .int64).count == 0)
    #expect(Tensor.range(from: 3, to: 1, scalarType: .int64).count == 0)
    #expect(
      Tensor.range(from: 0, to: 2, by: 0.5, scalarType: .int32).scalars() == [0, 0, 1, 1] as [Int32]
    )
  }
}
