/// The version of this library.
public enum LibraryVersion {
  /// As in the change log, and in the metadata of the weight files that it writes.
  public static let current = "0.1.0"
}
