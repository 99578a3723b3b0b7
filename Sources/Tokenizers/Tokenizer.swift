import BackpropFiles

/// Cuts text into the tokens that a network reads, and makes text of tokens, as the model's makers
/// did: ids, tokens and offsets are those of Hugging Face's `tokenizers`.
///
/// ```swift
/// let tokenizer = try Tokenizer(contentsOf: "all-MiniLM-L6-v2")
/// tokenizer.ids(of: "A bird sings.")     // [101, 1037, 4743, 10955, 1012, 102]
/// tokenizer.decode([1037, 4743])         // "a bird"
/// ```
///
/// It may be used by any number of threads at once; none of them waits for another.
///
/// A character for which there is no token, where the tokenizer has no unknown token either, is left
/// out; the Python library stops with an error there.
public struct Tokenizer: Sendable {
  let parts: TokenizerParts

  /// How texts are cut that have too many tokens; `nil` if they are not.
  public var truncation: Truncation?
  /// How texts are filled up that have too few; `nil` if they are not.
  public var padding: Padding?

  /// Reads a tokenizer.
  ///
  /// - Parameter path: a `tokenizer.json`, a `vocab.txt` of BERT's form, or a folder with one of the
  ///   two or with `vocab.json` and `merges.txt` of GPT-2's form. What a `tokenizer_config.json`
  ///   beside them says of letters and special tokens counts for the last two.
  /// - Throws: `TokenizerError` if the files say what is not known here, or do not fit each other;
  ///   `FileError` if one cannot be read.
  public init(contentsOf path: String) throws {
    try self.init(contentsOf: path, lowercasing: false)
  }

  /// The same, of which letters become small before all else if `lowercasing`.
  package init(contentsOf path: String, lowercasing: Bool) throws {
    let files = try TokenizerFiles(path)
    do {
      var source = try files.source()
      if lowercasing { source.lowercase() }
      try self.init(source)
    } catch let error as TokenizerError {
      throw error.in(file: files.path)
    }
  }

  /// Makes a tokenizer of the bytes of a `tokenizer.json`.
  ///
  /// - Throws: `TokenizerError` as for a file.
  public init(json: [UInt8]) throws(TokenizerError) {
    try self.init(TokenizerSource(json))
  }

  init(_ source: TokenizerSource) throws(TokenizerError) {
    if let version = source.members["version"], version.string != "1.0" {
      throw TokenizerError(.unsupported("version \(version)"), at: "version")
    }
    parts = try TokenizerParts(source)
    truncation = try Truncation(source.members["truncation"])
    padding = try Padding(source.members["padding"])
    if let truncation {
      let added = parts.postProcessor?.addedCount(isPair: false) ?? 0
      if truncation.maximumLength - added <= truncation.stride, truncation.stride > 0 {
        throw TokenizerError(
          .invalid(
            "a stride of \(truncation.stride) where \(truncation.maximumLength) tokens are kept"),
          at: "truncation.stride")
      }
    }
  }

  /// How many tokens there are, added ones included.
  public var vocabularySize: Int {
    let vocabulary = parts.model.vocabulary
    return parts.model.size + parts.added.ids.keys.filter { vocabulary.entry($0) < 0 }.count
  }

  /// The number of a token; `nil` where there is no such token.
  public func id(of token: String) -> Int32? {
    let bytes = Array(token.utf8)
    if let id = parts.added.ids[bytes] { return id }
    let entry = parts.model.vocabulary.entry(bytes)
    return entry < 0 ? nil : parts.model.vocabulary.id(entry)
  }

  /// The token of a number; `nil` where there is none.
  public func token(of id: Int32) -> String? {
    bytes(of: id).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Cuts a text, or two of which a network shall say how they belong together.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - second: the second text.
  ///   - addingSpecialTokens: whether to put in the tokens that the network expects around texts.
  /// - Returns: the tokens, cut and filled up as ``truncation`` and ``padding`` say.
  public func encode(
    _ text: String, pairedWith second: String? = nil, addingSpecialTokens: Bool = true
  ) -> Encoding {
    var result = unpadded(text, second, addingSpecialTokens, parts.model.makeWorker())
    if let padding { result.pad(to: padding.length(longest: result.count), padding) }
    return result
  }

  /// The ids of a text: those of ``encode(_:pairedWith:addingSpecialTokens:)``, many times faster,
  /// since nothing else is kept.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - addingSpecialTokens: whether to put in the tokens that the network expects around texts.
  public func ids(of text: String, addingSpecialTokens: Bool = true) -> [Int32] {
    var result = unpaddedIDs(text, addingSpecialTokens, parts.model.makeWorker())
    if let padding { pad(&result, to: padding.length(longest: result.count), padding) }
    return result
  }

  /// The text of tokens.
  ///
  /// - Parameters:
  ///   - ids: their numbers. Those that no token has are left out.
  ///   - skippingSpecialTokens: whether to leave out special tokens.
  public func decode(
    _ ids: some Sequence<Int32>, skippingSpecialTokens: Bool = true
  ) -> String {
    var tokens: [[UInt8]] = []
    for id in ids {
      guard let token = bytes(of: id),
        !skippingSpecialTokens || !parts.added.specials.contains(token)
      else { continue }
      tokens.append(token)
    }
    guard let decoder = parts.decoder else {
      return String(decoding: Array(tokens.joined(separator: [32])), as: UTF8.self)
    }
    return String(decoding: Array(decoder.decode(tokens).joined()), as: UTF8.self)
  }

  private func bytes(of id: Int32) -> [UInt8]? {
    if let added = parts.added.text(of: id) { return added }
    let entry = parts.model.vocabulary.entry(ofID: id)
    return entry < 0 ? nil : Array(parts.model.vocabulary.text(entry))
  }
}

// What batches do for each of their texts.
extension Tokenizer {
  /// One or two texts, not filled up.
  func unpadded(
    _ text: String, _ second: String?, _ addingSpecialTokens: Bool, _ worker: any ModelWorker
  ) -> Encoding {
    var first = parts.encoding(of: text, typeID: 0, worker)
    var pair = second.map { parts.encoding(of: $0, typeID: 1, worker) }
    let limit = limit(isPair: second != nil, addingSpecialTokens)
    truncation?.apply(to: &first, &pair, limit: limit)
    guard let postProcessor = parts.postProcessor else {
      if let pair { first.append(pair) }
      return first
    }
    first.setTypeIDs(0)
    pair?.setTypeIDs(1)
    let encodings = postProcessor.process(
      pair.map { [first, $0] } ?? [first], addingSpecialTokens: addingSpecialTokens)
    if encodings.count == 1 { return encodings[0] }
    var result = Encoding()
    for encoding in encodings { result.append(encoding) }
    return result
  }

  /// The ids of a text, not filled up.
  func unpaddedIDs(
    _ text: String, _ addingSpecialTokens: Bool, _ worker: any ModelWorker
  ) -> [Int32] {
    let frame = addingSpecialTokens ? parts.frames.with : parts.frames.without
    let limit = limit(isPair: false, addingSpecialTokens)
    var ids: [Int32] = []
    var text = text
    text.withUTF8 { text in
      ids.reserveCapacity(min(limit, text.count / 4) + 16)
      parts.appendIDs(
        of: text, limit: truncation?.direction == .left ? .max : limit, worker, to: &ids)
    }
    if ids.count > limit {
      if truncation?.direction == .left {
        ids.removeFirst(ids.count - limit)
      } else {
        ids.removeLast(ids.count - limit)
      }
    }
    if frame.count == 2, frame[0].isEmpty, frame[1].isEmpty { return ids }
    return Array(frame.joined(separator: ids))
  }

  /// How many tokens of the texts may stay beside those that are put in.
  private func limit(isPair: Bool, _ addingSpecialTokens: Bool) -> Int {
    guard let truncation else { return .max }
    let added = addingSpecialTokens ? parts.postProcessor?.addedCount(isPair: isPair) ?? 0 : 0
    return max(0, truncation.maximumLength - added)
  }

  /// Fills up ids.
  func pad(_ ids: inout [Int32], to length: Int, _ padding: Padding) {
    let missing = length - ids.count
    if missing <= 0 { return }
    ids.insert(
      contentsOf: repeatElement(padding.id, count: missing),
      at: padding.direction == .right ? ids.count : 0)
  }
}

extension TokenizerError {
  /// The same, with the file in which it was found.
  func `in`(file: String) -> TokenizerError {
    self.file == nil ? TokenizerError(reason, file: file, at: place) : self
  }
}
