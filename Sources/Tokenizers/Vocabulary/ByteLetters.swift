/// The letters that stand for the 256 bytes in byte-level tokens: a printable character of Latin-1
/// for itself, the others for U+0100 and up in their order (Radford et al. 2019, GPT-2).
let byteLetters: [Unicode.Scalar] = {
  var next: UInt32 = 0x100
  return (0..<256).map { (byte: UInt32) in
    switch byte {
    case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return Unicode.Scalar(byte)!
    default:
      next += 1
      return Unicode.Scalar(next - 1)!
    }
  }
}()

/// The byte that a letter stands for, by the letter's number; -1 where it stands for none.
let bytesOfLetters: [Int16] = {
  var result = [Int16](repeating: -1, count: 0x200)
  for (byte, letter) in byteLetters.enumerated() { result[Int(letter.value)] = Int16(byte) }
  return result
}()
