import CBackpropRuntime

// Many texts at once, on all threads of the pool.
extension Tokenizer {
  /// Cuts many texts.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - addingSpecialTokens: whether to put in the tokens that the network expects around texts.
  /// - Returns: the tokens of each, cut and filled up as ``truncation`` and ``padding`` say.
  public func encode(_ texts: [String], addingSpecialTokens: Bool = true) -> [Encoding] {
    var results = forEach(texts.count, Encoding()) { index, worker in
      unpadded(texts[index], nil, addingSpecialTokens, worker)
    }
    padToOneLength(&results)
    return results
  }

  /// Cuts many pairs of texts.
  ///
  /// - Parameters:
  ///   - pairs: the pairs.
  ///   - addingSpecialTokens: whether to put in the tokens that the network expects around texts.
  /// - Returns: the tokens of each, cut and filled up as ``truncation`` and ``padding`` say.
  public func encode(
    _ pairs: [(String, String)], addingSpecialTokens: Bool = true
  ) -> [Encoding] {
    var results = forEach(pairs.count, Encoding()) { index, worker in
      unpadded(pairs[index].0, pairs[index].1, addingSpecialTokens, worker)
    }
    padToOneLength(&results)
    return results
  }

  /// The ids of many texts.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - addingSpecialTokens: whether to put in the tokens that the network expects around texts.
  public func ids(of texts: [String], addingSpecialTokens: Bool = true) -> [[Int32]] {
    var results = forEach(texts.count, [Int32]()) { index, worker in
      unpaddedIDs(texts[index], addingSpecialTokens, worker)
    }
    if let padding {
      let length = padding.length(longest: results.lazy.map(\.count).max() ?? 0)
      for index in results.indices { pad(&results[index], to: length, padding) }
    }
    return results
  }

  private func padToOneLength(_ encodings: inout [Encoding]) {
    guard let padding else { return }
    let length = padding.length(longest: encodings.lazy.map(\.count).max() ?? 0)
    for index in encodings.indices { encodings[index].pad(to: length, padding) }
  }

  /// Computes a result for each of 0, 1, … `count` - 1, some texts to a thread at a time. What a worker
  /// remembers changes no result, so that these are the same on any number of threads.
  private func forEach<T: Sendable>(
    _ count: Int, _ empty: T, _ body: (Int, any ModelWorker) -> T
  ) -> [T] {
    let size = 16
    return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: empty)
      runParallel((count + size - 1) / size) { chunk in
        let worker = parts.model.makeWorker()
        for index in chunk * size..<min(count, (chunk + 1) * size) {
          buffer[index] = body(index, worker)
        }
      }
      initialized = count
    }
  }
}

/// Calls `body` for 0, 1, … `count` - 1, in any order and on any thread of the pool. As
/// `Parallel.forEach` does it, which lies in `Arrays`, of which tokenizers need nothing else.
private func runParallel(_ count: Int, _ body: (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    withUnsafePointer(to: body) { pointer in
      bp_parallel(
        count,
        { context, chunk in
          context!.assumingMemoryBound(to: ((Int) -> Void).self).pointee(chunk)
        }, UnsafeMutableRawPointer(mutating: pointer))
    }
  }
}
