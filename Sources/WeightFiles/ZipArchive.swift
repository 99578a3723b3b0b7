import BackpropFiles

/// A zip archive in memory: as much of the format (PKWARE's APPNOTE) as `.npz` files use.
///
/// Entries are stored or deflated. Archives of 4 GiB and above (zip64), in parts, or encrypted are
/// refused.
struct ZipArchive {
  struct Entry {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let storedCount: Int
    let byteCount: Int
    /// Where the entry's own header begins.
    let headerStart: Int
  }

  let entries: [Entry]
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) throws(WeightFileError) {
    self.bytes = bytes
    let end = try Self.endRecord(bytes)
    let count = Int(bytes.littleEndian(UInt16.self, at: end + 10))
    var position = Int(bytes.littleEndian(UInt32.self, at: end + 16))
    if count == 0xffff || position == 0xffff_ffff {
      throw WeightFileError(.unsupported("a zip archive of 4 GiB or more (zip64)"))
    }
    var entries: [Entry] = []
    var names: Set<String> = []
    for _ in 0..<count {
      guard position + 46 <= end, bytes.littleEndian(UInt32.self, at: position) == 0x0201_4b50
      else { throw WeightFileError(.invalid("the list of the zip archive is broken")) }
      let entry = try Self.entry(bytes, at: position, end: end)
      if !names.insert(entry.name).inserted {
        throw WeightFileError(.invalid("the zip archive has '\(entry.name)' twice"))
      }
      entries.append(entry)
      position +=
        46
        + [28, 30, 32].reduce(0) { $0 + Int(bytes.littleEndian(UInt16.self, at: position + $1)) }
    }
    self.entries = entries
  }

  /// The record at the end: 22 bytes, and a comment of up to 65535.
  private static func endRecord(_ bytes: [UInt8]) throws(WeightFileError) -> Int {
    var position = bytes.count - 22
    while position >= max(0, bytes.count - 22 - 0xffff) {
      if bytes[position] == 0x50, bytes.littleEndian(UInt32.self, at: position) == 0x0605_4b50,
        position + 22 + Int(bytes.littleEndian(UInt16.self, at: position + 20)) == bytes.count
      {
        return position
      }
      position -= 1
    }
    throw WeightFileError(.invalid("it is no zip archive, or its end is missing"))
  }

  private static func entry(
    _ bytes: [UInt8], at position: Int, end: Int
  ) throws(WeightFileError) -> Entry {
    let nameCount = Int(bytes.littleEndian(UInt16.self, at: position + 28))
    guard position + 46 + nameCount <= end,
      let name = String(
        validating: bytes[position + 46..<position + 46 + nameCount], as: UTF8.self)
    else { throw WeightFileError(.invalid("the zip archive has a broken name")) }
    let method = bytes.littleEndian(UInt16.self, at: position + 10)
    if method != 0 && method != 8 {
      throw WeightFileError(.unsupported("compression method \(method) of '\(name)'"))
    }
    if bytes.littleEndian(UInt16.self, at: position + 8) & 1 != 0 {
      throw WeightFileError(.unsupported("the encryption of '\(name)'"))
    }
    let storedCount = Int(bytes.littleEndian(UInt32.self, at: position + 20))
    let byteCount = Int(bytes.littleEndian(UInt32.self, at: position + 24))
    let headerStart = Int(bytes.littleEndian(UInt32.self, at: position + 42))
    if [storedCount, byteCount, headerStart].contains(0xffff_ffff) {
      throw WeightFileError(.unsupported("a zip archive of 4 GiB or more (zip64)"))
    }
    return Entry(
      name: name, isDeflated: method == 8,
      checksum: bytes.littleEndian(UInt32.self, at: position + 16), storedCount: storedCount,
      byteCount: byteCount, headerStart: headerStart)
  }

  /// The content of an entry, its size and checksum checked.
  func content(of entry: Entry) throws(WeightFileError) -> [UInt8] {
    let header = entry.headerStart
    guard header + 30 <= bytes.count, bytes.littleEndian(UInt32.self, at: header) == 0x0403_4b50
    else { throw WeightFileError(.invalid("the start of '\(entry.name)' is broken")) }
    let start =
      header + 30 + Int(bytes.littleEndian(UInt16.self, at: header + 26))
      + Int(bytes.littleEndian(UInt16.self, at: header + 28))
    if start + entry.storedCount > bytes.count {
      throw WeightFileError(
        .truncated(
          part: "'\(entry.name)'", expected: entry.storedCount,
          found: max(0, bytes.count - start)))
    }
    var content = Array(bytes[start..<start + entry.storedCount])
    if entry.isDeflated {
      // More cannot be in it: a size that is made up must not take memory.
      if entry.byteCount / Zlib.maximumExpansion > entry.storedCount {
        throw WeightFileError(.invalid("the size of '\(entry.name)' is made up"))
      }
      do {
        content = try Zlib.inflate(
          content, wrapper: .raw, expectedCount: entry.byteCount, limit: entry.byteCount
        ).output
      } catch {
        throw WeightFileError(.invalid("the compressed data of '\(entry.name)' are damaged"))
      }
    }
    if content.count != entry.byteCount {
      throw WeightFileError(
        .invalid(
          "'\(entry.name)' has \(content.count) bytes, and \(entry.byteCount) were expected"))
    }
    if Zlib.crc32(content, in: 0..<content.count) != entry.checksum {
      throw WeightFileError(.invalid("'\(entry.name)' does not have the checksum that it gives"))
    }
    return content
  }

  /// The bytes of an archive of these files, stored as they are.
  static func encode(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var archive: [UInt8] = []
    var list: [UInt8] = []
    for (name, content) in files {
      let start = archive.count
      if start + content.count >= 0xffff_ffff || files.count >= 0xffff {
        fatalError("ZipArchive: an archive of 4 GiB or more; write safetensors instead")
      }
      // Version 2.0, names in UTF-8, stored, the first day that the format knows (1980-01-01).
      var fields: [UInt8] = [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]
      fields.append(littleEndian: Zlib.crc32(content, in: 0..<content.count))
      fields.append(littleEndian: UInt32(content.count))
      fields.append(littleEndian: UInt32(content.count))
      fields.append(littleEndian: UInt16(name.utf8.count))
      fields += [0, 0]
      archive += [0x50, 0x4b, 3, 4] + fields + Array(name.utf8) + content
      list += [0x50, 0x4b, 1, 2, 20, 0] + fields + [UInt8](repeating: 0, count: 10)
      list.append(littleEndian: UInt32(start))
      list += Array(name.utf8)
    }
    var end: [UInt8] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    end.append(littleEndian: UInt16(files.count))
    end.append(littleEndian: UInt16(files.count))
    end.append(littleEndian: UInt32(list.count))
    end.append(littleEndian: UInt32(archive.count))
    return archive + list + end + [0, 0]
  }
}
