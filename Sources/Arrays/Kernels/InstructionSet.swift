import CBackpropKernels

/// The instruction set that computation uses.
public enum InstructionSet {
  /// Its name, as `BACKPROP_ISA` has it: `avx512`, `avx2`, `neon` or `portable`.
  public static var current: String { String(cString: bp_isa_name(bp_current_isa())) }
}
