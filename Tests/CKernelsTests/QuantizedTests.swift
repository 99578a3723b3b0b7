import CBackpropKernels
import CBackpropRuntime
import Testing

/// Products with quantized weights by every kind of kernels that this processor has.
@Suite struct QuantizedTests {
  private static var kinds: [bp_quantized_kind] {
    (0..<BP_QUANTIZED_KIND_COUNT.rawValue).map { bp_quantized_kind(rawValue: $0) }
      .filter { bp_quantized_available($0) }
  }
  private static let formats = [BP_Q8_0, BP_Q4_0]
  private static let block = BP_QUANTIZED_BLOCK

  /// The product by its definition: numbers of x rounded in blocks, exact sums, one float at a time.
  private static func product(
    _ format: bp_quantized_format, _ m: Int, _ n: Int, _ blocks: Int, _ x: [Float],
    _ weights: [UInt8], _ bias: [Float]?
  ) -> [Float] {
    let size = bp_quantized_block_bytes(format)
    var result: [Float] = []
    for row in 0..<m {
      for output in 0..<n {
        var sum = bias?[output] ?? 0
        for b in 0..<blocks {
          let start = (row * blocks + b) * block
          let numbers = x[start..<start + block]
          let largest = numbers.map { abs($0) }.max()!
          let scale: Float = numbers.allSatisfy(\.isFinite) ? largest / 127 : .nan
          let place = (output * blocks + b) * size
          let bits = UInt16(weights[place]) | UInt16(weights[place + 1]) << 8
          var whole = 0
          for (i, number) in numbers.enumerated() where scale > 0 {
            let byte = weights[place + 2 + (format == BP_Q8_0 ? i : i % 16)]
            let weight =
              format == BP_Q8_0
              ? Int(Int8(bitPattern: byte)) : Int(i < 16 ? byte & 15 : byte >> 4) - 8
            whole += Int((number * (127 / largest)).rounded(.toNearestOrEven)) * weight
          }
          sum += Float(whole) * scale * Self.half(bits)
        }
        result.append(sum)
      }
    }
    return result
  }

  /// A binary16 that is neither infinite nor NaN.
  private static func half(_ bits: UInt16) -> Float {
    var bits = bits
    var result: Float = 0
    bp_convert(BP_FLOAT16, BP_FLOAT32, 1, &bits, &result)
    return result
  }

  private static func weights(_ format: bp_quantized_format, _ count: Int) -> [UInt8] {
    let size = bp_quantized_block_bytes(format)
    var state: UInt64 = 9
    var bytes = (0..<count * size).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    // Scales of modest size: the high byte is that of a half from 1/16 to 1.
    for b in 0..<count { bytes[b * size + 1] = 0x2c + UInt8(b % 16) }
    // Sums as large as they can be must not be cut off.
    for b in stride(from: 1, to: count, by: 3) {
      for i in 2..<size { bytes[b * size + i] = b % 2 == 0 ? 0x7f : 0x80 }
    }
    return bytes
  }

  @Test func productsAreTheirDefinitionToTheBit() {
    for (m, n, blocks) in [
      (1, 1, 1), (1, 33, 4), (3, 16, 2), (6, 40, 3), (13, 17, 5), (50, 64, 12),
    ] {
      var x: [Float] = testNumbers(m * blocks * Self.block)
      for i in stride(from: 0, to: min(x.count, 64), by: 2) { x[i] = 4 }
      if m > 5 { (x[40], x[2 * blocks * Self.block]) = (.nan, .infinity) }
      for format in Self.formats {
        var weights = Self.weights(format, n * blocks)
        var packed = [UInt8](
          repeating: 0, count: bp_quantized_packed_bytes(format, n, blocks))
        bp_quantized_pack(format, n, blocks, &weights, &packed)
        var bias: [Float] = testNumbers(n, seed: 3)
        let expected = Self.product(format, m, n, blocks, x, weights, bias)
        for kind in Self.kinds {
          for threads in [1, 3] {
            let before = bp_thread_count()
            bp_set_thread_count(threads)
            defer { bp_set_thread_count(before) }
            let out = Guarded<Float>(count: m * n)
            bp_quantized_product_by(
              kind, format, m, n, blocks, &x, blocks * Self.block, &packed, &bias,
              BP_IDENTITY_ACTIVATION, out.start, n)
            let name =
              "\(String(cString: bp_quantized_name(kind))) \(format) \(m) x \(n) x \(blocks)"
            #expect(out.isIntact, "\(name)")
            #expect(
              zip(out.values, expected).allSatisfy {
                $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN)
              }, "\(name)")
          }
        }
      }
    }
  }

  /// A row's bits are its own, whatever is computed beside it.
  @Test func rowsDoNotDependOnOneAnother() {
    let (m, n, blocks) = (29, 48, 7)
    var x: [Float] = testNumbers(m * blocks * Self.block, seed: 5)
    for format in Self.formats {
      var weights = Self.weights(format, n * blocks)
      var packed = [UInt8](repeating: 0, count: bp_quantized_packed_bytes(format, n, blocks))
      bp_quantized_pack(format, n, blocks, &weights, &packed)
      var together = [Float](repeating: 0, count: m * n)
      bp_quantized_product(
        format, m, n, blocks, &x, blocks * Self.block, &packed, nil,
        BP_IDENTITY_ACTIVATION, &together, n)
      for row in 0..<m {
        var alone = [Float](repeating: 0, count: n)
        x.withUnsafeBufferPointer {
          bp_quantized_product(
            format, 1, n, blocks, $0.baseAddress! + row * blocks * Self.block, blocks * Self.block,
            &packed, nil, BP_IDENTITY_ACTIVATION, &alone, n)
        }
        #expect(alone == Array(together[row * n..<(row + 1) * n]))
      }
    }
  }

  @Test func theInstructionSetInUseChooses() {
    let before = bp_current_isa()
    defer { bp_select_isa(before) }
    if bp_select_isa(BP_ISA_PORTABLE) { #expect(bp_quantized_current() == BP_QUANTIZED_PORTABLE) }
    if bp_select_isa(BP_ISA_AVX512) {
      #expect(
        bp_quantized_current()
          == (bp_quantized_available(BP_QUANTIZED_AVX512_VNNI)
            ? BP_QUANTIZED_AVX512_VNNI : BP_QUANTIZED_AVX512))
    }
    // Whatever is chosen can run.
    for isa in instructionSets where bp_select_isa(isa) {
      #expect(bp_quantized_available(bp_quantized_current()))
    }
  }
}
