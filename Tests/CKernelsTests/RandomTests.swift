import CBackpropKernels
import Testing

@Suite struct RandomTests {
  /// The known answers that the authors publish (Random123, kat_vectors, philox4x32 10).
  @Test func knownAnswers() {
    let cases: [(counter: UInt64, stream: UInt64, key: UInt64, words: [UInt32])] = [
      (0, 0, 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (.max, .max, .max, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
      // The digits of pi.
      (
        0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e, 0x299f_31d0_a409_3822,
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for isa in instructionSets {
      guard let philox = bp_philox_for(isa) else { continue }
      for (counter, stream, key, words) in cases {
        var out = [UInt32](repeating: 0, count: 4)
        philox(key, stream, counter, 1, &out)
        #expect(out == words)
      }
    }
  }

  /// A run of counters gives the words of each, carries into the high word and wraps at 2^64.
  @Test func runsOfCounters() {
    for isa in instructionSets {
      guard let philox = bp_philox_for(isa) else { continue }
      for start: UInt64 in [0, 0xffff_fffa, .max - 5] {
        for n in [0, 1, 2, 3, 4, 7, 8, 9, 17, 64] {
          var run = [UInt32](repeating: 7, count: 4 * n + 1)
          philox(11, 22, start, n, &run)
          #expect(run.last == 7)
          for i in 0..<n {
            var single = [UInt32](repeating: 0, count: 4)
            bp_philox_for(BP_ISA_PORTABLE)!(11, 22, start &+ UInt64(i), 1, &single)
            #expect(Array(run[4 * i..<4 * i + 4]) == single)
          }
        }
      }
    }
  }

  @Test func uniform() {
    let memory = Memory()
    defer { memory.free() }
    for n in testSizes {
      var words = [UInt32](repeating: 0, count: 2 * n + 4)
      bp_philox(1, 2, 3, (2 * n + 3) / 4, &words)
      if n > 2 {
        // The least and the greatest.
        (words[0], words[1], words[2], words[3]) = (0, 0, .max, .max)
      }
      for kernels in Float.allKernels {
        let out = Guarded<Float>(count: n)
        kernels.uniform(n, memory.operand(Array(words[..<n])), out.start)
        #expect(out.values == words[..<n].map { Float($0 >> 8) / 16_777_216 } && out.isIntact)
        #expect(out.values.allSatisfy { 0 <= $0 && $0 < 1 })
      }
      for kernels in Double.allKernels {
        let out = Guarded<Double>(count: n)
        kernels.uniform(n, memory.operand(Array(words[..<(2 * n)])), out.start)
        let expected = (0..<n).map { i in
          Double((UInt64(words[2 * i + 1]) << 32 | UInt64(words[2 * i])) >> 11) / 0x1p53
        }
        #expect(out.values == expected && out.isIntact)
        #expect(out.values.allSatisfy { 0 <= $0 && $0 < 1 })
      }
    }
  }
}
