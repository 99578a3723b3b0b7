#include "CKernels.h"

#define NAIVE(T, S)                                                                                \
  void bp_gemm_##S(bool ta, bool tb, size_t m, size_t n, size_t k, const T *a, size_t lda,         \
                   const T *b, size_t ldb, T *c, size_t ldc, bool accumulate, const T *bias,       \
                   bp_activation activation) {                                                     \
    for (size_t i = 0; i < m; i++) {                                                               \
      for (size_t j = 0; j < n; j++) {                                                             \
        T sum = accumulate ? c[i * ldc + j] : 0;                                                   \
        for (size_t p = 0; p < k; p++)                                                             \
          sum += a[ta ? p * lda + i : i * lda + p] * b[tb ? j * ldb + p : p * ldb + j];            \
        c[i * ldc + j] = bias ? sum + bias[j] : sum;                                               \
      }                                                                                            \
      T *row = c + i * ldc;                                                                        \
      if (activation == BP_RELU_ACTIVATION) bp_unary_##S(BP_RELU, n, row, 1, row);                 \
      if (activation == BP_SIGMOID_ACTIVATION) bp_unary_##S(BP_SIGMOID, n, row, 1, row);           \
      if (activation == BP_TANH_ACTIVATION) bp_unary_##S(BP_TANH, n, row, 1, row);                 \
    }                                                                                              \
  }
NAIVE(float, f32)
NAIVE(double, f64)
