import BackpropTestSupport
import Testing

@testable import BackpropFiles
@testable import BackpropWeightFiles

@Suite struct PickleTests {
  private func little<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    values.reduce(into: []) { $0.append(littleEndian: $1) }
  }

  /// What `make_fixtures.py` put in.
  private var expected: [String: PickleValue] {
    let list = PickleValue.list([
      .int(1), .int(-1), .int(255), .int(256), .int(65535), .int(65536), .int(-1 << 31),
      .int(1 << 31), .int(.max), .int(.min), .none,
    ])
    func array(_ type: StoredScalarType, _ shape: [Int], _ bytes: [UInt8]) -> PickleValue {
      .array(StoredArray(scalarType: type, shape: shape, bytes: bytes))
    }
    func numbers(_ range: ClosedRange<Int>) -> PickleValue { .tuple(range.map { .int($0) }) }
    return [
      "W": array(
        .float32, [2, 3], little([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map(\Float.bitPattern))),
      "b": array(.float64, [3], little([0.1, -1e300, .infinity].map(\Double.bitPattern))),
      "big": array(.int32, [2, 2], little([1, -2, 300, -70000] as [Int32])),
      "fortran": array(.int64, [2, 3, 4], little((0..<24).map { Int64($0) })),
      "bytes": array(.uint8, [6], Array(250...255)),
      "flags": array(.bool, [3], [1, 0, 1]),
      "small": array(.int8, [2], [255, 5]),
      "short": array(.int16, [2], little([-300, 5] as [Int16])),
      "half": array(.float16, [2], [0, 0x38, 0, 0xc0]),
      "bigdouble": array(.float64, [1], little([Double.pi.bitPattern])),
      "empty": array(.float32, [0, 3], []),
      "single": array(.float64, [], little([Double(7.5).bitPattern])),
      "scalar": .float(1.5), "scalarint": .int(-7), "scalarbool": .bool(true),
      "scalarhalf": .float(0.25),
      "text": .string("caf\u{e9} \u{20ac} \u{1f600} \\ \n \""),
      "long text": .string(String(repeating: "x", count: 300)),
      "raw": .bytes([0, 255, 10, 39]),
      "list": list, "again": list,
      "tuples": .tuple([.tuple([]), numbers(1...1), numbers(1...2), numbers(1...3), numbers(1...4)]
      ),
      "floats": .list([
        .float(0.1), .float(-0.0), .float(.infinity), .float(2024 * .leastNonzeroMagnitude),
      ]),
      "truth": .list([.bool(true), .bool(false)]),
      "nested": .dictionary([
        .init(
          key: .string("a"),
          value: .dictionary([.init(key: .string("b"), value: .list([.list([])]))])),
        .init(key: .int(3), value: .string("three")),
      ]),
    ]
  }

  @Test func everyProtocolGivesTheSameValues() throws {
    for version in 0...5 {
      let value = try Pickle.read(Fixtures.path("pickle/values-\(version).pkl"))
      guard case .dictionary(let members) = value else {
        Issue.record("protocol \(version): \(value)")
        continue
      }
      #expect(members.count == expected.count)
      for (name, wanted) in expected {
        #expect(value[name] == wanted, "protocol \(version): \(name)")
      }
    }
  }

  @Test func filesOfOlderSoftware() throws {
    let value = try Pickle.read(Fixtures.path("pickle/numpy1.pkl"))
    #expect(value.arrays?.map(\.name) == ["W"])
    #expect(value["W"] == expected["W"])
    let python2 = try Pickle.read(Fixtures.path("pickle/python2.pkl"))
    let bytes = little([Float(1.5).bitPattern, Float(-2).bitPattern])
    #expect(
      python2["W"] == .array(StoredArray(scalarType: .float32, shape: [2], bytes: bytes)))
  }

  @Test func whatIsNotReadIsNamed() throws {
    for (name, text) in [
      ("objects", "Python objects"), ("structured", "structured"), ("complex", "'c8'"),
    ] {
      let path = Fixtures.path("pickle/unsupported-\(name).pkl")
      let error = #expect(throws: WeightFileError.self) { try Pickle.read(path) }
      #expect("\(error!)".contains(text), "\(error!)")
      #expect(error?.file == path)
    }
  }

  @Test func everyCutIsAnError() throws {
    let large = (0...5).map { ("values-\($0)", 13) }
    for (name, step) in large + [("numpy1", 1), ("python2", 1)] {
      let file = try Fixtures.bytes("pickle/\(name).pkl")
      for count in stride(from: 0, to: file.count, by: step) {
        #expect(throws: WeightFileError.self, "\(name), byte \(count)") {
          try Pickle.decode(Array(file[..<count]))
        }
      }
    }
  }

  @Test func damageNeverCrashes() throws {
    for (name, step) in [("values-0", 9), ("values-5", 5), ("numpy1", 1), ("python2", 1)] {
      let file = try Fixtures.bytes("pickle/\(name).pkl")
      var errors = 0
      for index in stride(from: 0, to: file.count, by: step) {
        for change: UInt8 in [0x01, 0x80] {
          var damaged = file
          damaged[index] ^= change
          do {
            _ = try Pickle.decode(damaged)
          } catch {
            errors += 1
          }
        }
      }
      #expect(errors > 100)
    }
  }

  @Test func theWeightsOfTheCourse() throws {
    let folder = getenv("BACKPROP_DATA").map { String(cString: $0) } ?? ""
    let path = folder + "/book/sample_weight.pkl"
    guard File.exists(path) else {
      print("skipped: $BACKPROP_DATA/book/sample_weight.pkl is not there")
      return
    }
    let value = try Pickle.read(path)
    let shapes = ["W1": [784, 50], "b1": [50], "W2": [50, 100], "b2": [100], "W3": [100, 10]]
    #expect(value.arrays?.count == 6)
    for (name, shape) in shapes {
      guard case .array(let array) = value[name] else {
        Issue.record("\(name) is missing")
        continue
      }
      #expect(array.shape == shape && array.scalarType == .float32)
    }
  }
}
