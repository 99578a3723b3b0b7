/// What a GGUF file says about one tensor.
struct GGUFEntry {
  let name: String
  let type: GGUFTensorType
  /// The last axis running fastest.
  let shape: [Int]
  /// Where the bytes begin, counted from the start of the tensors' data.
  let offset: Int
  let byteCount: Int

  init(_ reader: inout GGUFReader) throws(WeightFileError) {
    name = try reader.text("the name of a tensor", isStrict: true)
    let what = "the tensor '\(name)'"
    let rank = try reader.integer("the rank of \(what)", as: UInt32.self)
    guard rank <= GGUF.maximumRank else {
      throw WeightFileError(
        .invalid("\(what) has \(rank) axes, and the format allows \(GGUF.maximumRank)"))
    }
    var sizes: [Int] = []
    for _ in 0..<rank {
      let size = try reader.integer("the sizes of \(what)", as: UInt64.self)
      guard size <= UInt64(StoredArray.maximumByteCount) else {
        throw WeightFileError(
          .invalid("\(what) has an axis of \(size), which no computer can hold"))
      }
      sizes.append(Int(size))
    }
    shape = sizes.reversed()
    type = GGUFTensorType(rawValue: try reader.integer("the type of \(what)", as: UInt32.self))
    guard let block = type.block else {
      throw WeightFileError(
        .unsupported("\(what) of \(type), which is not known here"))
    }
    let row = sizes.first ?? 1
    guard row % block.length == 0 else {
      throw WeightFileError(
        .invalid(
          "\(what) has rows of \(row) numbers, and blocks of \(type) are of \(block.length)"))
    }
    let blocks = [row / block.length] + sizes.dropFirst()
    guard let byteCount = StoredArray.byteCount(blocks, each: block.byteCount) else {
      throw WeightFileError(
        .invalid("\(what) has the shape \(shape), which no computer can hold"))
    }
    self.byteCount = byteCount
    let offset = try reader.integer("the place of \(what)", as: UInt64.self)
    guard offset <= UInt64(StoredArray.maximumByteCount) else {
      throw WeightFileError(
        .invalid("\(what) begins at byte \(offset), where no file has any"))
    }
    self.offset = Int(offset)
  }

  /// Checks that the tensors lie within the data, each at its alignment, and none over another.
  static func check(
    _ entries: [GGUFEntry], alignment: Int, dataCount: Int
  ) throws(WeightFileError) {
    let sorted = entries.sorted { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
    var end = 0
    for entry in sorted {
      if entry.offset % alignment != 0 {
        throw WeightFileError(
          .invalid(
            "the tensor '\(entry.name)' begins at byte \(entry.offset), no multiple of "
              + "\(alignment)"))
      }
      if entry.byteCount == 0 { continue }
      if entry.offset < end {
        throw WeightFileError(
          .invalid(
            "the tensor '\(entry.name)' begins at byte \(entry.offset), and the one before it ends "
              + "at \(end)"))
      }
      end = entry.offset + entry.byteCount
      if end > dataCount {
        throw WeightFileError(
          .truncated(
            part: "the tensor '\(entry.name)'", expected: entry.byteCount,
            found: max(0, dataCount - entry.offset)))
      }
    }
  }
}
