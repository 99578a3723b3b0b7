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
    #expect(bp_kernels_for_f32(missing) == nil)
    #expect(bp_kernels_for_f64(missing) == nil)
    #expect(bp_philox_for(missing) == nil)
  }

  @Test func namesAreThoseOfTheEnvironmentVariable() {
    let names = instructionSets.map { String(cString: bp_isa_name($0)) }
    #expect(names == ["portable", "neon", "avx2", "avx512"])
  }

  /// The public functions reach the kernel whose name they bear.
  @Test func publicFunctions() {
    let a: [Float] = [1, -2, 3]
    let b: [Float] = [4, 5, 6]
    var out = [Float](repeating: 0, count: 3)
    bp_unary_f32(BP_NEGATE, 3, a, 1, &out)
    #expect(out == [-1, 2, -3])
    bp_binary_f32(BP_ADD, 3, a, 1, b, 1, &out)
    #expect(out == [5, 3, 9])
    #expect(bp_reduce_f32(BP_SUM, 3, a, 1) == 2)
    #expect(bp_dot_f32(3, a, 1, b, 1) == 12)
    #expect(bp_argmax_f32(3, a, 1) == 2)
    #expect(bp_argmin_f32(3, a, 1) == 1)
    #expect(bp_dot_f64(2, [1, 2], 1, [3, 4], 1) == 11)
    var flops: Float = 0
    #expect(bp_peak_flops_f32(2, &flops) > 0)
    #expect(flops.isFinite)
  }
}
