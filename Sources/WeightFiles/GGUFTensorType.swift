import BackpropArrays

/// The type of a tensor in a GGUF file, by its number there.
///
/// Most are blocks of numbers that share a scale. Those that are read as numbers have a
/// ``storedType`` or a ``quantizedFormat``; of the others the name and the size are known, so that a
/// file that holds them can be listed.
public struct GGUFTensorType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The number in a file.
  public let rawValue: UInt32

  /// The type of this number, known or not.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Floating-point numbers of 32 bits.
  public static let f32 = GGUFTensorType(rawValue: 0)
  /// Floating-point numbers of 16 bits (IEEE 754 binary16).
  public static let f16 = GGUFTensorType(rawValue: 1)
  /// The upper half of a 32-bit floating-point number.
  public static let bf16 = GGUFTensorType(rawValue: 30)

  /// The type of blocks.
  public init(_ format: QuantizedFormat) {
    switch format {
    case .fourBit: rawValue = 2
    case .eightBit: rawValue = 8
    }
  }

  /// The type of an array as other files have it; `nil` where GGUF has none: truth values, unsigned
  /// whole numbers and fractions of 8 bits.
  public init?(_ type: StoredScalarType) {
    guard let found = Self.known.first(where: { $0.value.stored == type }) else { return nil }
    rawValue = found.key
  }

  /// The type of the numbers, where each is by itself.
  public var storedType: StoredScalarType? { Self.known[rawValue]?.stored }

  /// How the numbers are rounded, where they lie in blocks that are read here.
  public var quantizedFormat: QuantizedFormat? {
    QuantizedFormat.allCases.first { Self($0) == self }
  }

  /// The name that ggml has for it: `Q8_0`. A number that is not known is `type 99`.
  public var description: String { Self.known[rawValue]?.name ?? "type \(rawValue)" }

  /// How many numbers a block has, and how many bytes; `nil` for a type that is not known.
  public var block: (length: Int, byteCount: Int)? {
    Self.known[rawValue].map { ($0.length, $0.byteCount) }
  }

  private struct Facts {
    let name: String
    let length: Int
    let byteCount: Int
    var stored: StoredScalarType?
  }

  /// The types of ggml (`enum ggml_type`, and the sizes of the package gguf). Numbers that are left out
  /// were withdrawn.
  private static let known: [UInt32: Facts] = [
    0: Facts(name: "F32", length: 1, byteCount: 4, stored: .float32),
    1: Facts(name: "F16", length: 1, byteCount: 2, stored: .float16),
    2: Facts(name: "Q4_0", length: 32, byteCount: 18),
    3: Facts(name: "Q4_1", length: 32, byteCount: 20),
    6: Facts(name: "Q5_0", length: 32, byteCount: 22),
    7: Facts(name: "Q5_1", length: 32, byteCount: 24),
    8: Facts(name: "Q8_0", length: 32, byteCount: 34),
    9: Facts(name: "Q8_1", length: 32, byteCount: 40),
    10: Facts(name: "Q2_K", length: 256, byteCount: 84),
    11: Facts(name: "Q3_K", length: 256, byteCount: 110),
    12: Facts(name: "Q4_K", length: 256, byteCount: 144),
    13: Facts(name: "Q5_K", length: 256, byteCount: 176),
    14: Facts(name: "Q6_K", length: 256, byteCount: 210),
    15: Facts(name: "Q8_K", length: 256, byteCount: 292),
    16: Facts(name: "IQ2_XXS", length: 256, byteCount: 66),
    17: Facts(name: "IQ2_XS", length: 256, byteCount: 74),
    18: Facts(name: "IQ3_XXS", length: 256, byteCount: 98),
    19: Facts(name: "IQ1_S", length: 256, byteCount: 50),
    20: Facts(name: "IQ4_NL", length: 32, byteCount: 18),
    21: Facts(name: "IQ3_S", length: 256, byteCount: 110),
    22: Facts(name: "IQ2_S", length: 256, byteCount: 82),
    23: Facts(name: "IQ4_XS", length: 256, byteCount: 136),
    24: Facts(name: "I8", length: 1, byteCount: 1, stored: .int8),
    25: Facts(name: "I16", length: 1, byteCount: 2, stored: .int16),
    26: Facts(name: "I32", length: 1, byteCount: 4, stored: .int32),
    27: Facts(name: "I64", length: 1, byteCount: 8, stored: .int64),
    28: Facts(name: "F64", length: 1, byteCount: 8, stored: .float64),
    29: Facts(name: "IQ1_M", length: 256, byteCount: 56),
    30: Facts(name: "BF16", length: 1, byteCount: 2, stored: .bfloat16),
    34: Facts(name: "TQ1_0", length: 256, byteCount: 54),
    35: Facts(name: "TQ2_0", length: 256, byteCount: 66),
    39: Facts(name: "MXFP4", length: 32, byteCount: 17),
    40: Facts(name: "NVFP4", length: 64, byteCount: 36),
    41: Facts(name: "Q1_0", length: 128, byteCount: 18),
  ]
}
