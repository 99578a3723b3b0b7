import BackpropFiles
import BackpropTokenizers

/// A `tokenizer.json` of these parts.
///
/// - Parameters:
///   - model: the model.
///   - others: other members, as `"normalizer": null`.
func tokenizerJSON(model: String, _ others: [String] = []) -> [UInt8] {
  let members = [#""version": "1.0""#] + others + [#""model": "# + model]
  return Array(("{" + members.joined(separator: ", ") + "}").utf8)
}

/// A tokenizer of these parts.
func tokenizer(model: String, _ others: String...) throws -> Tokenizer {
  try Tokenizer(json: tokenizerJSON(model: model, others))
}

/// An added token as a `tokenizer.json` has it.
func addedToken(_ content: String, _ settings: String = "") -> String {
  var flags = [
    "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": false,
  ]
  for name in settings.split(separator: " ") { flags[String(name)] = true }
  let members = flags.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
  return "{\"id\": 0, \"content\": \(jsonQuoted(content)), \(members.joined(separator: ", "))}"
}

let bertModel =
  ###"{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "###
  + ###""max_input_chars_per_word": 10, "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "###
  + ###""bird": 4, "sing": 5, "##s": 6, ".": 7, "##ing": 8, "[MASK]": 9}}"###
let bertParts = [
  ###""normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "###
    + ###""strip_accents": null, "lowercase": true}"###,
  ###""pre_tokenizer": {"type": "BertPreTokenizer"}"###,
  ###""post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}"###,
  ###""decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true}"###,
]

/// BERT's rules, with ten tokens.
func smallBERT(_ others: String...) throws -> Tokenizer {
  try Tokenizer(json: tokenizerJSON(model: bertModel, bertParts + others))
}
