import BackpropArrays

/// Arrays by name, in order: what a model's weights are in a file.
///
/// They lie as in the file, which for nearly all files is as in PyTorch (``layout``); a layer that
/// loads them brings them into its own order.
public struct StateDictionary: Sendable {
  /// An array and its name.
  public struct Entry: Sendable {
    /// The name: `hidden.weight`.
    public let name: String
    /// The array as it is in a file.
    public let stored: StoredArray

    /// The numbers; see ``StoredArray/array``.
    public var array: NDArray { stored.array }
    /// The lengths of the axes.
    public var shape: Shape { Shape(stored.shape) }
    /// The type of the numbers.
    public var scalarType: ScalarType { stored.scalarType.scalarType }
  }

  /// The arrays, in order.
  public private(set) var entries: [Entry] = []
  /// Where each is.
  private var places: [NameKey: Int] = [:]
  /// Texts by key that go with them.
  public var metadata: [String: String] = [:]
  /// The file that they were read from.
  public let file: String?
  /// What kind of file that was; `nil` for arrays that come from no file.
  public let format: WeightFileFormat?
  /// What was said about the layout, or found before the names changed.
  private var knownLayout: WeightLayout?

  /// Nothing yet.
  ///
  /// - Parameters:
  ///   - file: what errors call the file.
  ///   - format: what kind of file it is.
  public init(file: String? = nil, format: WeightFileFormat? = nil) {
    self.file = file
    self.format = format
  }

  /// How matrices of weights lie.
  ///
  /// Unless it is set, `outputsInputs`, as PyTorch has it; but `inputsOutputs` for the files of
  /// training runs from before this library followed PyTorch, which have the metadata `activation`,
  /// `dataset` and `classes` and no version under `backprop`, and for arrays named `W1`, `b1`, `W2`,
  /// …, as the course's.
  public var layout: WeightLayout {
    get { knownLayout ?? WeightLayout(metadata: metadata, names: names) }
    set { knownLayout = newValue }
  }

  /// The array of this name, or `nil`. Names are compared by their bytes: "é" of one Unicode scalar and
  /// of two are different names.
  public subscript(name: String) -> NDArray? { entry(name)?.array }

  /// The array of this name as it is in a file, or `nil`.
  public func entry(_ name: String) -> Entry? { places[NameKey(name)].map { entries[$0] } }

  /// The names, in order.
  public var names: [String] { entries.map(\.name) }

  /// Adds an array, or replaces the one of that name.
  public mutating func set(_ name: String, _ array: NDArray) { set(name, StoredArray(array)) }

  /// Adds an array, or replaces the one of that name.
  public mutating func set(_ name: String, _ array: StoredArray) {
    let entry = Entry(name: name, stored: array.resident)
    if let place = places[NameKey(name)] {
      entries[place] = entry
    } else {
      places[NameKey(name)] = entries.count
      entries.append(entry)
    }
  }

  /// Has the files that the arrays show take no memory of this process until they are looked at again:
  /// for who has made something else of what was looked at.
  package func releasePages() {
    // Arrays of one file follow one another.
    var last: ObjectIdentifier?
    for entry in entries {
      guard let (_, owner) = entry.stored.content.memory else { continue }
      if last != ObjectIdentifier(owner) { entry.stored.content.releasePages() }
      last = ObjectIdentifier(owner)
    }
  }

  /// Writes a safetensors file: whole or not at all.
  ///
  /// - Throws: `FileError`; a file that was there before is then unchanged.
  public func write(to path: String) throws {
    try Safetensors(
      entries.map { .init(name: $0.name, array: $0.stored) }, metadata: metadata
    ).write(to: path)
  }
}
