import CBackpropKernels

/// Convolutions and their gradients, into memory that the caller gives: contiguous and seen by nobody
/// else yet. Which sums are taken together follows from the lengths alone.
package enum ConvolutionKernel {
  /// The gradient with respect to what a convolution computed, as it arrives.
  package struct Cotangent {
    let numbers: NDArray
    let result: NDArray?
    let pooling: PlanePooling?
    let positions: NDArray?

    /// A gradient with respect to what followed the convolution, passed back where it is read.
    ///
    /// - Parameters:
    ///   - numbers: the gradient.
    ///   - result: what a ReLU gave, or the pooling after it; `nil` if there was none.
    ///   - pooling: what was pooled, `nil` for nothing.
    ///   - positions: where in its plane each of the largest numbers stood.
    package init(
      _ numbers: NDArray, result: NDArray? = nil, pooling: PlanePooling? = nil,
      positions: NDArray? = nil
    ) {
      self.numbers = numbers.contiguous()
      self.result = result?.contiguous()
      self.pooling = pooling
      self.positions = positions?.contiguous()
    }

    fileprivate func withKernelValue(_ body: (UnsafePointer<bp_cotangent>) -> Void) {
      PlanePooling.withKernelValue(of: pooling) { pooling in
        var value = bp_cotangent(
          numbers: numbers.storage.base, result: result.map { UnsafeRawPointer($0.storage.base) },
          pooling: pooling,
          positions: positions.map {
            UnsafePointer($0.storage.base.assumingMemoryBound(to: Int32.self))
          })
        body(&value)
      }
      withExtendedLifetime(self) {}
    }
  }

  /// result = activation(input ⋆ weight + bias), or the largest numbers of its windows.
  ///
  /// - Parameters:
  ///   - convolution: the lengths, and how the kernel slides.
  ///   - activation: applied to the sums.
  ///   - pooling: which windows of the result are pooled, `nil` for none.
  ///   - result: of the convolution, or of the pooling.
  ///   - positions: where the largest numbers stand in their planes, `int32`.
  package static func forward(
    _ input: NDArray, _ weight: NDArray, _ bias: NDArray?, _ convolution: bp_convolution,
    activation: bp_activation, pooling: PlanePooling?, into result: NDArray, positions: NDArray?
  ) {
    let (input, weight, bias) = (input.contiguous(), weight.contiguous(), bias?.contiguous())
    var convolution = convolution
    PlanePooling.withKernelValue(of: pooling) { pooling in
      input.scalarType.kernels.pointee.convolve!(
        &convolution, input.storage.base, weight.storage.base, bias?.storage.base, activation,
        pooling, result.storage.base,
        positions?.storage.base.assumingMemoryBound(to: Int32.self))
    }
    withExtendedLifetime((input, weight, bias)) {}
  }

  /// result = the gradient with respect to the input + bias: a transposed convolution.
  package static func inputGradient(
    _ cotangent: Cotangent, _ weight: NDArray, _ bias: NDArray?, _ convolution: bp_convolution,
    into result: NDArray
  ) {
    let (weight, bias) = (weight.contiguous(), bias?.contiguous())
    var convolution = convolution
    cotangent.withKernelValue {
      weight.scalarType.kernels.pointee.convolve_input_gradient!(
        &convolution, $0, weight.storage.base, bias?.storage.base, result.storage.base)
    }
    withExtendedLifetime((weight, bias)) {}
  }

  /// result = the gradient with respect to the weight; bias = that with respect to the bias.
  package static func weightGradient(
    _ input: NDArray, _ cotangent: Cotangent, _ convolution: bp_convolution, into result: NDArray,
    bias: NDArray? = nil
  ) {
    let input = input.contiguous()
    var convolution = convolution
    cotangent.withKernelValue {
      input.scalarType.kernels.pointee.convolve_weight_gradient!(
        &convolution, input.storage.base, $0, result.storage.base, bias?.storage.base)
    }
    withExtendedLifetime(input) {}
  }
}
