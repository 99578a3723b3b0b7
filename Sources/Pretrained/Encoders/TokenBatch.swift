import BackpropArrays
import BackpropAutodiff

/// Texts as an encoder takes them: the tokens of all, one text after the other and none of padding.
///
/// ```swift
/// let batch = TokenBatch([[101, 2182, 102], [101, 2023, 2003, 2182, 102]])
/// batch.lengths                              // [3, 5]
/// encoder(batch, .inference)                 // (8, width): a row for each token
/// ```
///
/// A text costs what its own tokens cost, whatever else is in the batch.
public struct TokenBatch: Sendable, Hashable {
  /// The tokens.
  public let ids: [Int32]
  /// Of which part of a pair each token is.
  public let typeIDs: [Int32]
  /// How many tokens each text has.
  public let lengths: [Int]

  /// Texts of these tokens.
  ///
  /// Traps if there is not one type for each token.
  ///
  /// - Parameters:
  ///   - texts: the tokens of each.
  ///   - typeIDs: the types of each; 0 for all if `nil`.
  public init(_ texts: [[Int32]], typeIDs: [[Int32]]? = nil) {
    ids = Array(texts.joined())
    lengths = texts.map(\.count)
    if let typeIDs {
      precondition(typeIDs.map(\.count) == lengths, "TokenBatch: there is one type for each token")
      self.typeIDs = Array(typeIDs.joined())
    } else {
      self.typeIDs = [Int32](repeating: 0, count: ids.count)
    }
  }

  /// The number of texts.
  public var count: Int { lengths.count }

  /// The row of each text's first token. Traps if a text has none.
  var firstRows: [Int] {
    precondition(
      lengths.allSatisfy { $0 > 0 }, "TokenBatch: a text without tokens has no first one")
    return Array(PackedLengths(lengths).starts.dropLast())
  }

  /// The row of the table of places for each token.
  func positions(_ settings: EncoderSettings) -> [Int32] {
    var positions: [Int32] = []
    positions.reserveCapacity(ids.count)
    let padding = Int32(settings.paddingID)
    var row = 0
    for length in lengths {
      var place: Int32 = 0
      for id in ids[row..<row + length] {
        // As the reference counts: padding stands at its own number and is passed over.
        if settings.family != .roberta {
          positions.append(place)
          place += 1
        } else if id == padding {
          positions.append(padding)
        } else {
          place += 1
          positions.append(padding + place)
        }
      }
      row += length
    }
    return positions
  }

  /// Why an encoder cannot take the batch; `nil` if it can.
  func misfit(_ settings: EncoderSettings) -> String? {
    if let longest = lengths.max(), longest > settings.maximumLength {
      return "a text has \(longest) tokens, and the model takes \(settings.maximumLength) at most"
    }
    if let id = ids.first(where: { $0 < 0 || Int($0) >= settings.vocabularySize }) {
      return "there is a token \(id), and the model knows 0..<\(settings.vocabularySize)"
    }
    if settings.typeCount > 0,
      let type = typeIDs.first(where: { $0 < 0 || Int($0) >= settings.typeCount })
    {
      return "there is a type \(type), and the model knows 0..<\(settings.typeCount)"
    }
    return nil
  }
}
