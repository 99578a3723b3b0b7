import CBackpropKernels
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
