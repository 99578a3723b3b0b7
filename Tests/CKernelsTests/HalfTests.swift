import CBackpropKernels
import Testing

/// The half-precision numbers: every one of them, and every place where rounding turns.
@Suite struct HalfTests {
  /// What a type is by its definition: bits of exponent and fraction, and how the exponent is counted.
  struct Format: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let code: bp_scalar
    let fractionBits: Int
    let bias: Int

    var exponentBits: Int { 15 - fractionBits }
    /// The bits of infinity.
    var infinity: UInt16 { UInt16((1 << exponentBits) - 1) << UInt16(fractionBits) }

    /// The number that `bits` stand for; what follows the largest counts as the next power of two.
    func value(_ bits: UInt16) -> Double {
      let sign = bits >> 15 == 0 ? 1.0 : -1.0
      let exponent = Int(bits & 0x7fff) >> fractionBits
      let fraction = Double(Int(bits) & ((1 << fractionBits) - 1))
      let unit = Double(
        sign: .plus, exponent: max(exponent, 1) - bias - fractionBits, significand: 1)
      return sign * (fraction + (exponent == 0 ? 0 : Double(1 << fractionBits))) * unit
    }
  }

  static let formats = [
    Format(testDescription: "float16", code: BP_FLOAT16, fractionBits: 10, bias: 15),
    Format(testDescription: "bfloat16", code: BP_BFLOAT16, fractionBits: 7, bias: 127),
  ]

  private func convert<A: BitwiseCopyable, B: BitwiseCopyable>(
    _ from: bp_scalar, _ to: bp_scalar, _ values: [A], _: B.Type
  ) -> [B] {
    [B](unsafeUninitializedCapacity: values.count) { buffer, count in
      bp_convert(from, to, values.count, values, buffer.baseAddress!)
      count = values.count
    }
  }

  @Test(arguments: formats) func everyNumberIsWhatItsBitsSay(_ format: Format) {
    let all = Array(0...UInt16.max)
    let doubles = convert(format.code, BP_FLOAT64, all, Double.self)
    let floats = convert(format.code, BP_FLOAT32, all, Float.self)
    var wrong = 0
    for bits in all {
      let (double, float) = (doubles[Int(bits)], floats[Int(bits)])
      let size = bits & 0x7fff
      let isRight =
        if size > format.infinity {
          double.isNaN && float.isNaN
        } else {
          (double == format.value(bits) || (double.isInfinite && size == format.infinity))
            && double.sign == (bits >> 15 == 0 ? .plus : .minus)
            && Double(float) == double && float.sign == double.sign
        }
      if !isRight { wrong += 1 }
    }
    #expect(wrong == 0)
    // And back again, each to its own bits.
    for back in [
      convert(BP_FLOAT64, format.code, doubles, UInt16.self),
      convert(BP_FLOAT32, format.code, floats, UInt16.self),
    ] {
      let changed = zip(all, back).filter { bits, again in
        bits & 0x7fff > format.infinity ? again & 0x7fff <= format.infinity : bits != again
      }
      #expect(changed.isEmpty)
    }
  }

  /// Half-way between any two neighbours, the even one; the least beside that, the nearer one. From
  /// Double, of which the last digits must not be lost on the way, and from Float.
  @Test(arguments: formats) func everyNumberRoundsToTheNearest(_ format: Format) {
    var (doubles, floats): ([Double], [Float]) = ([], [])
    var (ofDoubles, ofFloats): ([UInt16], [UInt16]) = ([], [])
    for bits in 0..<format.infinity {
      let middle = (format.value(bits) + format.value(bits + 1)) / 2
      let even = bits % 2 == 0 ? bits : bits + 1
      for (x, nearest) in [
        (middle, even), (middle.nextDown, bits), (middle.nextUp, bits + 1),
      ] {
        doubles += [x, -x]
        ofDoubles += [nearest, nearest | 0x8000]
      }
      let single = Float(middle)
      for (x, nearest) in [
        (single, even), (single.nextDown, bits), (single.nextUp, bits + 1),
      ] {
        floats += [x, -x]
        ofFloats += [nearest, nearest | 0x8000]
      }
    }
    #expect(convert(BP_FLOAT64, format.code, doubles, UInt16.self) == ofDoubles)
    if format.code == BP_FLOAT16 {
      #expect(convert(BP_FLOAT32, format.code, floats, UInt16.self) == ofFloats)
    } else {
      // The largest Float is below the middle of the last two; what is subnormal is in both types.
      let exact = floats.indices.filter { floats[$0].isFinite }
      #expect(
        convert(BP_FLOAT32, format.code, exact.map { floats[$0] }, UInt16.self)
          == exact.map { ofFloats[$0] })
    }
  }

  /// Whole numbers are rounded once too: by way of a Double, those of 64 bits would be twice.
  @Test func wholeNumbersRoundToTheNearest() {
    let format = Self.formats[1]
    for exponent in 9..<63 {
      // Half-way between two neighbours of eight digits, above the first of which the last is even.
      let middle = (1 << exponent) + (1 << (exponent - 8))
      let bits = convert(BP_INT64, format.code, [middle - 1, middle, middle + 1], UInt16.self)
      let even = UInt16(exponent + 127) << 7
      // Of a middle of 9 bits, the one before is a number of the type.
      #expect(bits == [exponent == 8 ? even - 1 : even, even, even + 1], "2^\(exponent)")
      let negative = convert(BP_INT64, format.code, [-middle - 1, -middle], UInt16.self)
      #expect(negative == [even + 1 | 0x8000, even | 0x8000])
    }
    let large: [UInt64] = [1 << 63 + 1 << 55, 1 << 63 + 1 << 55 + 1, .max]
    #expect(
      convert(BP_UINT64, format.code, large, UInt16.self) == [0x5f00, 0x5f01, 0x5f80])
    #expect(convert(BP_INT64, BP_BFLOAT16, [Int64.min, .max], UInt16.self) == [0xdf00, 0x5f00])
    #expect(
      convert(BP_INT64, BP_FLOAT16, [65519, 65520, -65520, .max, .min], UInt16.self)
        == [0x7bff, 0x7c00, 0xfc00, 0x7c00, 0xfc00])
    #expect(
      convert(BP_UINT32, BP_FLOAT16, [2049, 2051, .max] as [UInt32], UInt16.self)
        == [0x6800, 0x6802, 0x7c00])
  }

  /// What is not computed with has no loop of any operation, and all that moves and compares.
  @Test func storedTypesHaveNoArithmetic() {
    for code in [
      BP_INT8, BP_INT16, BP_UINT16, BP_UINT32, BP_UINT64, BP_FLOAT16, BP_BFLOAT16,
    ] {
      let kernels = bp_kernels_of(code).pointee
      #expect((0..<Int(BP_UNARY_COUNT.rawValue)).allSatisfy { kernels.unary_loops[$0] == nil })
      #expect((0..<Int(BP_BINARY_COUNT.rawValue)).allSatisfy { kernels.binary_loops[$0] == nil })
      #expect((0..<Int(BP_REDUCTION_COUNT.rawValue)).allSatisfy { kernels.reductions[$0] == nil })
      #expect(kernels.product == nil && kernels.formula == nil && kernels.softmax == nil)
    }
  }

  /// Numbers are compared and sorted as what they stand for, not as bits.
  @Test(arguments: formats) func orderIsThatOfTheNumbers(_ format: Format) {
    let kernels = bp_kernels_of(format.code).pointee
    let nan = format.infinity + 1
    let numbers: [UInt16] = [
      0x8000, 0, 1, 0x8001, format.infinity, format.infinity | 0x8000, nan, nan | 0x8000, 0x3c00,
      0xbc00,
    ]
    let values = convert(format.code, BP_FLOAT32, numbers, Float.self)
    let operators: [(bp_comparison, (Float, Float) -> Bool)] = [
      (BP_EQUAL, ==), (BP_NOT_EQUAL, !=), (BP_LESS, <), (BP_LESS_EQUAL, <=), (BP_GREATER, >),
      (BP_GREATER_EQUAL, >=),
    ]
    for (index, number) in numbers.enumerated() {
      for (code, compare) in operators {
        var flags = [UInt8](repeating: 9, count: numbers.count)
        kernels.compare(code, numbers.count, numbers, 1, [number], 0, &flags)
        #expect(flags == values.map { compare($0, values[index]) ? 1 : 0 })
      }
      #expect(kernels.equal(1, [number], [number]) == (values[index] == values[index]))
    }
    #expect(kernels.equal(1, [0x8000] as [UInt16], [0] as [UInt16]))
    var work = [bp_ranked](repeating: bp_ranked(), count: 2 * numbers.count)
    for descending in [false, true] {
      var positions = [Int64](repeating: -1, count: numbers.count)
      kernels.argsort(numbers.count, numbers, descending, &work, &positions)
      let single = bp_kernels_of(BP_FLOAT32).pointee
      var expected = positions
      single.argsort(numbers.count, values, descending, &work, &expected)
      #expect(positions == expected)
    }
    for start in numbers.indices {
      let (part, same) = (Array(numbers[start...]), Array(values[start...]))
      let single = bp_kernels_of(BP_FLOAT32).pointee
      #expect(kernels.argmax(part.count, part, 1) == single.argmax(same.count, same, 1))
      #expect(kernels.argmin(part.count, part, 1) == single.argmin(same.count, same, 1))
    }
  }
}
