// All kernels for one whole type, once for every instruction set. Whole numbers count and index, so
// these loops are left to the compiler. Types that are only stored have them too, without arithmetic.
//
// Define S, T, W (the unsigned type in which arithmetic wraps), BP_WIDTH, BP_CODE, BP_SMALLEST and
// BP_LARGEST before the inclusion, and the lists BP_UNARY_LIST, BP_BINARY_LIST and
// BP_REDUCTION_LIST. With BP_IS_HALF, the numbers are what half.h makes of them.
#define BP_IS_FLOAT 0
#define BP_LANES 1

#if !BP_IS_HALF
INLINE T K(value)(T x) { return x; }
#endif

// buffer[i] = a[i stride]
static void K(gather)(size_t n, const T *a, ptrdiff_t stride, T *buffer) {
  for (size_t i = 0; i < n; i++) buffer[i] = a[(ptrdiff_t)i * stride];
}

#if BP_HAS_ARITHMETIC
// x^y for y >= 0; by squaring, modulo 2^bits.
INLINE T K(power)(T x, T y) {
  W result = 1, factor = (W)x;
  for (T rest = y; rest > 0; rest >>= 1) {
    if (rest & 1) result *= factor;
    factor *= factor;
  }
  return (T)result;
}

// Rounded towards minus infinity; of the smallest number by -1, itself.
INLINE T K(floor_divide)(T x, T y) {
  if (y == 0) return 0;
  if (y == (T)-1 && (T)-1 < 0) return (T)(0 - (W)x);
  return (T)(x / y - (x % y != 0 && (x < 0) != (y < 0)));
}

INLINE T K(remainder)(T x, T y) {
  if (y == 0 || (y == (T)-1 && (T)-1 < 0)) return 0;
  T rest = (T)(x % y);
  return rest != 0 && (rest < 0) != (y < 0) ? (T)(rest + y) : rest;
}
#endif

#define X(NAME, name, ...)                                                   \
  static void K(name##_loop)(size_t n, const void *source, void *target) {   \
    const T *a = source;                                                     \
    T *out = target;                                                         \
    for (size_t i = 0; i < n; i++) {                                         \
      T v = a[i];                                                            \
      out[i] = (T)(__VA_ARGS__);                                             \
    }                                                                        \
  }
BP_UNARY_LIST(X)
#undef X

#define X(NAME, name, ...)                                                                    \
  static void K(name##_loop)(size_t n, const void *left, const void *right, void *target) {   \
    const T *a = left, *b = right;                                                            \
    T *out = target;                                                                          \
    for (size_t i = 0; i < n; i++) {                                                          \
      T x = a[i], y = b[i];                                                                   \
      out[i] = (T)(__VA_ARGS__);                                                              \
    }                                                                                         \
  }
BP_BINARY_LIST(X)
#undef X

#define X(NAME, name, operator)                                                   \
  static void K(name##_loop)(size_t n, const T *a, const T *b, uint8_t *out) {    \
    for (size_t i = 0; i < n; i++) out[i] = K(value)(a[i]) operator K(value)(b[i]); \
  }
BP_COMPARISONS(X)
#undef X

static void K(fill)(size_t n, double value, T *out) {
  T element;
  bp_convert(BP_FLOAT64, BP_CODE, 1, &value, &element);
  K(gather)(n, &element, 0, out);
}

#define X(NAME, name, identity, ...)                                                        \
  static void K(reduce_##name)(size_t n, const void *source, ptrdiff_t sa, void *out) {     \
    const T *a = source;                                                                    \
    T x = identity;                                                                         \
    for (size_t i = 0; i < n; i++) {                                                        \
      T y = a[(ptrdiff_t)i * sa];                                                           \
      x = (T)(__VA_ARGS__);                                                                 \
    }                                                                                       \
    *(T *)out = x;                                                                          \
  }                                                                                         \
  static void K(rows_##name)(size_t rows, size_t columns, const T *a, ptrdiff_t row_stride, \
                             T *out) {                                                      \
    T nothing = identity;                                                                   \
    K(gather)(columns, &nothing, 0, out);                                                   \
    for (size_t i = 0; i < rows; i++, a += row_stride) {                                    \
      for (size_t j = 0; j < columns; j++) {                                                \
        T x = out[j], y = a[j];                                                             \
        out[j] = (T)(__VA_ARGS__);                                                          \
      }                                                                                     \
    }                                                                                       \
  }
BP_REDUCTION_LIST(X)
#undef X

// NaN, which differs from itself, comes before all numbers.
#define BP_POSITION(name, operator)                                                                \
  static size_t K(name)(size_t n, const T *a, ptrdiff_t sa) {                                      \
    size_t best = 0;                                                                               \
    for (size_t i = 1; i < n; i++) {                                                               \
      __auto_type x = K(value)(a[(ptrdiff_t)i * sa]), y = K(value)(a[(ptrdiff_t)best * sa]);       \
      if (x operator y || (x != x && y == y)) best = i;                                            \
    }                                                                                              \
    return best;                                                                                   \
  }
BP_POSITION(argmax, >)
BP_POSITION(argmin, <)
#undef BP_POSITION

#if BP_HAS_PRODUCT
static void K(product)(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const T *a,
                       size_t lda, const T *b, size_t ldb, T *c, size_t ldc, bool accumulate,
                       const T *bias, bp_activation activation) {
  (void)activation;
  size_t a_row = transpose_a ? 1 : lda, a_k = transpose_a ? lda : 1;
  size_t b_k = transpose_b ? 1 : ldb, b_column = transpose_b ? ldb : 1;
  for (size_t i = 0; i < m; i++) {
    T *row = c + i * ldc;
    for (size_t j = 0; j < n && !accumulate; j++) row[j] = bias ? bias[j] : 0;
    for (size_t p = 0; p < k; p++) {
      W x = (W)a[i * a_row + p * a_k];
      for (size_t j = 0; j < n; j++) row[j] = (T)((W)row[j] + x * (W)b[p * b_k + j * b_column]);
    }
  }
}
#endif

#include "operands.h"
//
#include "offsets.h"
//
#include "scan.h"
//
#include "sort.h"
//
#define BP_UNARY_ENTRIES BP_UNARY_LIST(X)
#define BP_BINARY_ENTRIES BP_BINARY_LIST(X)
#define BP_REDUCTION_ENTRIES BP_REDUCTION_LIST(X)
#include "by_operation.h"
#include "table.h"

#undef BP_IS_FLOAT
#undef BP_LANES
#undef S
#undef T
#undef W
#undef BP_WIDTH
#undef BP_CODE
#undef BP_SMALLEST
#undef BP_LARGEST
