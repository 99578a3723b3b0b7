import Synchronization

/// What several trainings learn from, read once for all of them: whole data sets, tables and folders, of
/// which each training takes its parts.
package final class SharedData: Sendable {
  private let loaded = Mutex<[AnyHashableKey: any Sendable]>([:])

  /// Nothing is read yet.
  package init() {}

  /// What was read under a key, or is read now; others that want it wait.
  ///
  /// - Parameters:
  ///   - key: all that the value depends on.
  ///   - read: reads it.
  /// - Throws: what `read` throws; then nothing is kept.
  func value<Key: Hashable & Sendable, Value: Sendable>(
    _ key: Key, _ read: () throws -> Value
  ) throws -> Value {
    try loaded.withLock { loaded in
      let key = AnyHashableKey(key: key)
      if let found = loaded[key] as? Value { return found }
      let value = try read()
      loaded[key] = value
      return value
    }
  }
}

/// A key of any type that may go to any thread.
private struct AnyHashableKey: Hashable, Sendable {
  let key: any Hashable & Sendable

  static func == (a: Self, b: Self) -> Bool { AnyHashable(a.key) == AnyHashable(b.key) }

  func hash(into hasher: inout Hasher) { AnyHashable(key).hash(into: &hasher) }
}
