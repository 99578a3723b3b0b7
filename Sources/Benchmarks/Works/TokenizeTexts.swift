import Backprop

/// The ids of many lines by a WordPiece tokenizer of BERT's form.
struct TokenizeTexts: BenchmarkWork {
  let name = "tokenize"
  let summary = "the ids of 20,000 lines by WordPiece, of 25,000 tokens"

  static let lines = 20_000

  func measure() throws -> Measurement {
    let tokenizer = try Self.tokenizer()
    let lines = InventedLanguage.lines(Self.lines)
    let bytes = lines.reduce(0) { $0 + $1.utf8.count }
    let seconds = Stopwatch().secondsPerCall { _ = tokenizer.ids(of: lines) }
    return measurement("MB/s", seconds.map { Double(bytes) / $0 / 1e6 })
  }

  /// BERT's, without letters' cases, with the vocabulary of the invented language.
  static func tokenizer() throws -> Tokenizer {
    let vocabulary = InventedLanguage.vocabulary.enumerated().map { #""\#($1)": \#($0)"# }
    return try Tokenizer(
      json: Array(
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": {"type": "BertNormalizer", "clean_text": true,
          "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 100, "vocab": {\(vocabulary.joined(separator: ","))}}}
        """.utf8))
  }
}
