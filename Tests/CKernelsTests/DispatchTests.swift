import CBackpropKernels
import Foundation
import Testing

@Suite struct DispatchTests {
  @Test func instructionSetInUseIsAvailable() {
    let current = bp_current_isa()
    #expect(bp_isa_available(current))
    #expect(bp_select_isa(current))
    #expect(bp_current_isa() == current)
    #expect(bp_isa_available(BP_ISA_PORTABLE))
  }

  @Test func unavailableInstructionSetsAreRefused() {
    #if arch(x86_64)
      let missing = BP_ISA_NEON
    #else
      let missing = BP_ISA_AVX512
    #endif
    let current = bp_current_isa()
    #expect(!bp_isa_available(missing))
    #expect(!bp_select_isa(missing))
    #expect(bp_current_isa() == current)
    for type in 0..<BP_SCALAR_COUNT.rawValue {
      #expect(bp_kernels_for(missing, bp_scalar(type)) == nil)
    }
    #expect(bp_philox_for(missing) == nil)
  }

  @Test func namesAreThoseOfTheEnvironmentVariable() {
    let names = instructionSets.map { String(cString: bp_isa_name($0)) }
    #expect(names == ["portable", "neon", "avx2", "avx512"])
  }

  private static let best = instructionSets.last { bp_isa_available($0) }!

  /// In processes of their own, which have not chosen yet.
  @Test func theEnvironmentChoosesInCapitalsToo() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      for name in ["portable", "PORTABLE", "Portable"] {
        setenv("BACKPROP_ISA", name, 1)
        _ = bp_choose_kernels()
        #expect(bp_current_isa() == BP_ISA_PORTABLE)
      }
      for isa in instructionSets where bp_isa_available(isa) {
        setenv("BACKPROP_ISA", String(cString: bp_isa_name(isa)).uppercased(), 1)
        _ = bp_choose_kernels()
        #expect(bp_current_isa() == isa)
      }
      setenv("BACKPROP_ISA", "", 1)
      _ = bp_choose_kernels()
      #expect(bp_current_isa() == Self.best)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(!text.contains("BACKPROP_ISA"))
  }

  @Test func anUnknownChoiceIsReportedOnce() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      setenv("BACKPROP_ISA", "nonsense", 1)
      for _ in 0..<3 {
        _ = bp_choose_kernels()
        #expect(bp_current_isa() == Self.best)
      }
    }
    try Self.expectReport(of: "nonsense", in: #require(result).standardErrorContent)
  }

  @Test func aChoiceThatTheProcessorLacksIsReported() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      #if arch(x86_64)
        setenv("BACKPROP_ISA", "NEON", 1)
      #else
        setenv("BACKPROP_ISA", "AVX2", 1)
      #endif
      #expect(bp_current_isa() == Self.best)
    }
    #if arch(x86_64)
      try Self.expectReport(of: "NEON", in: #require(result).standardErrorContent)
    #else
      try Self.expectReport(of: "AVX2", in: #require(result).standardErrorContent)
    #endif
  }

  private static func expectReport(of value: String, in errors: [UInt8]) throws {
    let lines = String(decoding: errors, as: UTF8.self).split(separator: "\n")
      .filter { $0.contains("BACKPROP_ISA") }
    let names = instructionSets.filter { bp_isa_available($0) }.map {
      String(cString: bp_isa_name($0))
    }
    let line =
      "BACKPROP_ISA: expected one of \(names.joined(separator: ", ")) on this processor, "
      + "found '\(value)'; \(names.last!) is used"
    #expect(lines == [line[...]])
  }

  /// What is in use is what the instruction set in use has.
  @Test func kernelsInUse() {
    for type in 0..<BP_SCALAR_COUNT.rawValue {
      #expect(bp_kernels_of(bp_scalar(type)) == bp_kernels_for(bp_current_isa(), bp_scalar(type)))
    }
  }

  /// Kernels that no other test calls: each measures for a while what the machine can do.
  @Test func peakIsMeasured() {
    for kernels in Float.allKernels {
      var sink: Float = 0
      #expect(kernels.peak_flops(2, &sink) > 0)
      #expect(sink.isFinite)
    }
  }
}
