import CBackpropKernels

/// Loops over single elements that are not arithmetic: fill, copy, convert, compare.
enum Elements {
  static func fill(_ target: Storage, with value: Double) {
    let (base, count) = (target.base, target.elementCount)
    switch target.scalarType {
    case .float32: bp_fill_f32(count, Float(value), base.assumingMemoryBound(to: Float.self))
    case .float64: bp_fill_f64(count, value, base.assumingMemoryBound(to: Double.self))
    case .int32: base.initializeMemory(as: Int32.self, repeating: whole(value), count: count)
    case .int64: base.initializeMemory(as: Int64.self, repeating: whole(value), count: count)
    case .uint8: base.initializeMemory(as: UInt8.self, repeating: whole(value), count: count)
    case .bool: base.initializeMemory(as: UInt8.self, repeating: value != 0 ? 1 : 0, count: count)
    }
  }

  /// Copies `source`, however it lies, to `target`, which is contiguous and of the same shape.
  static func copy(_ source: Storage, to target: Storage) {
    if source.isContiguous {
      target.base.copyMemory(
        from: source.base, byteCount: source.elementCount * source.scalarType.size)
      return
    }
    switch source.scalarType {
    case .float32:
      rows(source, target, as: Float.self) { row, from, to in
        bp_copy_f32(row.count, from, row.strideA, to)
      }
    case .float64:
      rows(source, target, as: Double.self) { row, from, to in
        bp_copy_f64(row.count, from, row.strideA, to)
      }
    case .int32: copyRows(source, target, as: Int32.self)
    case .int64: copyRows(source, target, as: Int64.self)
    case .uint8, .bool: copyRows(source, target, as: UInt8.self)
    }
  }

  private static func copyRows<S>(_ source: Storage, _ target: Storage, as type: S.Type) {
    rows(source, target, as: type) { row, from, to in
      for i in 0..<row.count { to[i] = from[i &* row.strideA] }
    }
  }

  private static func rows<S>(
    _ source: Storage, _ target: Storage, as type: S.Type,
    _ body: (StridedLoop.Row, UnsafePointer<S>, UnsafeMutablePointer<S>) -> Void
  ) {
    StridedLoop(over: target.shape, source).forEachRow { row in
      body(
        row, UnsafePointer(source.base.assumingMemoryBound(to: type)) + row.a,
        target.base.assumingMemoryBound(to: type) + row.output)
    }
  }

  static func convert(_ source: Storage, to target: Storage) {
    let count = source.elementCount
    switch source.scalarType {
    case .float32: convert(source.base.assumingMemoryBound(to: Float.self), target, count)
    case .float64: convert(source.base.assumingMemoryBound(to: Double.self), target, count)
    case .int32: convert(source.base.assumingMemoryBound(to: Int32.self), target, count)
    case .int64: convert(source.base.assumingMemoryBound(to: Int64.self), target, count)
    case .uint8, .bool: convert(source.base.assumingMemoryBound(to: UInt8.self), target, count)
    }
  }

  private static func convert(_ source: UnsafePointer<Float>, _ target: Storage, _ count: Int) {
    if target.scalarType == .float64 {
      let to = target.base.assumingMemoryBound(to: Double.self)
      for i in 0..<count { to[i] = Double(source[i]) }
    } else {
      for i in 0..<count { store(Double(source[i]), in: target, at: i) }
    }
  }

  private static func convert(_ source: UnsafePointer<Double>, _ target: Storage, _ count: Int) {
    if target.scalarType == .float32 {
      let to = target.base.assumingMemoryBound(to: Float.self)
      for i in 0..<count { to[i] = Float(source[i]) }
    } else {
      for i in 0..<count { store(source[i], in: target, at: i) }
    }
  }

  private static func convert<I: FixedWidthInteger>(
    _ source: UnsafePointer<I>, _ target: Storage, _ count: Int
  ) {
    switch target.scalarType {
    case .float32:
      let to = target.base.assumingMemoryBound(to: Float.self)
      for i in 0..<count { to[i] = Float(source[i]) }
    case .float64:
      let to = target.base.assumingMemoryBound(to: Double.self)
      for i in 0..<count { to[i] = Double(source[i]) }
    case .int32:
      let to = target.base.assumingMemoryBound(to: Int32.self)
      for i in 0..<count { to[i] = Int32(clamping: source[i]) }
    case .int64:
      let to = target.base.assumingMemoryBound(to: Int64.self)
      for i in 0..<count { to[i] = Int64(clamping: source[i]) }
    case .uint8:
      let to = target.base.assumingMemoryBound(to: UInt8.self)
      for i in 0..<count { to[i] = UInt8(clamping: source[i]) }
    case .bool:
      let to = target.base.assumingMemoryBound(to: UInt8.self)
      for i in 0..<count { to[i] = source[i] != 0 ? 1 : 0 }
    }
  }

  private static func store(_ value: Double, in target: Storage, at i: Int) {
    switch target.scalarType {
    case .float32: target.base.storeBytes(of: Float(value), toByteOffset: 4 * i, as: Float.self)
    case .float64: target.base.storeBytes(of: value, toByteOffset: 8 * i, as: Double.self)
    case .int32: target.base.storeBytes(of: whole(value), toByteOffset: 4 * i, as: Int32.self)
    case .int64: target.base.storeBytes(of: whole(value), toByteOffset: 8 * i, as: Int64.self)
    case .uint8: target.base.storeBytes(of: whole(value), toByteOffset: i, as: UInt8.self)
    case .bool:
      target.base.storeBytes(of: value != 0 ? 1 : 0, toByteOffset: i, as: UInt8.self)
    }
  }

  static func double(at address: UnsafeRawPointer, _ scalarType: ScalarType) -> Double {
    switch scalarType {
    case .float32: Double(address.load(as: Float.self))
    case .float64: address.load(as: Double.self)
    case .int32: Double(address.load(as: Int32.self))
    case .int64: Double(address.load(as: Int64.self))
    case .uint8, .bool: Double(address.load(as: UInt8.self))
    }
  }

  /// The whole number nearest to zero from `value`, held within the type's bounds.
  static func whole<I: FixedWidthInteger>(_ value: Double) -> I {
    if value.isNaN { return 0 }
    if value <= Double(I.min) { return I.min }
    if value >= Double(I.max) { return I.max }
    return I(value)
  }

  /// Whether two contiguous storages of one shape and type hold equal numbers.
  static func equal(_ a: Storage, _ b: Storage) -> Bool {
    func all<S: Equatable>(_ type: S.Type) -> Bool {
      let x = a.base.assumingMemoryBound(to: type)
      let y = b.base.assumingMemoryBound(to: type)
      for i in 0..<a.elementCount where x[i] != y[i] { return false }
      return true
    }
    return switch a.scalarType {
    case .float32: all(Float.self)
    case .float64: all(Double.self)
    case .int32: all(Int32.self)
    case .int64: all(Int64.self)
    case .uint8, .bool: all(UInt8.self)
    }
  }
}

extension Elements {
  /// Copies `source`, broadcast, to `target`, which may lie in memory in any way.
  static func assign(_ source: Storage, to target: Storage) {
    func rows<S>(_ type: S.Type) {
      let from = source.base.assumingMemoryBound(to: type)
      let to = target.base.assumingMemoryBound(to: type)
      StridedLoop(over: target.shape, target, source).forEachRow { row in
        for i in 0..<row.count {
          to[row.a &+ i &* row.strideA] = from[row.b &+ i &* row.strideB]
        }
      }
    }
    switch source.scalarType.size {
    case 1: rows(UInt8.self)
    case 4: rows(UInt32.self)
    default: rows(UInt64.self)
    }
  }
}
