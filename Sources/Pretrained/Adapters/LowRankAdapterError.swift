/// Layers that cannot be adapted: which were asked for, and what there is.
public enum LowRankAdapterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No linear layer goes by this name; the names of those that there are.
  case noSuchLayer(String, layers: [String])
  /// No module goes by this name.
  case noSuchModule(String)
  /// The layer has an adapter already.
  case alreadyAdapted(String)

  public var description: String {
    switch self {
    case .noSuchLayer(let name, let layers):
      let shown = layers.prefix(12).joined(separator: ", ") + (layers.count > 12 ? ", …" : "")
      return "cannot adapt '\(name)': no linear layer's name ends so. "
        + (layers.isEmpty ? "The model has no linear layers." : "There are \(shown).")
    case .noSuchModule(let name):
      return "cannot train '\(name)' as a whole: no module's name ends so."
    case .alreadyAdapted(let name):
      return "cannot adapt '\(name)': it has an adapter already. Merge or remove that first."
    }
  }
}
