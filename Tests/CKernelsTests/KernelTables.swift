import CBackpropKernels

/// The kernels of one instruction set for one scalar type, as closures that tests can call for
/// either type alike.
struct Kernels<T> {
  typealias Input = UnsafePointer<T>
  typealias Output = UnsafeMutablePointer<T>
  typealias Labels = UnsafePointer<Int32>

  let name: String
  let unary: (bp_unary, Int, Input?, Int, Output?) -> Void
  let binary: (bp_binary, Int, Input?, Int, Input?, Int, Output?) -> Void
  let compare: (bp_comparison, Int, Input?, Int, Input?, Int, UnsafeMutablePointer<UInt8>?) -> Void
  let select: (Int, UnsafePointer<UInt8>?, Int, Input?, Int, Input?, Int, Output?) -> Void
  let fill: (Int, T, Output?) -> Void
  let copy: (Int, Input?, Int, Output?) -> Void
  let reduce: (bp_reduction, Int, Input?, Int) -> T
  let reduceRows: (bp_reduction, Int, Int, Input?, Int, Output?) -> Void
  let argmax: (Int, Input?, Int) -> Int
  let argmin: (Int, Input?, Int) -> Int
  let dot: (Int, Input?, Int, Input?, Int) -> T
  let allFinite: (Int, Input?) -> Bool
  let softmax: (Int, Int, Input?, Output?) -> Void
  let logSoftmax: (Int, Int, Input?, Output?) -> Void
  let softmaxGradient: (Int, Int, Input?, Input?, Output?) -> Void
  let logSoftmaxGradient: (Int, Int, Input?, Input?, Output?) -> Void
  let crossEntropy: (Int, Int, Input?, Labels?, Output?, Output?) -> Void
  let crossEntropyGradient: (Int, Int, Input?, Labels?, Input?, Int, Output?) -> Void
  let sgd: (Int, Input?, Input?, T, T, Output?) -> Void
  let momentum: (Int, Input?, Input?, Output?, T, T, T, Bool, Output?) -> Void
  let adam: (Int, Input?, Input?, Output?, Output?, T, T, T, T, T, T, T, T, Output?) -> Void
  let scaleBytes: (Int, UnsafePointer<UInt8>?, T, Output?) -> Void
  let uniform: (Int, UnsafePointer<UInt32>?, Output?) -> Void
  let peakFlops: (Int, Output?) -> Int
}

/// Float or Double, and where its kernels are.
protocol KernelScalar: BinaryFloatingPoint {
  static func kernels(_ isa: bp_isa) -> Kernels<Self>?
}

extension KernelScalar {
  /// The kernels of every instruction set that this processor has.
  static var allKernels: [Kernels<Self>] { instructionSets.compactMap { kernels($0) } }
}

let instructionSets = [BP_ISA_PORTABLE, BP_ISA_NEON, BP_ISA_AVX2, BP_ISA_AVX512]

extension Float: KernelScalar {
  static func kernels(_ isa: bp_isa) -> Kernels<Float>? {
    guard let t = bp_kernels_for_f32(isa)?.pointee else { return nil }
    return Kernels(
      name: String(cString: bp_isa_name(isa)) + " Float", unary: t.unary, binary: t.binary,
      compare: t.compare, select: t.select, fill: t.fill, copy: t.copy, reduce: t.reduce,
      reduceRows: t.reduce_rows, argmax: t.argmax, argmin: t.argmin, dot: t.dot,
      allFinite: t.all_finite, softmax: t.softmax, logSoftmax: t.log_softmax,
      softmaxGradient: t.softmax_gradient, logSoftmaxGradient: t.log_softmax_gradient,
      crossEntropy: t.cross_entropy, crossEntropyGradient: t.cross_entropy_gradient, sgd: t.sgd,
      momentum: t.momentum, adam: t.adam, scaleBytes: t.scale_bytes, uniform: t.uniform,
      peakFlops: t.peak_flops)
  }
}

extension Double: KernelScalar {
  static func kernels(_ isa: bp_isa) -> Kernels<Double>? {
    guard let t = bp_kernels_for_f64(isa)?.pointee else { return nil }
    return Kernels(
      name: String(cString: bp_isa_name(isa)) + " Double", unary: t.unary, binary: t.binary,
      compare: t.compare, select: t.select, fill: t.fill, copy: t.copy, reduce: t.reduce,
      reduceRows: t.reduce_rows, argmax: t.argmax, argmin: t.argmin, dot: t.dot,
      allFinite: t.all_finite, softmax: t.softmax, logSoftmax: t.log_softmax,
      softmaxGradient: t.softmax_gradient, logSoftmaxGradient: t.log_softmax_gradient,
      crossEntropy: t.cross_entropy, crossEntropyGradient: t.cross_entropy_gradient, sgd: t.sgd,
      momentum: t.momentum, adam: t.adam, scaleBytes: t.scale_bytes, uniform: t.uniform,
      peakFlops: t.peak_flops)
  }
}
