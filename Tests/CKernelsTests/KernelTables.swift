import CBackpropKernels

/// The kernels of one instruction set for one floating-point type, for tests that call them for
/// either type alike.
///
/// The kernels take numbers in memory without a type; members that give a number, or of which the
/// table may have none, are wrapped.
@dynamicMemberLookup
struct Kernels<T> {
  typealias Input = UnsafeRawPointer

  let name: String
  let table: bp_kernels

  /// A kernel that every type has.
  subscript<Kernel>(dynamicMember member: KeyPath<bp_kernels, Kernel>) -> Kernel {
    table[keyPath: member]
  }
  /// A kernel that every floating-point type has.
  subscript<Kernel>(dynamicMember member: KeyPath<bp_kernels, Kernel?>) -> Kernel {
    table[keyPath: member]!
  }

  func reduce(_ op: bp_reduction, _ n: Int, _ a: Input, _ sa: Int) -> T {
    number { table.reduce(op, n, a, sa, $0) }
  }

  func dot(_ n: Int, _ a: Input, _ sa: Int, _ b: Input, _ sb: Int) -> T {
    number { table.dot!(n, a, sa, b, sb, $0) }
  }

  private func number(_ body: (UnsafeMutablePointer<T>) -> Void) -> T {
    withUnsafeTemporaryAllocation(of: T.self, capacity: 1) {
      body($0.baseAddress!)
      return $0[0]
    }
  }
}

/// Float or Double, and which kernels are for it.
protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable {
  static var code: bp_scalar { get }
}

extension Float: KernelScalar {
  static var code: bp_scalar { BP_FLOAT32 }
}

extension Double: KernelScalar {
  static var code: bp_scalar { BP_FLOAT64 }
}

extension KernelScalar {
  /// The kernels of every instruction set that this processor has.
  static var allKernels: [Kernels<Self>] {
    instructionSets.compactMap { isa in
      bp_kernels_for(isa, code).map {
        Kernels(name: "\(String(cString: bp_isa_name(isa))) \(self)", table: $0.pointee)
      }
    }
  }
}

let instructionSets = [BP_ISA_PORTABLE, BP_ISA_NEON, BP_ISA_AVX2, BP_ISA_AVX512]
