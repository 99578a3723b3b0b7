/// A name by its bytes, for looking up: Swift takes texts for equal that differ in their Unicode form
/// alone, as "é" in one scalar and in two, and a file may have both.
struct NameKey: Hashable {
  let name: String

  init(_ name: String) { self.name = name }

  static func == (a: NameKey, b: NameKey) -> Bool { a.name.utf8.elementsEqual(b.name.utf8) }

  func hash(into hasher: inout Hasher) {
    let isHashed: Void? = name.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if isHashed == nil { for byte in name.utf8 { hasher.combine(byte) } }
  }
}
