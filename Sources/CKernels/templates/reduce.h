// Reductions to one number or along the rows of a matrix, dot products, and positions of extremes.

// Elements (or rows) summed one after another; beyond that, pairwise.
#define BP_REDUCE_BLOCK 1024
#define BP_ROW_BLOCK 128
// One partial result for each bit of a block count.
#define BP_LEVELS 64

#define BP_OP sum
#define BP_IDENTITY ((T)0)
#define BP_COMBINE(a, b) ((a) + (b))
#define BP_FOLD(v) K(fold_add)(v)
#include "reduce_one.h"
#define BP_OP product
#define BP_IDENTITY ((T)1)
#define BP_COMBINE(a, b) ((a) * (b))
#define BP_FOLD(v) K(fold_multiply)(v)
#include "reduce_one.h"
#define BP_OP max
#define BP_IDENTITY ((T)-INFINITY)
#define BP_COMBINE(a, b) K(maximum)(a, b)
#define BP_FOLD(v) K(fold_maximum)(v)
#include "reduce_one.h"
#define BP_OP min
#define BP_IDENTITY ((T)INFINITY)
#define BP_COMBINE(a, b) K(minimum)(a, b)
#define BP_FOLD(v) K(fold_minimum)(v)
#include "reduce_one.h"

static T K(reduce)(bp_reduction op, size_t n, const T *a, ptrdiff_t sa) {
  static T (*const reductions[BP_REDUCTION_COUNT])(size_t, const T *, ptrdiff_t) = {
      [BP_SUM] = K(reduce_sum),
      [BP_PRODUCT] = K(reduce_product),
      [BP_MAX] = K(reduce_max),
      [BP_MIN] = K(reduce_min),
  };
  return reductions[op](n, a, sa);
}

static void K(reduce_rows)(bp_reduction op, size_t rows, size_t columns, const T *a,
                           ptrdiff_t row_stride, T *out) {
  static void (*const reductions[BP_REDUCTION_COUNT])(size_t, size_t, const T *, ptrdiff_t, T *) = {
      [BP_SUM] = K(rows_sum),
      [BP_PRODUCT] = K(rows_product),
      [BP_MAX] = K(rows_max),
      [BP_MIN] = K(rows_min),
  };
  reductions[op](rows, columns, a, row_stride, out);
}

static V K(dot_block)(size_t n, const T *a, const T *b) {
  V sum[4] = {K(splat)(0), K(splat)(0), K(splat)(0), K(splat)(0)};
  size_t i = 0;
  for (; i + 4 * BP_LANES <= n; i += 4 * BP_LANES) {
    for (size_t j = 0; j < 4; j++) {
      size_t at = i + j * BP_LANES;
      sum[j] = K(fma)(K(load)(a + at), K(load)(b + at), sum[j]);
    }
  }
  for (; i + BP_LANES <= n; i += BP_LANES) {
    sum[0] = K(fma)(K(load)(a + i), K(load)(b + i), sum[0]);
  }
  if (i < n) {
    sum[1] = K(fma)(K(load_part)(a + i, n - i, 0), K(load_part)(b + i, n - i, 0), sum[1]);
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static T K(dot)(size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb) {
  V levels[BP_LEVELS];
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  size_t depth = 0;
  for (size_t i = 0, blocks = 1; i < n; i += BP_BLOCK, blocks++) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    V v = K(dot_block)(count, K(operand_block)(&left, i, count),
                       K(operand_block)(&right, i, count));
    for (size_t bits = blocks; (bits & 1) == 0; bits >>= 1) v = levels[--depth] + v;
    levels[depth++] = v;
  }
  V total = K(splat)(0);
  while (depth > 0) total = levels[--depth] + total;
  return K(fold_add)(total);
}

// The first index whose element equals `value`, or is NaN if `value` is.
static size_t K(first_index)(size_t n, const T *a, ptrdiff_t sa, T value) {
  size_t i = 0;
  if (sa == 1) {
    V wanted = K(splat)(value);
    for (; i + BP_LANES <= n; i += BP_LANES) {
      V v = K(load)(a + i);
      if (K(any)(value == value ? v == wanted : v != v)) break;
    }
  }
  for (; i < n; i++) {
    T element = a[(ptrdiff_t)i * sa];
    if (value == value ? element == value : element != element) return i;
  }
  return 0;
}

static size_t K(argmax)(size_t n, const T *a, ptrdiff_t sa) {
  return K(first_index)(n, a, sa, K(reduce_max)(n, a, sa));
}

static size_t K(argmin)(size_t n, const T *a, ptrdiff_t sa) {
  return K(first_index)(n, a, sa, K(reduce_min)(n, a, sa));
}

#undef BP_REDUCE_BLOCK
#undef BP_ROW_BLOCK
#undef BP_LEVELS
