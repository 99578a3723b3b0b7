import CBackpropRuntime

/// The memory of arrays that were let go, which waits to be used again.
///
/// Every thread keeps the blocks that it frees and hands them out again, so that a training step takes
/// no memory from the system after the first few. One limit holds for all threads together. When a part
/// of a program is over that needed much, its memory can be given back:
///
/// ```swift
/// train(model)
/// Memory.releaseCached()
/// ```
public enum Memory {
  /// The bytes that are cached on all threads. Other threads may be changing the number.
  public static var cachedBytes: Int { bp_cached_bytes() }

  /// How many bytes may be cached on all threads together, in whole megabytes (of 2²⁰ bytes).
  ///
  /// The default is an eighth of the memory that the process may use (on Linux that which its control
  /// groups allow), at most 1 GiB. What is freed beyond the limit goes back to the system, and sizes
  /// that no thread asked for lately make way for those that are. Lowering the limit below what is
  /// cached gives all of it back.
  ///
  /// Small blocks, of at most 16 KiB, are counted only where a thread has more than a megabyte of them:
  /// a limit of 0 leaves up to a megabyte of them on each thread.
  public static var cacheLimit: Int {
    get { bp_cache_limit() }
    set { bp_set_cache_limit(max(0, newValue)) }
  }

  /// Gives what is cached on all threads back to the system, on those that sleep too.
  ///
  /// Arrays that are in use stay as they are, and the next ones take their memory from the system
  /// again. Only small blocks of other threads stay, of which each may keep a megabyte. May be called
  /// at any time from any thread.
  public static func releaseCached() { bp_release_cached() }
}
