// Loops over numbers, one template a family, compiled once per instruction set and chosen at run
// time: AVX-512, AVX2 + FMA, NEON or portable C. $BACKPROP_ISA (avx512, avx2, neon, portable)
// overrides the choice.
//
// Strides count elements, not bytes. A stride of 0 repeats one element (a broadcast), 1 is
// contiguous; any other value works and is slower. Output is always contiguous unless a parameter
// says otherwise, and may be the same memory as an input of stride 1 (in place). Any pointer may
// be unaligned (to less than the element's own alignment is not allowed). Kernels neither allocate
// nor start threads, except the matrix product, which uses CRuntime for both.
#ifndef BACKPROP_CKERNELS_H
#define BACKPROP_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  BP_ISA_PORTABLE = 0,
  BP_ISA_NEON = 1,
  BP_ISA_AVX2 = 2,
  BP_ISA_AVX512 = 3,
} bp_isa;

/// The instruction set in use: the best that the processor has, or what $BACKPROP_ISA asks for.
bp_isa bp_current_isa(void);
/// Whether this build and this processor can run `isa`.
bool bp_isa_available(bp_isa isa);
/// Chooses an instruction set for the whole process; false (and no change) if not available.
/// For tests: not to be called while another thread computes.
bool bp_select_isa(bp_isa isa);
const char *bp_isa_name(bp_isa isa);

typedef enum {
  BP_NEGATE,
  BP_ABSOLUTE,
  BP_SIGN,        ///< -1, 0 or 1; NaN for NaN
  BP_SQUARE,
  BP_SQUARE_ROOT,
  BP_RECIPROCAL,
  BP_EXP,
  BP_LOG,
  BP_TANH,
  BP_SIGMOID,
  BP_ERF,
  BP_RELU,        ///< max(x, 0); NaN stays NaN
  BP_STEP,        ///< x > 0 ? 1 : 0
  BP_SIN,
  BP_COS,
  BP_FLOOR,
  BP_UNARY_COUNT
} bp_unary;

typedef enum {
  BP_ADD,
  BP_SUBTRACT,
  BP_MULTIPLY,
  BP_DIVIDE,
  BP_POWER,
  BP_MAXIMUM,           ///< NaN if either is NaN, as NumPy
  BP_MINIMUM,
  BP_RELU_GRADIENT,     ///< a = cotangent, b = output (or input): b > 0 ? a : 0
  BP_SIGMOID_GRADIENT,  ///< a = cotangent, b = output: a b (1 - b)
  BP_TANH_GRADIENT,     ///< a = cotangent, b = output: a (1 - b²)
  BP_WEIGHTED_LOGARITHM,  ///< a b, but 0 (-inf) is 0
  BP_BINARY_COUNT
} bp_binary;

typedef enum {
  BP_EQUAL,
  BP_NOT_EQUAL,
  BP_LESS,
  BP_LESS_EQUAL,
  BP_GREATER,
  BP_GREATER_EQUAL,
  BP_COMPARISON_COUNT
} bp_comparison;

typedef enum { BP_SUM, BP_PRODUCT, BP_MAX, BP_MIN, BP_REDUCTION_COUNT } bp_reduction;

typedef enum {
  BP_IDENTITY_ACTIVATION,
  BP_RELU_ACTIVATION,
  BP_SIGMOID_ACTIVATION,
  BP_TANH_ACTIVATION
} bp_activation;

/// Declares every kernel for one scalar type; T is the C type, S the suffix of the names.
#define BP_DECLARE_KERNELS(T, S)                                                                   \
  /* out[i] = op(a[i sa]) */                                                                       \
  void bp_unary_##S(bp_unary op, size_t n, const T *a, ptrdiff_t sa, T *out);                      \
  /* out[i] = a[i sa] op b[i sb] */                                                                \
  void bp_binary_##S(bp_binary op, size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb,   \
                     T *out);                                                                      \
  /* out[i] = a[i sa] op b[i sb] ? 1 : 0 */                                                        \
  void bp_compare_##S(bp_comparison op, size_t n, const T *a, ptrdiff_t sa, const T *b,            \
                      ptrdiff_t sb, uint8_t *out);                                                 \
  /* out[i] = condition[i sc] ? a[i sa] : b[i sb] */                                               \
  void bp_select_##S(size_t n, const uint8_t *condition, ptrdiff_t sc, const T *a, ptrdiff_t sa,   \
                     const T *b, ptrdiff_t sb, T *out);                                            \
  void bp_fill_##S(size_t n, T value, T *out);                                                     \
  /* out[i] = a[i sa] (gathers a strided row) */                                                   \
  void bp_copy_##S(size_t n, const T *a, ptrdiff_t sa, T *out);                                    \
  /* The reduction of a[i sa]; pairwise over blocks, so that the error grows as log n and the      \
     result depends on n alone. The identity for n = 0 (-inf for max, inf for min). */             \
  T bp_reduce_##S(bp_reduction op, size_t n, const T *a, ptrdiff_t sa);                            \
  /* out[j] = reduction over i of a[i row_stride + j], j contiguous; out is overwritten. */        \
  void bp_reduce_rows_##S(bp_reduction op, size_t rows, size_t columns, const T *a,                \
                          ptrdiff_t row_stride, T *out);                                           \
  /* Index of the first largest (smallest) element; a NaN counts as largest (smallest), as NumPy.  \
     n must be at least 1. */                                                                      \
  size_t bp_argmax_##S(size_t n, const T *a, ptrdiff_t sa);                                        \
  size_t bp_argmin_##S(size_t n, const T *a, ptrdiff_t sa);                                        \
  /* Sum over i of a[i sa] b[i sb]. */                                                             \
  T bp_dot_##S(size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb);                      \
  /* True if every element is finite. */                                                           \
  bool bp_all_finite_##S(size_t n, const T *a);                                                    \
                                                                                                   \
  /* Contiguous rows of `columns` numbers: exp(x - max) / sum, and x - max - log(sum). */          \
  void bp_softmax_##S(size_t rows, size_t columns, const T *a, T *out);                            \
  void bp_log_softmax_##S(size_t rows, size_t columns, const T *a, T *out);                        \
  /* cotangent and output (softmax's, log-softmax's) -> gradient by the input, per row. */         \
  void bp_softmax_gradient_##S(size_t rows, size_t columns, const T *cotangent, const T *output,   \
                               T *out);                                                            \
  void bp_log_softmax_gradient_##S(size_t rows, size_t columns, const T *cotangent,                \
                                   const T *output, T *out);                                       \
  /* losses[i] = -log softmax(a[i])[labels[i]]; probabilities = softmax(a) (may be NULL).          \
     Labels must lie in 0..<columns. */                                                            \
  void bp_cross_entropy_##S(size_t rows, size_t columns, const T *a, const int32_t *labels,        \
                            T *losses, T *probabilities);                                          \
  /* out[i] = (probabilities[i] - onehot(labels[i])) * scale[i ss] */                              \
  void bp_cross_entropy_gradient_##S(size_t rows, size_t columns, const T *probabilities,          \
                                     const int32_t *labels, const T *scale, ptrdiff_t ss, T *out); \
                                                                                                   \
  /* Optimizer updates over contiguous numbers: the new w goes to out, which may be w itself. */   \
  /* w -= rate * (g + decay * w) */                                                                \
  void bp_sgd_##S(size_t n, const T *w, const T *g, T rate, T decay, T *out);                      \
  /* g += decay * w; v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v) */        \
  void bp_momentum_##S(size_t n, const T *w, const T *g, T *v, T rate, T momentum, T decay,        \
                       bool nesterov, T *out);                                                     \
  /* Adam (Kingma & Ba 2015), as PyTorch arranges it: m, v are the running moments;                \
     correction1 = 1 - beta1^t, correction2 = 1 - beta2^t; decay is L2 (added to g), decoupled is  \
     AdamW's (w *= 1 - rate * decoupled first).                                                    \
     w -= rate / correction1 * m / (sqrt(v) / sqrt(correction2) + epsilon) */                      \
  void bp_adam_##S(size_t n, const T *w, const T *g, T *m, T *v, T rate, T beta1, T beta2, T epsilon, \
                   T correction1, T correction2, T decay, T decoupled, T *out);                    \
                                                                                                   \
  /* out[i] = (T)bytes[i] * scale */                                                               \
  void bp_scale_bytes_##S(size_t n, const uint8_t *bytes, T scale, T *out);                        \
                                                                                                   \
  /* C = op(A) op(B), then epilogue; op(A) is m x k, op(B) is k x n, C is m x n with row stride    \
     ldc. transpose_a: A is stored k x m with row stride lda. accumulate: C += instead of C =.     \
     bias (length n, or NULL) is added to every row, then the activation is applied; neither is    \
     allowed with accumulate. C must not overlap A or B. Splits over the thread pool by itself;    \
     the result has the same bits for any number of threads. k = 0 gives zeros (plus epilogue). */ \
  void bp_gemm_##S(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const T *a,   \
                   size_t lda, const T *b, size_t ldb, T *c, size_t ldc, bool accumulate,          \
                   const T *bias, bp_activation activation);                                       \
  /* bp_gemm with the kernels of one available instruction set, whatever is in use. */             \
  void bp_gemm_on_##S(bp_isa isa, bool transpose_a, bool transpose_b, size_t m, size_t n,          \
                      size_t k, const T *a, size_t lda, const T *b, size_t ldb, T *c, size_t ldc,  \
                      bool accumulate, const T *bias, bp_activation activation);

BP_DECLARE_KERNELS(float, f32)
BP_DECLARE_KERNELS(double, f64)

/// 4 n 32-bit words of Philox4x32-10 (Salmon et al., 2011) for counters counter, counter + 1, …,
/// counter + n - 1 (the low 64 bits; the high 64 are `stream`) under the 64-bit `key`.
void bp_philox(uint64_t key, uint64_t stream, uint64_t counter, size_t n, uint32_t *out);

/// Uniform numbers in [0, 1) with 24 (f32) or 53 (f64) random bits, from raw words: f32 takes one
/// word a number, f64 two (low word first).
void bp_uniform_f32(size_t n, const uint32_t *words, float *out);
void bp_uniform_f64(size_t n, const uint32_t *words, double *out);

/// The machine's limit: fused multiply-adds a second on one thread, float32 and float64, as
/// floating-point operations done by `rounds` rounds of an unrolled loop; the caller times it.
size_t bp_peak_flops_f32(size_t rounds, float *sink);
size_t bp_peak_flops_f64(size_t rounds, double *sink);

/// The kernels of one instruction set: the member `name` is what bp_name_<type> calls when that
/// instruction set is in use. bp_kernels_for_<type> gives the table of `isa`, whatever is in use,
/// or NULL where `isa` is not available; tests compare the instruction sets with it.
#define BP_DECLARE_KERNEL_TABLE(T, S)                                                              \
  typedef struct {                                                                                 \
    void (*unary)(bp_unary op, size_t n, const T *a, ptrdiff_t sa, T *out);                        \
    void (*binary)(bp_binary op, size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb,     \
        T *out);                                                                                   \
    void (*compare)(bp_comparison op, size_t n, const T *a, ptrdiff_t sa, const T *b,              \
        ptrdiff_t sb, uint8_t *out);                                                               \
    void (*select)(size_t n, const uint8_t *condition, ptrdiff_t sc, const T *a, ptrdiff_t sa,     \
        const T *b, ptrdiff_t sb, T *out);                                                         \
    void (*fill)(size_t n, T value, T *out);                                                       \
    void (*copy)(size_t n, const T *a, ptrdiff_t sa, T *out);                                      \
    T (*reduce)(bp_reduction op, size_t n, const T *a, ptrdiff_t sa);                              \
    void (*reduce_rows)(bp_reduction op, size_t rows, size_t columns, const T *a,                  \
        ptrdiff_t row_stride, T *out);                                                             \
    size_t (*argmax)(size_t n, const T *a, ptrdiff_t sa);                                          \
    size_t (*argmin)(size_t n, const T *a, ptrdiff_t sa);                                          \
    T (*dot)(size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb);                        \
    bool (*all_finite)(size_t n, const T *a);                                                      \
    void (*softmax)(size_t rows, size_t columns, const T *a, T *out);                              \
    void (*log_softmax)(size_t rows, size_t columns, const T *a, T *out);                          \
    void (*softmax_gradient)(size_t rows, size_t columns, const T *cotangent, const T *output,     \
        T *out);                                                                                   \
    void (*log_softmax_gradient)(size_t rows, size_t columns, const T *cotangent,                  \
        const T *output, T *out);                                                                  \
    void (*cross_entropy)(size_t rows, size_t columns, const T *a, const int32_t *labels,          \
        T *losses, T *probabilities);                                                              \
    void (*cross_entropy_gradient)(size_t rows, size_t columns, const T *probabilities,            \
        const int32_t *labels, const T *scale, ptrdiff_t ss, T *out);                              \
    void (*sgd)(size_t n, const T *w, const T *g, T rate, T decay, T *out);                        \
    void (*momentum)(size_t n, const T *w, const T *g, T *v, T rate, T momentum, T decay,          \
        bool nesterov, T *out);                                                                    \
    void (*adam)(size_t n, const T *w, const T *g, T *m, T *v, T rate, T beta1, T beta2, T epsilon, \
        T correction1, T correction2, T decay, T decoupled, T *out);                               \
    void (*scale_bytes)(size_t n, const uint8_t *bytes, T scale, T *out);                          \
    void (*uniform)(size_t n, const uint32_t *words, T *out);                                      \
    size_t (*peak_flops)(size_t rounds, T *sink);                                                  \
  } bp_kernels_##S;                                                                                \
  const bp_kernels_##S *bp_kernels_for_##S(bp_isa isa);

BP_DECLARE_KERNEL_TABLE(float, f32)
BP_DECLARE_KERNEL_TABLE(double, f64)

/// bp_philox in one instruction set; NULL where `isa` is not available.
typedef void (*bp_philox_function)(uint64_t key, uint64_t stream, uint64_t counter, size_t n,
                                   uint32_t *out);
bp_philox_function bp_philox_for(bp_isa isa);

#ifdef __cplusplus
}
#endif
#endif
