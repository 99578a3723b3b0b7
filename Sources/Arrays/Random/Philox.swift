import CBackpropKernels

// Philox4x32-10, a counter-based generator: block i is a keyed, invertible scrambling of the number
// i, so any block can be computed without those before it.
//
// Source: J. Salmon, M. Moraes, R. Dror and D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
// SC11 (2011), section 4.3 and table 2.

/// The four words of block `counter` of `stream` under `key`. The 128-bit counter of the paper is
/// (counter, stream), the 64-bit key (key), each with its low word first.
@inline(__always)
func philoxBlock(key: UInt64, stream: UInt64, counter: UInt64) -> SIMD4<UInt32> {
  var c0 = UInt32(truncatingIfNeeded: counter)
  var c1 = UInt32(truncatingIfNeeded: counter >> 32)
  var c2 = UInt32(truncatingIfNeeded: stream)
  var c3 = UInt32(truncatingIfNeeded: stream >> 32)
  var k0 = UInt32(truncatingIfNeeded: key)
  var k1 = UInt32(truncatingIfNeeded: key >> 32)
  var round = 0
  while round < 10 {
    let product0 = UInt64(c0) &* 0xd251_1f53
    let product1 = UInt64(c2) &* 0xcd9e_8d57
    c0 = UInt32(truncatingIfNeeded: product1 >> 32) ^ c1 ^ k0
    c2 = UInt32(truncatingIfNeeded: product0 >> 32) ^ c3 ^ k1
    c1 = UInt32(truncatingIfNeeded: product1)
    c3 = UInt32(truncatingIfNeeded: product0)
    // The key schedule is a Weyl sequence: golden ratio and √3 - 1, times 2^32.
    k0 &+= 0x9e37_79b9
    k1 &+= 0xbb67_ae85
    round += 1
  }
  return SIMD4(c0, c1, c2, c3)
}

/// Writes the 4 × `blocks` words of the blocks counter, counter + 1, …, counter + blocks - 1.
func philoxWords(
  key: UInt64, stream: UInt64, counter: UInt64, blocks: Int,
  into out: UnsafeMutablePointer<UInt32>
) {
  bp_philox(key, stream, counter, blocks, out)
}
