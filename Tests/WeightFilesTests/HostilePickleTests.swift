import BackpropTestSupport
import Foundation
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// Pickles that are made to do harm: each is refused, and nothing runs.
@Suite struct HostilePickleTests {
  private func reason(of pickle: [UInt8]) -> WeightFileError.Reason? {
    #expect(throws: WeightFileError.self) { try Pickle.decode(pickle) }?.reason
  }

  private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

  @Test func functionsAreRefusedByName() {
    let system = text("cos\nsystem\n(S'echo harm'\ntR.")
    #expect(reason(of: system) == .refused("global os.system at byte 0"))
    #expect(
      "\(WeightFileError(reason(of: system)!, file: "x.pkl"))".contains(
        "global os.system at byte 0"))
    #expect(
      reason(of: text("(lp0\ncbuiltins\neval\n(V1+1\ntR."))
        == .refused("global builtins.eval at byte 5"))
    let stacked: [UInt8] =
      [0x80, 4, 0x8c, 5] + text("posix") + [0x8c, 6] + text("system") + [0x93]
    #expect(reason(of: stacked + text(".")) == .refused("global posix.system at byte 17"))
    // NumPy's own names are known one by one, not as a module.
    #expect(
      reason(of: text("cnumpy.core.multiarray\nfromfile\n."))
        == .refused("global numpy.core.multiarray.fromfile at byte 0"))
    #expect(reason(of: text("cnumpy\nload\n.")) == .refused("global numpy.load at byte 0"))
    #expect(
      reason(of: text("cnumpy\nndarray\n(I9\ntR."))
        == .refused("a call of numpy.ndarray at byte 20"))
  }

  @Test func opcodesThatMakeObjectsAreRefusedByName() {
    #expect(
      reason(of: text("(S'a'\nios\nsystem\n."))
        == .refused("global os.system (the opcode INST) at byte 6"))
    #expect(
      reason(of: [0x80, 2] + text(")") + [0x81]) == .refused("the opcode NEWOBJ (0x81) at byte 3"))
    #expect(
      reason(of: [0x80, 5, 0x97])
        == .refused("the opcode NEXT_BUFFER, of bytes outside the file (0x97) at byte 2"))
    #expect(reason(of: text("NQ.")) == .refused("the opcode BINPERSID (0x51) at byte 1"))
    #expect(reason(of: text("P1\n.")) == .refused("the opcode PERSID (0x50) at byte 0"))
    #expect(reason(of: [0x80, 2, 0x82, 1]) == .refused("the opcode EXT1 (0x82) at byte 2"))
    #expect(reason(of: [0xfe]) == .refused("an unknown opcode (0xfe) at byte 0"))
    #expect(reason(of: [0x80, 9, 0x4e, 0x2e]) == .unsupported("pickle protocol 9"))
  }

  /// A million deep, by every opcode that puts values into others; and without an end to it.
  @Test func deepNestingIsRefusedWithoutAStackOverflow() throws {
    func row(_ code: UInt8, _ count: Int = 1_000_000) -> [UInt8] {
      [UInt8](repeating: code, count: count)
    }
    let nested: [[UInt8]] = [
      row(0x5d) + row(0x61, 999_999),  // Lists in lists: ]]]…aaa…
      text("N") + row(0x85),  // Tuples of one.
      row(0x28) + row(0x74),  // ((((…tttt…
      row(0x28) + row(0x6c),  // The same with lists.
      row(0x28) + row(0x91),  // And with sets.
      // Dictionaries: }0}0}0…Nsss…
      Array(repeatElement([0x7d, 0x4b, 0], count: 300_000).joined()) + text("N")
        + row(0x73, 300_000),
    ]
    for item in nested {
      guard case .limitExceeded(let what) = reason(of: item + text(".")) else {
        Issue.record("\(item.prefix(3)) is not refused")
        continue
      }
      #expect(what.contains("deeper in one another than 100"))
    }
    // From the outermost inwards, so that how deep it becomes does not show while it is made: each
    // list is put into the one before while it is empty, and a tuple names them from the innermost on.
    var inwards = text("(") + [0x5d, 0x72, 0, 0, 0, 0]
    let depth = 20_000
    func number(_ index: Int) -> [UInt8] { (0..<4).map { UInt8(index >> (8 * $0) & 0xff) } }
    for index in 1...depth {
      // ] put, appended to the list before, which goes off the stack.
      inwards += [0x5d, 0x72] + number(index) + [0x61, 0x30, 0x6a] + number(index)
    }
    inwards += [0x30]
    for index in (0...depth).reversed() { inwards += [0x6a] + number(index) }
    guard case .limitExceeded = reason(of: inwards + text("t.")) else {
      Issue.record("what is nested inwards is not refused")
      return
    }
    for allowed in [
      text("N") + [UInt8](repeating: 0x85, count: 100),
      [UInt8](repeating: 0x5d, count: 101) + [UInt8](repeating: 0x61, count: 100),
    ] {
      _ = try Pickle.decode(allowed + text("."))
    }
  }

  #if os(Linux)
    /// One byte of a file must not become hundreds in memory: a megabyte of opcodes that make values
    /// is refused within a small multiple. In a process of its own, whose memory nothing else takes.
    @Test(.enabled(if: !isUnderSanitizer, "sanitizers keep freed memory aside"))
    func opcodesTakeLittleMemory() async {
      await #expect(processExitsWith: .success) {
        func peak() -> Int {
          // In kilobytes: "VmHWM:    12345 kB".
          let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
          let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
          guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }),
            let number = Int(line.filter(\.isNumber))
          else { exit(3) }
          return 1024 * number
        }
        let byteCount = 1 << 20
        // The files themselves grow beside.
        let before = peak() + 4 * byteCount
        for opcodes in [
          "}", "(", "}q\u{0}", "N\u{85}", "]Na", "M\u{1}\u{1}", "N\u{94}", "\u{8c}\u{1}a", "]2",
        ] {
          let codes = opcodes.unicodeScalars.map { UInt8($0.value) }
          var pickle: [UInt8] = []
          while pickle.count < byteCount { pickle += codes }
          pickle.append(0x2e)
          do {
            _ = try Pickle.decode(pickle)
            exit(1)
          } catch {
            // What is left over on the stack is an error at the end.
          }
          if peak() - before > 40 * byteCount {
            print("\(codes): \((peak() - before) / byteCount) bytes for one")
            exit(2)
          }
        }
      }
    }
  #endif

  @Test func aListInsideItselfIsRefused() {
    // l = []; l.append(l)
    guard case .limitExceeded = reason(of: text("]q\u{0}h\u{0}a.")) else {
      Issue.record("not refused")
      return
    }
  }

  @Test func valuesThatMultiplyAreRefused() {
    // Each list holds the one before ten times: 10^30 values out of some hundred bytes.
    var bomb = text("]q\u{0}")
    for level in 1...30 {
      bomb += text("](")
      for _ in 0..<10 { bomb += [0x68, UInt8(level - 1)] }
      bomb += [0x65, 0x71, UInt8(level)]
    }
    bomb = bomb + [0x71, 31]
    guard case .invalid = reason(of: bomb + text(".")) else {
      Issue.record("values left on the stack are not noticed")
      return
    }
    let wrapped = text("(") + bomb + text("l.")
    guard case .limitExceeded(let what) = reason(of: wrapped) else {
      Issue.record("not refused")
      return
    }
    #expect(what.contains("10000000"))
  }

  @Test func textThatIsEncodedAgainAndAgainIsRefused() {
    let word = String(repeating: "x", count: 200)
    var bomb = text("(c_codecs\nencode\nq\u{0}0V\(word)\nq\u{1}0Vlatin1\nq\u{2}0")
    for _ in 0..<20 { bomb += text("h\u{0}h\u{1}h\u{2}") + [0x86, 0x52] }
    guard case .limitExceeded = reason(of: bomb + text("l.")) else {
      Issue.record("not refused")
      return
    }
  }

  @Test func hugeNumbersTakeNoMemory() throws {
    // The memo 4294967295 is one entry, not four thousand million.
    #expect(try Pickle.decode(text("Nr") + [255, 255, 255, 255] + text(".")) == .none)
    for claim in [
      text("B") + [255, 255, 255, 255], [0x8e] + [UInt8](repeating: 255, count: 8),
      text("X") + [255, 255, 255, 255], [0x8d] + [UInt8](repeating: 255, count: 8),
      [0x96] + [UInt8](repeating: 0x7f, count: 8), text("T") + [255, 255, 255, 127],
      [0x95] + [UInt8](repeating: 255, count: 8), [0x8b, 255, 255, 255, 127],
      text("T") + [255, 255, 255, 255],
    ] {
      guard case .truncated = reason(of: claim + text("abc.")) else {
        Issue.record("\(claim) is not refused")
        continue
      }
    }
  }

  @Test func shapesThatDoNotFitAreRefused() {
    let start = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n"
    let type = "cnumpy\ndtype\n(S'f8'\nI0\nI1\ntR"
    for shape in ["(I2\nt", "(I-1\nt", "(I4611686018427387904\nI4\nt", "(F1.0\nt", "I1\n"] {
      let pickle = text(start + shape + type + "I00\nS'12345678'\ntb.")
      guard case .invalid = reason(of: pickle) else {
        Issue.record("\(shape) is not refused")
        continue
      }
    }
    let good = text(start + "(I1\nt" + type + "I00\nS'12345678'\ntb.")
    #expect(throws: Never.self) { try Pickle.decode(good) }
  }

  @Test func opcodesWithoutValuesAreErrors() {
    for code in UInt8.min...UInt8.max {
      for tail in [[], [0], [0, 0, 0, 0, 0, 0, 0, 0, 0x2e], text("1\n.")] {
        #expect(throws: (any Error).self) {
          // What does make a value is left without an end.
          try Pickle.decode([code] + tail + [0x30, 0x30])
        }
      }
    }
    #expect(throws: WeightFileError.self) { try Pickle.decode([]) }
  }
}
