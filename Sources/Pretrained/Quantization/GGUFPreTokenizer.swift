import BackpropFiles

/// How a byte-level tokenizer of a GGUF file cuts texts before it joins pairs: what a name under
/// `tokenizer.ggml.pre` stands for, since the file does not say it in full.
///
/// The names and what they mean are llama.cpp's. What is not here is refused by name.
struct GGUFPreTokenizer {
  /// The names for it, the one that is written first.
  let names: [String]
  /// `pre_tokenizer` of a `tokenizer.json`.
  let json: String
  /// Whether a piece that is a token is that, whatever the pairs say.
  var takesWholePieces = false
  /// Whether the beginning token is put before a text where the file does not say.
  var begins = false

  /// Those that are known.
  static let known: [GGUFPreTokenizer] = [
    GGUFPreTokenizer(
      // `default` is of files whose maker knew no name.
      names: [
        "gpt-2", "default", "phi-2", "olmo", "mpt", "jais", "gigachat", "mellum", "trillion",
      ],
      json: byteLevel(splits: true)),
    GGUFPreTokenizer(
      names: [
        "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b",
      ],
      json: #"{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},"#
        + byteLevel(splits: true) + "]}"),
    GGUFPreTokenizer(
      names: [
        "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
      ],
      json: split(llama3), takesWholePieces: true, begins: true),
    GGUFPreTokenizer(names: ["dbrx", "smaug-bpe"], json: split(llama3)),
    GGUFPreTokenizer(
      names: ["qwen2", "deepseek-r1-qwen", "kormo", "megrez", "stablelm2"],
      json: split(
        contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces)),
    GGUFPreTokenizer(
      names: ["qwen35"],
      json: split(
        contractions
          + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + spaces)),
    GGUFPreTokenizer(
      names: ["tekken"],
      json: split(casedWords(then: "") + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces),
      takesWholePieces: true, begins: true),
    GGUFPreTokenizer(
      names: ["gpt-4o", "llama4"],
      json: split(
        casedWords(then: contractions + "?") + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"#
          + spaces)),
  ]

  /// What a name stands for; `nil` for one that is not known.
  static func named(_ name: String) -> GGUFPreTokenizer? {
    known.first { $0.names.contains(name) }
  }

  // MARK: Patterns

  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let llama3 =
    contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces

  /// Words that are cut where small letters end and capitals follow.
  private static func casedWords(then ending: String) -> String {
    let (capitals, small) = (#"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"#, #"\p{Ll}\p{Lm}\p{Lo}\p{M}"#)
    let before = #"[^\r\n\p{L}\p{N}]?"#
    return "\(before)[\(capitals)]*[\(small)]+\(ending)|\(before)[\(capitals)]+[\(small)]*\(ending)"
  }

  private static func byteLevel(splits: Bool) -> String {
    #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":\#(splits)}"#
  }

  private static func split(_ pattern: String) -> String {
    #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"#
      + jsonQuoted(pattern) + #"},"behavior":"Isolated","invert":false},"#
      + byteLevel(splits: false) + "]}"
  }
}
