import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

/// The plain containers and numbers of Python, in every protocol.
@Suite struct PickleContainerTests {
  private func dictionary(_ members: [(PickleValue, PickleValue)]) -> PickleValue {
    .dictionary(members.map { .init(key: $0.0, value: $0.1) })
  }

  private func power(_ exponent: Int, isNegative: Bool = false) -> PickleValue {
    // 2^n is a one and n zeros; -2^n the same with ones above.
    var bytes = [UInt8](repeating: 0, count: exponent / 8) + [1 << UInt8(exponent % 8)]
    if isNegative {
      bytes[exponent / 8] = 0 &- bytes[exponent / 8]
    } else if exponent % 8 == 7 {
      bytes.append(0)
    }
    return .wideInt(bytes)
  }

  @Test(arguments: 0...5)
  func everyProtocolGivesTheSame(_ version: Int) throws {
    let value = try Pickle.read(Fixtures.path("checkpoints/containers-\(version).pkl"))
    guard case .dictionary(let members) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(members.count == 22)
    #expect(
      value["ordered"] == dictionary([(.string("z"), .int(1)), (.string("a"), .list([.int(2)]))]))
    #expect(
      value["default"] == dictionary([(.string("x"), .list([.int(1)])), (.string("y"), .list([]))]))
    #expect(
      value["count"]
        == dictionary([
          (.string("h"), .int(1)), (.string("e"), .int(1)), (.string("l"), .int(2)),
          (.string("o"), .int(1)),
        ]))
    #expect(value["nowhere"] == dictionary([(.int(1), .int(2))]))
    #expect(value["set"] == .set([.int(7)]) && value["frozen"] == .set([.string("x")]))
    #expect(value["no set"] == .set([]) && value["none frozen"] == .set([]))
    #expect(value["bytes"] == .bytes(Array(0...255)) && value["no bytes"] == .bytes([]))
    #expect(value["array"] == .bytes([0, 0x80, 0xff]) && value["no array"] == .bytes([]))
    // 10^30 is 0x0c9f2c9cd04674edea40000000.
    #expect(
      value["wide"]
        == .list([
          power(64), power(64, isNegative: true), power(63),
          .wideInt([255, 255, 255, 255, 255, 255, 255, 0x7f, 255]), power(200),
          .wideInt([0, 0, 0, 0x40, 0xea, 0xed, 0x74, 0x46, 0xd0, 0x9c, 0x2c, 0x9f, 0x0c]),
        ]))
    #expect(value["dtype"] == .string(">i4"))
    #expect(value["scalar type"] == .string("numpy.float32"))
    #expect(value["unsigned"] == .wideInt([255, 255, 255, 255, 255, 255, 255, 255, 0]))
    // Two forms of one letter, and keys that are no texts.
    #expect(value["e\u{301}"] == .int(1) && value["\u{e9}"] == .int(2))
    for (key, text) in [
      (PickleValue.tuple([.string("a"), .int(1)]), "tuple"), (.none, "none"),
      (.float(1.5), "number"), (.bool(true), "truth"),
    ] {
      #expect(members.first { $0.key == key }?.value == .string(text))
    }
  }

  /// A text of hundreds of random bytes, of which half are written as two.
  @Test func numbersInProtocol0() throws {
    let path = Fixtures.path("checkpoints/numbers-0.pkl")
    let value = try Pickle.read(path)
    let expected = try CheckpointFixture.arrays("numbers")
    #expect(try CheckpointFixture.difference(value.flattened(), expected) == nil)
    #expect(try StateDictionary(contentsOf: path)["w"]?.count == 300)
  }

  @Test(.enabled(if: Python.hasPyTorch, "needs a Python with NumPy"))
  func numbersOfNumPyInEveryProtocol() throws {
    let program = """
      import pickle, sys, numpy as np
      for n in (300, 301, 777, 1000, 5000):
          w = np.random.RandomState(n).randn(n)
          np.save(f"{sys.argv[1]}/{n}.npy", w)
          for p in range(6):
              pickle.dump({"w": w}, open(f"{sys.argv[1]}/{n}-{p}.pkl", "wb"), p)
      """
    try withTemporaryFolder { folder in
      let (status, text) = try Python.run(["-c", program, folder])
      #expect(status == 0, "\(text)")
      for count in [300, 301, 777, 1000, 5000] {
        let expected = try NPY.read("\(folder)/\(count).npy")
        for version in 0...5 {
          let value = try Pickle.read("\(folder)/\(count)-\(version).pkl")
          #expect(value["w"] == .array(expected), "\(count) in protocol \(version)")
        }
      }
    }
  }

  @Test func containersOfPython2() throws {
    func value(_ text: String) throws -> PickleValue { try Pickle.decode(Array(text.utf8)) }
    // An OrderedDict was a list of pairs.
    #expect(
      try value("ccollections\nOrderedDict\n((l(lS'a'\naI1\naa(lS'b'\naI2\naatR.")
        == dictionary([(.string("a"), .int(1)), (.string("b"), .int(2))]))
    #expect(try value("c__builtin__\nset\n((lI1\naI2\natR.") == .set([.int(1), .int(2)]))
    #expect(try value("I18446744073709551616\n.") == power(64))
    #expect(try value("L-18446744073709551616L\n.") == power(64, isNegative: true))
    #expect(try value("L-9223372036854775808L\n.") == .int(.min))
  }

  @Test func emptyContainersAreEachTheirOwn() throws {
    // [[], [], {}] of which the second and the third get a member afterwards.
    let bytes: [UInt8] =
      [0x5d, 0x28, 0x5d, 0x5d, 0x71, 0, 0x7d, 0x71, 1, 0x65]  // ](]]q0}q1e
      + [0x68, 0, 0x4b, 9, 0x61, 0x30]  // h0 K9 a 0
      + [0x68, 1, 0x4b, 1, 0x4b, 2, 0x73, 0x30, 0x2e]  // h1 K1 K2 s 0 .
    #expect(
      try Pickle.decode(bytes)
        == .list([.list([]), .list([.int(9)]), dictionary([(.int(1), .int(2))])]))
    // The same list twice: DUP names it a second time.
    let twice: [UInt8] = [0x28, 0x5d, 0x32, 0x4b, 9, 0x61, 0x74, 0x2e]  // ( ] 2 K9 a t .
    #expect(try Pickle.decode(twice) == .tuple([.list([.int(9)]), .list([.int(9)])]))
  }
}
