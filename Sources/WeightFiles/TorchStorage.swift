import BackpropFiles

/// Bytes that PyTorch tensors lie in: one, several, or parts of one. What is said here is what the
/// pickle claims; where the bytes are is another matter.
struct TorchStorage {
  /// The bytes, and which part of them.
  struct Name: Hashable {
    /// What the file calls the bytes.
    let key: String
    /// What it calls a part of them; only files from before PyTorch 0.4 have parts.
    let part: String?
  }

  let name: Name
  /// The type of all tensors in it; `nil` if each says its own.
  let scalarType: StoredScalarType?
  /// How many elements of the bytes lie before the part, and how many it has; bytes where there is no
  /// type.
  let start: Int
  let count: Int
  /// How many elements all of the bytes have.
  let totalCount: Int
  /// The bytes themselves, where they lie in the pickle.
  var bytes: SharedBytes?

  var width: Int { scalarType?.byteWidth ?? 1 }

  /// `nil` where the numbers contradict one another, or are too large to be true.
  init?(
    _ name: Name, _ scalarType: StoredScalarType?, start: Int, count: Int, totalCount: Int
  ) {
    guard start >= 0, count >= 0, totalCount >= 0, start <= totalCount,
      count <= totalCount - start, totalCount <= Int.max / 16
    else { return nil }
    self.name = name
    self.scalarType = scalarType
    self.start = start
    self.count = count
    self.totalCount = totalCount
  }
}

/// A PyTorch tensor: a view into a storage, whose elements lie at offset + Σ index · stride.
struct TorchTensor: Hashable {
  /// The place of the storage in `PickleNodes.storages`.
  let storage: Int
  let scalarType: StoredScalarType
  /// How many elements lie before the first.
  let offset: Int
  let shape: [Int]
  /// The distance in elements from each element to the next along each axis. A stride of 0 shows one
  /// element again and again, as `expand` does.
  let strides: [Int]

  /// Whether all elements lie inside the storage. `shape` has been found sound.
  func fits(_ storage: TorchStorage) -> Bool {
    guard offset >= 0, shape.count == strides.count, strides.allSatisfy({ $0 >= 0 }) else {
      return false
    }
    if shape.contains(0) { return true }
    var last = offset
    for (length, stride) in zip(shape, strides) {
      let (step, overflows) = (length - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowsToo) = last.addingReportingOverflow(step)
      if overflows || overflowsToo { return false }
      last = sum
    }
    return last < storage.count * storage.width / scalarType.byteWidth
  }

  /// Whether the elements follow one another in row-major order.
  private var isContiguous: Bool {
    var expected = 1
    for (length, stride) in zip(shape, strides).reversed() {
      if length != 1 && stride != expected { return false }
      expected *= length
    }
    return true
  }

  /// The elements with the last axis running fastest, lowest byte first; where they are, if they are
  /// so there.
  ///
  /// - Parameters:
  ///   - bytes: all bytes that the storage lies in.
  ///   - storage: the storage, which the tensor fits.
  ///   - isBigEndian: whether the highest byte of each element comes first.
  func array(in bytes: SharedBytes, _ storage: TorchStorage, isBigEndian: Bool) -> StoredArray {
    let width = scalarType.byteWidth
    let count = shape.reduce(1, *)
    let start = storage.start * storage.width + offset * width
    let elements: SharedBytes
    if count == 0 {
      elements = SharedBytes([])
    } else if isContiguous {
      // They stay where they are.
      elements = bytes[start..<start + count * width]
    } else {
      let copy =
        switch width {
        case 1: gathered(UInt8.self, bytes, from: start, count: count)
        case 2: gathered(UInt16.self, bytes, from: start, count: count)
        case 4: gathered(UInt32.self, bytes, from: start, count: count)
        default: gathered(UInt64.self, bytes, from: start, count: count)
        }
      elements = SharedBytes(copy)
    }
    return NumPyArray(
      scalarType: scalarType, isBigEndian: isBigEndian, isFortran: false, shape: shape,
      content: elements
    ).stored
  }

  private func gathered<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ bytes: SharedBytes, from start: Int, count: Int
  ) -> [UInt8] {
    let width = MemoryLayout<T>.size
    let (rowCount, rowStride) = (shape.last ?? 1, strides.last ?? 0)
    return [UInt8](unsafeUninitializedCapacity: count * width) { target, written in
      bytes.withUnsafeBytes { source in
        let target = UnsafeMutableRawBufferPointer(target)
        var index = [Int](repeating: 0, count: shape.count)
        // The first element of a row, counted from `start`.
        var row = 0
        while written < count * width {
          for column in 0..<rowCount {
            let element = source.loadUnaligned(
              fromByteOffset: start + (row + column * rowStride) * width, as: T.self)
            target.storeBytes(of: element, toByteOffset: written, as: T.self)
            written += width
          }
          var axis = shape.count - 2
          while axis >= 0 {
            index[axis] += 1
            // Never past the last element: a stride that is not used may be any number.
            if index[axis] < shape[axis] {
              row += strides[axis]
              break
            }
            row -= strides[axis] * (shape[axis] - 1)
            index[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
