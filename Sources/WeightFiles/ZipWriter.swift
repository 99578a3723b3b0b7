import BackpropFiles

/// Writes zip archives: entries stored as they are, each beginning at a multiple of 64 bytes as in
/// PyTorch's checkpoints, so that arrays can be looked at in a mapped file; with the long sizes of
/// zip64 where there must be.
///
/// ```swift
/// try AtomicFile.write(to: path) { file in
///   var archive = ZipWriter()
///   try archive.add("data.pkl", [SharedBytes(pickle)]) { try file.write($0) }
///   try archive.finish { try file.write($0) }
/// }
/// ```
struct ZipWriter {
  /// Where the bytes go, one piece after the other.
  typealias Output = (SharedBytes) throws -> Void

  private static let alignment = 64

  private var position = 0
  private var list: [UInt8] = []
  private var count = 0

  /// Writes an entry.
  ///
  /// - Parameters:
  ///   - name: what it is called; no other entry may be called so.
  ///   - parts: its content, in parts that follow one another.
  ///   - output: takes the bytes.
  /// - Throws: ``WeightConversionError`` if the name is too long; what `output` throws.
  mutating func add(_ name: String, _ parts: [SharedBytes], to output: Output) throws {
    if name.utf8.count > Int(UInt16.max) {
      throw WeightConversionError(
        "the name '\(name.prefix(40))…' has more than the \(UInt16.max) bytes that a zip archive allows"
      )
    }
    let name = Array(name.utf8)
    let byteCount = parts.reduce(0) { $0 + $1.count }
    let isLong = byteCount >= 0xffff_ffff
    // Version 2.0 or, for zip64, 4.5; names in UTF-8; stored; the first day that the format knows
    // (1980-01-01).
    var fields: [UInt8] = [isLong ? 45 : 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]
    fields.append(littleEndian: Self.checksum(of: parts))
    for _ in 0..<2 { fields.append(littleEndian: isLong ? .max : UInt32(byteCount)) }
    fields.append(littleEndian: UInt16(name.count))

    var extra = isLong ? Self.longField([byteCount, byteCount]) : []
    // The field 'FB' fills up; it has 4 bytes at least.
    let start = position + 30 + name.count + extra.count + 4
    let gap = (Self.alignment - start % Self.alignment) % Self.alignment
    extra += [0x46, 0x42, UInt8(gap), 0] + [UInt8](repeating: 0x5a, count: gap)
    var header: [UInt8] = [0x50, 0x4b, 3, 4] + fields
    header.append(littleEndian: UInt16(extra.count))
    try output(SharedBytes(header + name + extra))
    for part in parts { try output(part) }

    let isFar = position >= 0xffff_ffff
    let long =
      (isLong ? [byteCount, byteCount] : []) + (isFar ? [position] : [])
    let longField = long.isEmpty ? [] : Self.longField(long)
    list += [0x50, 0x4b, 1, 2, isFar ? 45 : fields[0], 0]
    if isFar { fields[0] = 45 }
    list += fields
    list.append(littleEndian: UInt16(longField.count))
    list += [UInt8](repeating: 0, count: 10)
    list.append(littleEndian: isFar ? .max : UInt32(position))
    list += name + longField
    position += header.count + name.count + extra.count + byteCount
    count += 1
  }

  /// Writes the list of the entries, with which an archive ends.
  func finish(to output: Output) throws {
    var end: [UInt8] = []
    let isLong = count >= 0xffff || position >= 0xffff_ffff || list.count >= 0xffff_ffff
    if isLong {
      end += [0x50, 0x4b, 6, 6]
      end.append(littleEndian: UInt64(44))
      end += [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      for number in [count, count, list.count, position] {
        end.append(littleEndian: UInt64(number))
      }
      end += [0x50, 0x4b, 6, 7, 0, 0, 0, 0]
      end.append(littleEndian: UInt64(position + list.count))
      end += [1, 0, 0, 0]
    }
    end += [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    for _ in 0..<2 { end.append(littleEndian: isLong ? .max : UInt16(count)) }
    for number in [list.count, position] {
      end.append(littleEndian: isLong ? .max : UInt32(number))
    }
    try output(SharedBytes(list))
    try output(SharedBytes(end + [0, 0]))
  }

  /// The field of the sizes that need 64 bits.
  private static func longField(_ numbers: [Int]) -> [UInt8] {
    var field: [UInt8] = [1, 0, UInt8(8 * numbers.count), 0]
    for number in numbers { field.append(littleEndian: UInt64(number)) }
    return field
  }

  private static func checksum(of parts: [SharedBytes]) -> UInt32 {
    parts.reduce(into: CRC32()) { $0.add($1) }.value
  }
}

extension ZipArchive {
  /// The bytes of an archive of these files.
  static func encode(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    var archive = ZipWriter()
    // Only names of many thousand characters are errors.
    for (name, content) in files {
      try! archive.add(name, [SharedBytes(content)]) { bytes += $0.array }
    }
    try! archive.finish { bytes += $0.array }
    return bytes
  }
}
