import BackpropFiles

/// A zip archive in memory or in a mapped file: as much of the format (PKWARE's APPNOTE) as `.npz`
/// files and PyTorch's checkpoints use, with the long sizes of archives of 4 GiB and more (zip64).
///
/// Entries are stored or deflated. Archives in parts or encrypted ones are refused, and those that no
/// program writes for use: two entries of one name, or entries that share bytes, by which a small
/// archive would give a large one.
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
  private let bytes: SharedBytes

  /// The size of the archive.
  var byteCount: Int { bytes.count }

  init(_ bytes: [UInt8]) throws(WeightFileError) { try self.init(SharedBytes(bytes)) }

  init(_ bytes: SharedBytes) throws(WeightFileError) {
    self.bytes = bytes
    let place = try ZipListPlace(in: bytes)
    let list = bytes[place.range].array
    var entries: [Entry] = []
    var names: Set<NameKey> = []
    var position = 0
    for _ in 0..<place.entryCount {
      guard position + 46 <= list.count, list.littleEndian(UInt32.self, at: position) == 0x0201_4b50
      else { throw WeightFileError(.invalid("the list of the zip archive is broken")) }
      let lengths = [28, 30, 32].map { Int(list.littleEndian(UInt16.self, at: position + $0)) }
      let end = position + 46 + lengths.reduce(0, +)
      if end > list.count {
        throw WeightFileError(.invalid("the list of the zip archive is broken"))
      }
      let entry = try Self.entry(list, at: position, nameCount: lengths[0], extraCount: lengths[1])
      if !names.insert(NameKey(entry.name)).inserted {
        throw WeightFileError(.invalid("the zip archive has '\(entry.name)' twice"))
      }
      entries.append(entry)
      position = end
    }
    self.entries = entries
    try requireEntriesApart(before: place.range.lowerBound)
  }

  private static func entry(
    _ list: [UInt8], at position: Int, nameCount: Int, extraCount: Int
  ) throws(WeightFileError) -> Entry {
    let nameEnd = position + 46 + nameCount
    guard let name = String(validating: list[position + 46..<nameEnd], as: UTF8.self) else {
      throw WeightFileError(.invalid("the zip archive has a broken name"))
    }
    let method = list.littleEndian(UInt16.self, at: position + 10)
    if method != 0 && method != 8 {
      throw WeightFileError(.unsupported("compression method \(method) of '\(name)'"))
    }
    if list.littleEndian(UInt16.self, at: position + 8) & 1 != 0 {
      throw WeightFileError(.unsupported("the encryption of '\(name)'"))
    }
    // What does not fit into 32 bits stands in a field of its own, in this order.
    var long = longNumbers(list[nameEnd..<nameEnd + extraCount])[...]
    var numbers: [Int] = []
    for offset in [24, 20, 42] {
      let short = list.littleEndian(UInt32.self, at: position + offset)
      guard let number = short == .max ? long.popFirst() : Int(short) else {
        throw WeightFileError(.invalid("the size or place of '\(name)' is missing or made up"))
      }
      numbers.append(number)
    }
    let entry = Entry(
      name: name, isDeflated: method == 8,
      checksum: list.littleEndian(UInt32.self, at: position + 16), storedCount: numbers[1],
      byteCount: numbers[0], headerStart: numbers[2])
    // A size that is made up must not take memory.
    let most = entry.isDeflated ? Zlib.maximumExpansion : 1
    if entry.byteCount / most > entry.storedCount {
      throw WeightFileError(.invalid("the size of '\(name)' is made up"))
    }
    return entry
  }

  /// The numbers of the field for zip64, no larger than a file can be.
  private static func longNumbers(_ extra: ArraySlice<UInt8>) -> [Int] {
    let extra = Array(extra)
    var position = 0
    while position + 4 <= extra.count {
      let count = Int(extra.littleEndian(UInt16.self, at: position + 2))
      let end = min(extra.count, position + 4 + count)
      if extra.littleEndian(UInt16.self, at: position) == 1 {
        return stride(from: position + 4, to: end - 7, by: 8).map {
          min(Int(clamping: extra.littleEndian(UInt64.self, at: $0)), StoredArray.maximumByteCount)
        }
      }
      position = end
    }
    return []
  }

  /// Every entry lies before the list and ends before the next begins.
  private func requireEntriesApart(before end: Int) throws(WeightFileError) {
    var next = end
    for entry in entries.sorted(by: { $0.headerStart > $1.headerStart }) {
      if entry.headerStart + 30 + entry.name.utf8.count + entry.storedCount > next {
        throw WeightFileError(
          .invalid("the entry '\(entry.name)' of the zip archive reaches into what follows it"))
      }
      next = entry.headerStart
    }
  }

  /// The bytes of an entry as they lie in the archive.
  private func stored(_ entry: Entry) throws(WeightFileError) -> SharedBytes {
    let start = entry.headerStart
    // It is within the archive: see `requireEntriesApart`.
    let header = bytes[start..<start + 30].array
    guard header.littleEndian(UInt32.self, at: 0) == 0x0403_4b50 else {
      throw WeightFileError(.invalid("the start of '\(entry.name)' is broken"))
    }
    let first =
      start + 30 + Int(header.littleEndian(UInt16.self, at: 26))
      + Int(header.littleEndian(UInt16.self, at: 28))
    if first + entry.storedCount > bytes.count {
      throw WeightFileError(
        .truncated(
          part: "'\(entry.name)'", expected: entry.storedCount,
          found: max(0, bytes.count - first)))
    }
    return bytes[first..<first + entry.storedCount]
  }

  /// The content of an entry, its size and checksum checked; of a stored one where it lies.
  func view(of entry: Entry) throws(WeightFileError) -> SharedBytes {
    var content = try stored(entry)
    if entry.isDeflated {
      do {
        content = SharedBytes(
          try Zlib.inflate(
            content.array, wrapper: .raw, expectedCount: entry.byteCount, limit: entry.byteCount
          ).output)
      } catch {
        throw WeightFileError(.invalid("the compressed data of '\(entry.name)' are damaged"))
      }
    }
    if content.count != entry.byteCount {
      throw WeightFileError(
        .invalid(
          "'\(entry.name)' has \(content.count) bytes, and \(entry.byteCount) were expected"))
    }
    if content.crc32 != entry.checksum {
      throw WeightFileError(.invalid("'\(entry.name)' does not have the checksum that it gives"))
    }
    return content
  }

  /// A copy of the content of an entry, its size and checksum checked.
  func content(of entry: Entry) throws(WeightFileError) -> [UInt8] { try view(of: entry).array }
}

/// Where the list of an archive's entries lies, by the records at its end.
private struct ZipListPlace {
  let range: Range<Int>
  let entryCount: Int

  init(in bytes: SharedBytes) throws(WeightFileError) {
    // The last record has 22 bytes, and a comment of up to 65535.
    let tailStart = max(0, bytes.count - 22 - 0xffff)
    let tail = bytes[tailStart..<bytes.count].array
    guard let end = Self.endRecord(tail) else {
      throw WeightFileError(.invalid("it is no zip archive, or its end is missing"))
    }
    var count = Int(tail.littleEndian(UInt16.self, at: end + 10))
    var size = Int(tail.littleEndian(UInt32.self, at: end + 12))
    var start = Int(tail.littleEndian(UInt32.self, at: end + 16))
    if count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff {
      let long = try Self.longEndRecord(bytes, before: tailStart + end)
      func number(_ offset: Int) -> Int? {
        Int(exactly: long.littleEndian(UInt64.self, at: offset))
      }
      guard let longCount = number(32), let longSize = number(40), let longStart = number(48) else {
        throw WeightFileError(.invalid("the list of the zip archive is broken"))
      }
      (count, size, start) = (longCount, longSize, longStart)
    }
    // Each entry has at least 46 bytes there.
    guard start <= tailStart + end, size <= tailStart + end - start, count <= size / 46 else {
      throw WeightFileError(.invalid("the list of the zip archive is broken"))
    }
    range = start..<start + size
    entryCount = count
  }

  /// Where the last record begins: it ends, with its comment, where the archive does.
  private static func endRecord(_ tail: [UInt8]) -> Int? {
    var position = tail.count - 22
    while position >= 0 {
      if tail[position] == 0x50, tail.littleEndian(UInt32.self, at: position) == 0x0605_4b50,
        position + 22 + Int(tail.littleEndian(UInt16.self, at: position + 20)) == tail.count
      {
        return position
      }
      position -= 1
    }
    return nil
  }

  /// The 56 bytes of the record for zip64, which the 20 bytes before the last record point to.
  private static func longEndRecord(
    _ bytes: SharedBytes, before end: Int
  ) throws(WeightFileError) -> [UInt8] {
    let locator = bytes[max(0, end - 20)..<end].array
    guard locator.count == 20, locator.littleEndian(UInt32.self, at: 0) == 0x0706_4b50,
      let start = Int(exactly: locator.littleEndian(UInt64.self, at: 8)), start <= end - 76
    else { throw WeightFileError(.invalid("the long sizes of the zip archive are missing")) }
    let record = bytes[start..<start + 56].array
    guard record.littleEndian(UInt32.self, at: 0) == 0x0606_4b50 else {
      throw WeightFileError(.invalid("the long sizes of the zip archive are missing"))
    }
    return record
  }
}
