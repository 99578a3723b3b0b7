// The lists of which enumerations, tables and loops are made: a new loop is a line here, and a new
// kernel a line here and its definition in Sources/CKernels/templates.
//
// Expressions are written for the templates, which know what they name; a list that is used for its
// names alone does not look at them. K(f) is the function f for the type at hand.
#ifndef BACKPROP_CKERNEL_LISTS_H
#define BACKPROP_CKERNEL_LISTS_H

// X(constant, suffix, C type, kind, smallest, largest): the types of numbers; the bounds are those
// of whole numbers. HALF is IEEE 754 binary16 and BRAIN the upper half of a float32, both as bits.
#define BP_SCALARS(X)                                   \
  X(BOOL, b8, uint8_t, FLAG, 0, 1)                      \
  X(UINT8, u8, uint8_t, WHOLE, 0, UINT8_MAX)            \
  X(INT8, i8, int8_t, WHOLE, INT8_MIN, INT8_MAX)        \
  X(INT16, i16, int16_t, WHOLE, INT16_MIN, INT16_MAX)   \
  X(UINT16, u16, uint16_t, WHOLE, 0, UINT16_MAX)        \
  X(INT32, i32, int32_t, WHOLE, INT32_MIN, INT32_MAX)   \
  X(UINT32, u32, uint32_t, WHOLE, 0, UINT32_MAX)        \
  X(INT64, i64, int64_t, WHOLE, INT64_MIN, INT64_MAX)   \
  X(UINT64, u64, uint64_t, WHOLE, 0, UINT64_MAX)        \
  X(FLOAT16, f16, uint16_t, HALF, 0, 0)                 \
  X(BFLOAT16, bf16, uint16_t, BRAIN, 0, 0)              \
  X(FLOAT32, f32, float, FLOAT, 0, 0)                   \
  X(FLOAT64, f64, double, FLOAT, 0, 0)

// X(kind, constant, name, expression of v): functions of one number. VECTOR: v is a vector; SCALAR:
// v is one number after the other.
//
// SIGN is -1, 0 or 1, and NaN for NaN; RELU max(x, 0), NaN for NaN; STEP x > 0 ? 1 : 0; ROUND
// halves to the even neighbour.
#define BP_UNARY_LOOPS(X)                                                 \
  X(VECTOR, NEGATE, negate, -v)                                           \
  X(VECTOR, ABSOLUTE, absolute, K(absolute)(v))                           \
  X(VECTOR, SIGN, sign, v > 0 ? K(splat)(1) : (v < 0 ? K(splat)(-1) : v)) \
  X(VECTOR, SQUARE, square, v * v)                                        \
  X(VECTOR, SQUARE_ROOT, square_root, __builtin_elementwise_sqrt(v))      \
  X(VECTOR, RECIPROCAL_SQUARE_ROOT, reciprocal_square_root,               \
    1 / __builtin_elementwise_sqrt(v))                                    \
  X(VECTOR, RECIPROCAL, reciprocal, 1 / v)                                \
  X(VECTOR, EXP, exp, K(exp)(v))                                          \
  X(VECTOR, EXPM1, expm1, K(expm1)(v))                                    \
  X(VECTOR, LOG, log, K(log)(v))                                          \
  X(VECTOR, LOG1P, log1p, K(log1p)(v))                                    \
  X(VECTOR, LOG2, log2, K(log2)(v))                                       \
  X(VECTOR, LOG10, log10, K(log10)(v))                                    \
  X(VECTOR, TANH, tanh, K(tanh)(v))                                       \
  X(VECTOR, SIGMOID, sigmoid, K(sigmoid)(v))                              \
  X(VECTOR, ERF, erf, K(erf)(v))                                          \
  X(VECTOR, RELU, relu, K(splat)(0) > v ? K(splat)(0) : v)                \
  X(VECTOR, STEP, step, v > 0 ? K(splat)(1) : K(splat)(0))                \
  X(VECTOR, GELU, gelu, K(gelu)(v))                                       \
  X(VECTOR, GELU_TANH, gelu_tanh, K(gelu_tanh)(v))                        \
  X(VECTOR, SILU, silu, K(silu)(v))                                       \
  X(VECTOR, MISH, mish, K(mish)(v))                                       \
  X(VECTOR, HARD_SIGMOID, hard_sigmoid, K(ramp)(v) / 6)                   \
  X(VECTOR, HARD_SWISH, hard_swish, K(hard_swish)(v))                     \
  X(VECTOR, LOG_SIGMOID, log_sigmoid, K(log_sigmoid)(v))                  \
  X(SCALAR, SIN, sin, __builtin_elementwise_sin(v))                       \
  X(SCALAR, COS, cos, __builtin_elementwise_cos(v))                       \
  X(SCALAR, TAN, tan, K(tan)(v))                                          \
  X(VECTOR, ASIN, asin, K(asin)(v))                                       \
  X(VECTOR, ACOS, acos, K(acos)(v))                                       \
  X(VECTOR, ATAN, atan, K(atan)(v))                                       \
  X(VECTOR, SINH, sinh, K(sinh)(v))                                       \
  X(VECTOR, COSH, cosh, K(cosh)(v))                                       \
  X(VECTOR, FLOOR, floor, __builtin_elementwise_floor(v))                 \
  X(VECTOR, CEIL, ceil, __builtin_elementwise_ceil(v))                    \
  X(VECTOR, TRUNCATE, truncate, __builtin_elementwise_trunc(v))           \
  X(VECTOR, ROUND, round, __builtin_elementwise_rint(v))

// X(kind, constant, name, expression of x and y): functions of two numbers. OWN: the template
// defines the loop in a file of its own.
//
// FLOOR_DIVIDE and REMAINDER are NumPy's: the remainder has the sign of y; of whole numbers, both are
// 0 for y = 0.
// MAXIMUM and MINIMUM are NaN if either is NaN, as NumPy's. The gradients take the cotangent x and,
// down to that of the reciprocal square root, the output y, below it the input; that of tanh has
// 1 - y² as a product, which keeps its digits where y is near 1. The weighted logarithm is x y, but
// 0 (-inf) is 0, as the limit of t log t is.
#define BP_BINARY_LOOPS(X)                                                        \
  X(VECTOR, ADD, add, x + y)                                                      \
  X(VECTOR, SUBTRACT, subtract, x - y)                                            \
  X(VECTOR, MULTIPLY, multiply, x * y)                                            \
  X(VECTOR, DIVIDE, divide, x / y)                                                \
  X(OWN, POWER, power, )                                                          \
  X(VECTOR, MAXIMUM, maximum, K(maximum)(x, y))                                   \
  X(VECTOR, MINIMUM, minimum, K(minimum)(x, y))                                   \
  X(VECTOR, RELU_GRADIENT, relu_gradient, y > 0 ? x : K(splat)(0))                \
  X(VECTOR, SIGMOID_GRADIENT, sigmoid_gradient, x * y * (1 - y))                  \
  X(VECTOR, TANH_GRADIENT, tanh_gradient, x * ((1 - y) * (1 + y)))                \
  X(VECTOR, TAN_GRADIENT, tan_gradient, x * K(fma)(y, y, K(splat)(1)))            \
  X(VECTOR, RECIPROCAL_GRADIENT, reciprocal_gradient, -x * (y * y))               \
  X(VECTOR, RECIPROCAL_SQUARE_ROOT_GRADIENT, reciprocal_square_root_gradient,     \
    x * (y * y * y) * (T)-0.5)                                                    \
  X(VECTOR, EXPM1_GRADIENT, expm1_gradient, x * K(exp)(y))                        \
  X(VECTOR, LOG1P_GRADIENT, log1p_gradient, x / (1 + y))                          \
  X(VECTOR, ASIN_GRADIENT, asin_gradient,                                         \
    x / __builtin_elementwise_sqrt((1 - y) * (1 + y)))                            \
  X(VECTOR, ACOS_GRADIENT, acos_gradient,                                         \
    -x / __builtin_elementwise_sqrt((1 - y) * (1 + y)))                           \
  X(VECTOR, ATAN_GRADIENT, atan_gradient, x / K(fma)(y, y, K(splat)(1)))          \
  X(VECTOR, GELU_GRADIENT, gelu_gradient, x * K(gelu_slope)(y))                   \
  X(VECTOR, GELU_TANH_GRADIENT, gelu_tanh_gradient, x * K(gelu_tanh_slope)(y))    \
  X(VECTOR, SILU_GRADIENT, silu_gradient, x * K(silu_slope)(y))                   \
  X(VECTOR, MISH_GRADIENT, mish_gradient, x * K(mish_slope)(y))                   \
  X(VECTOR, HARD_SIGMOID_GRADIENT, hard_sigmoid_gradient,                         \
    ((y > -3) & (y < 3)) ? x / 6 : K(splat)(0))                                   \
  X(VECTOR, HARD_SWISH_GRADIENT, hard_swish_gradient, x * K(hard_swish_slope)(y)) \
  X(VECTOR, LOG_SIGMOID_GRADIENT, log_sigmoid_gradient, x * K(sigmoid)(-y))       \
  X(SCALAR, FLOOR_DIVIDE, floor_divide, K(floor_divide)(x, y))                    \
  X(SCALAR, REMAINDER, remainder, K(remainder)(x, y))                             \
  X(VECTOR, WEIGHTED_LOGARITHM, weighted_logarithm,                               \
    ((x == 0) & (y == (T)-INFINITY)) ? K(splat)(0) : x * y)

// Functions of bits, which floating-point numbers do not have. Flags have those of this list, and NOT.
#define BP_BITWISE_LOOPS(X)                                              \
  X(BIT_AND, bit_and, x & y)                                             \
  X(BIT_OR, bit_or, x | y)                                               \
  X(BIT_XOR, bit_xor, x ^ y)

// Of y outside of 0 ... bits - 1, all bits are shifted out.
#define BP_SHIFT_LOOPS(X)                                                \
  X(SHIFT_LEFT, shift_left, (W)y < 8 * sizeof(T) ? (W)x << y : 0)        \
  X(SHIFT_RIGHT, shift_right, (W)y < 8 * sizeof(T) ? x >> y : x < 0 ? -1 : 0)

#define BP_NOT_LOOPS(X) X(BIT_NOT, bit_not, ~(W)v)
#define BP_FLAG_NOT_LOOPS(X) X(BIT_NOT, bit_not, !v)

// The loops of numbers that are only stored.
#define BP_NO_LOOPS(X)

// X(operands, constant, name, expression of x, y, z, p and q): formulas of one to three numbers and
// of two settings p and q, which are the same for all.
//
// SOFTPLUS has the settings beta and threshold, ELU the factors below and above 0, LEAKY_RELU the
// slope below 0, CLIP the bounds. PRELU is leaky relu with a slope for each number. Gradients take
// the cotangent x and the input y, that of PRELU the slope z too.
//
// From SQUARED_ERROR on they are losses of a prediction x and a target y, of some with a factor p,
// and their gradients by the prediction times p; q is what the loss is set to. z is a weight of
// y = 1.
#define BP_FORMULAS(X)                                                                     \
  X(1, SOFTPLUS, softplus, K(softplus)(x, p, q))                                           \
  X(2, SOFTPLUS_GRADIENT, softplus_gradient, x * K(softplus_slope)(y, p, q))               \
  X(1, ELU, elu, K(elu)(x, p, q))                                                          \
  X(2, ELU_GRADIENT, elu_gradient, x * K(elu_slope)(y, p, q))                              \
  X(1, CLIP, clip, K(minimum)(K(maximum)(x, p), q))                                        \
  X(2, CLIP_GRADIENT, clip_gradient, ((y >= p) & (y <= q)) ? x : K(splat)(0))              \
  X(1, LEAKY_RELU, leaky_relu, x > 0 ? x : x * p)                                          \
  X(2, LEAKY_RELU_GRADIENT, leaky_relu_gradient, y > 0 ? x : x * p)                        \
  X(2, PRELU, prelu, x > 0 ? x : x * y)                                                    \
  X(3, PRELU_GRADIENT, prelu_gradient, y > 0 ? x : x * z)                                  \
  X(2, PRELU_SLOPE_GRADIENT, prelu_slope_gradient, y > 0 ? K(splat)(0) : x * y)            \
  X(2, SQUARED_ERROR, squared_error, p * ((x - y) * (x - y)))                              \
  X(2, SQUARED_ERROR_GRADIENT, squared_error_gradient, (p + p) * (x - y))                  \
  X(2, ABSOLUTE_ERROR, absolute_error, K(absolute)(x - y))                                 \
  X(2, ABSOLUTE_ERROR_GRADIENT, absolute_error_gradient, x > y ? p : (x < y ? -p : x - y)) \
  X(2, HUBER, huber, p * K(huber)(x - y, q))                                               \
  X(2, HUBER_GRADIENT, huber_gradient, p * K(minimum)(K(maximum)(x - y, -q), q))           \
  X(2, BINARY_CROSS_ENTROPY, binary_cross_entropy,                                         \
    K(binary_cross_entropy)(x, y, K(splat)(1)))                                            \
  X(2, BINARY_CROSS_ENTROPY_GRADIENT, binary_cross_entropy_gradient,                       \
    p * K(binary_cross_entropy_slope)(x, y, K(splat)(1)))                                  \
  X(3, WEIGHTED_BINARY_CROSS_ENTROPY, weighted_binary_cross_entropy,                       \
    K(binary_cross_entropy)(x, y, z))                                                      \
  X(3, WEIGHTED_BINARY_CROSS_ENTROPY_GRADIENT, weighted_binary_cross_entropy_gradient,     \
    p * K(binary_cross_entropy_slope)(x, y, z))                                            \
  X(2, KL_DIVERGENCE, kl_divergence, y == 0 ? K(splat)(0) : y * (K(log)(y) - x))           \
  X(2, KL_DIVERGENCE_GRADIENT, kl_divergence_gradient, -p * y)                             \
  X(2, LOG_KL_DIVERGENCE, log_kl_divergence,                                               \
    y == (T)-INFINITY ? K(splat)(0) : K(exp)(y) * (y - x))                                 \
  X(2, LOG_KL_DIVERGENCE_GRADIENT, log_kl_divergence_gradient, -p * K(exp)(y))             \
  X(2, POISSON, poisson, y == 0 ? x : x - y * K(log)(x + q))                               \
  X(2, POISSON_GRADIENT, poisson_gradient, p * (1 - y / (x + q)))                          \
  X(2, LOG_POISSON, log_poisson, y == 0 ? K(exp)(x) : K(exp)(x) - y * x)                   \
  X(2, LOG_POISSON_GRADIENT, log_poisson_gradient, p * (K(exp)(x) - y))                    \
  X(2, HINGE, hinge, q - x * y < 0 ? K(splat)(0) : q - x * y)                              \
  X(2, HINGE_GRADIENT, hinge_gradient, q - x * y >= 0 ? -p * y : K(splat)(0))

// Those of the above that whole numbers have: W is the unsigned type in which arithmetic wraps.
#define BP_WHOLE_UNARY_LOOPS(X)                            \
  X(NEGATE, negate, 0 - (W)v)                              \
  X(ABSOLUTE, absolute, v < 0 ? 0 - (W)v : (W)v)           \
  X(SIGN, sign, (v > 0) - (v < 0))                         \
  X(SQUARE, square, (W)v * (W)v)                           \
  BP_NOT_LOOPS(X)

#define BP_WHOLE_BINARY_LOOPS(X)                           \
  X(ADD, add, (W)x + (W)y)                                 \
  X(SUBTRACT, subtract, (W)x - (W)y)                       \
  X(MULTIPLY, multiply, (W)x * (W)y)                       \
  X(POWER, power, K(power)(x, y))                          \
  X(MAXIMUM, maximum, x > y ? x : y)                       \
  X(MINIMUM, minimum, x < y ? x : y)                       \
  X(FLOOR_DIVIDE, floor_divide, K(floor_divide)(x, y))     \
  X(REMAINDER, remainder, K(remainder)(x, y))              \
  BP_BITWISE_LOOPS(X)                                      \
  BP_SHIFT_LOOPS(X)

// X(constant, name, operator)
#define BP_COMPARISONS(X)              \
  X(EQUAL, equal, ==)                  \
  X(NOT_EQUAL, not_equal, !=)          \
  X(LESS, less, <)                     \
  X(LESS_EQUAL, less_equal, <=)        \
  X(GREATER, greater, >)               \
  X(GREATER_EQUAL, greater_equal, >=)

// X(constant, name, value for nothing, expression of x and y that makes one of two)
#define BP_REDUCTIONS(X)                               \
  X(SUM, sum, 0, x + y)                                \
  X(PRODUCT, product, 1, x * y)                        \
  X(MAX, max, (T)-INFINITY, K(maximum)(x, y))          \
  X(MIN, min, (T)INFINITY, K(minimum)(x, y))

#define BP_WHOLE_EXTREMES(X)                   \
  X(MAX, max, BP_SMALLEST, x > y ? x : y)      \
  X(MIN, min, BP_LARGEST, x < y ? x : y)

#define BP_WHOLE_REDUCTIONS(X)                 \
  X(SUM, sum, 0, (W)x + (W)y)                  \
  X(PRODUCT, product, 1, (W)x * (W)y)          \
  BP_WHOLE_EXTREMES(X)

// X(return type, name, parameters, arguments): the kernels, members of bp_kernels.

// Those that move numbers. Every type has them: one for each width of numbers, but that the
// floating-point types have vectors of their own.
#define BP_MOVE_KERNELS(X)                                                                         \
  /* out[i] = a[i sa] (gathers a strided row) */                                                   \
  X(void, copy, (size_t n, const void *a, ptrdiff_t sa, void *out), (n, a, sa, out))               \
  /* out[i so] = a[i sa] */                                                                        \
  X(void, assign, (size_t n, const void *a, ptrdiff_t sa, void *out, ptrdiff_t so),                \
    (n, a, sa, out, so))                                                                           \
  /* out[i] = a[offsets[i]] */                                                                      \
  X(void, gather_elements, (size_t n, const void *a, const int64_t *offsets, void *out),           \
    (n, a, offsets, out))                                                                          \
  /* out[offsets[i]] = a[i sa], in this order. */                                                  \
  X(void, scatter_elements,                                                                        \
    (size_t n, const void *a, ptrdiff_t sa, const int64_t *offsets, void *out),                    \
    (n, a, sa, offsets, out))                                                                      \
  /* out[i] = condition[i sc] ? a[i sa] : b[i sb] */                                               \
  X(void, select,                                                                                  \
    (size_t n, const uint8_t *condition, ptrdiff_t sc, const void *a, ptrdiff_t sa, const void *b, \
     ptrdiff_t sb, void *out),                                                                     \
    (n, condition, sc, a, sa, b, sb, out))

// Those that every type has besides; unary, binary, reduce and scan for the operations that the
// type has, which are none where its numbers are only stored.
#define BP_COMMON_KERNELS(X)                                                                       \
  /* out[i] = op(a[i sa]) */                                                                       \
  X(void, unary, (bp_unary op, size_t n, const void *a, ptrdiff_t sa, void *out),                  \
    (op, n, a, sa, out))                                                                           \
  /* out[i] = a[i sa] op b[i sb] */                                                                \
  X(void, binary,                                                                                  \
    (bp_binary op, size_t n, const void *a, ptrdiff_t sa, const void *b, ptrdiff_t sb, void *out), \
    (op, n, a, sa, b, sb, out))                                                                    \
  /* out[i] = a[i sa] op b[i sb] ? 1 : 0 */                                                        \
  X(void, compare,                                                                                 \
    (bp_comparison op, size_t n, const void *a, ptrdiff_t sa, const void *b, ptrdiff_t sb,         \
     uint8_t *out),                                                                                \
    (op, n, a, sa, b, sb, out))                                                                    \
  /* Whether a[i] = b[i] for all i; NaN equals nothing. */                                         \
  X(bool, equal, (size_t n, const void *a, const void *b), (n, a, b))                              \
  /* out[i] = value, converted as bp_convert does. */                                              \
  X(void, fill, (size_t n, double value, void *out), (n, value, out))                              \
  /* out[offsets[i]] += a[i sa], in this order. */                                                 \
  X(void, add_elements,                                                                            \
    (size_t n, const void *a, ptrdiff_t sa, const int64_t *offsets, void *out),                    \
    (n, a, sa, offsets, out))                                                                      \
  /* *out = the reduction of a[i sa]; of floating-point numbers pairwise over blocks, so that the  \
     error grows as log n and the result depends on n alone. The value for nothing for n = 0. */   \
  X(void, reduce, (bp_reduction op, size_t n, const void *a, ptrdiff_t sa, void *out),             \
    (op, n, a, sa, out))                                                                           \
  /* out[j] = reduction over i of a[i row_stride + j], j contiguous; out is overwritten. */        \
  X(void, reduce_rows,                                                                             \
    (bp_reduction op, size_t rows, size_t columns, const void *a, ptrdiff_t row_stride,            \
     void *out),                                                                                   \
    (op, rows, columns, a, row_stride, out))                                                       \
  /* out[i step + j] = the reduction of a[j] to a[i step + j], of `columns` columns j; a step may be\
     negative. Sums of floating-point numbers carry what rounding loses. */                        \
  X(void, scan,                                                                                    \
    (bp_reduction op, size_t n, size_t columns, const void *a, ptrdiff_t step, void *out),         \
    (op, n, columns, a, step, out))                                                                \
  /* Index of the first largest (smallest) element; a NaN counts as largest (smallest), as NumPy.  \
     n must be at least 1. */                                                                      \
  X(size_t, argmax, (size_t n, const void *a, ptrdiff_t sa), (n, a, sa))                           \
  X(size_t, argmin, (size_t n, const void *a, ptrdiff_t sa), (n, a, sa))                           \
  /* The positions of contiguous numbers in rising order, or falling; equal ones stay in theirs. A  \
     NaN counts as largest. work holds 2 n. */                                                     \
  X(void, argsort, (size_t n, const void *a, bool descending, bp_ranked *work, int64_t *positions),\
    (n, a, descending, work, positions))                                                           \
  /* out[i] = how many of the n rising numbers a are less than values[i], or at most that if right; \
     a NaN counts as largest. */                                                                   \
  X(void, search,                                                                                  \
    (size_t n, const void *a, size_t m, const void *values, bool right, int64_t *out),             \
    (n, a, m, values, right, out))

// C = op(A) op(B), then epilogue; op(A) is m x k, op(B) is k x n, C is m x n with row stride ldc.
// transpose_a: A is stored k x m with row stride lda. accumulate: C += instead of C =. bias (length
// n, or NULL) is added to every row, then the activation is applied; neither is allowed with
// accumulate, and whole numbers have no activation. C must not overlap A or B. Splits over the
// thread pool by itself; the result has the same bits for any number of threads. k = 0 gives zeros
// (plus epilogue).
#define BP_PRODUCT_PARAMETERS                                                                      \
  (bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const void *a, size_t lda,    \
   const void *b, size_t ldb, void *c, size_t ldc, bool accumulate, const void *_Nullable bias,    \
   bp_activation activation)
#define BP_PRODUCT_ARGUMENTS                                                                       \
  (transpose_a, transpose_b, m, n, k, a, lda, b, ldb, c, ldc, accumulate, bias, activation)

// Those of the types that have a matrix product.
#define BP_PRODUCT_KERNELS(X) X(void, product, BP_PRODUCT_PARAMETERS, BP_PRODUCT_ARGUMENTS)

// A matrix B, k x n, packed once for many products: in panels, as a product packs it each time, of the
// order of the instruction set whose kernel packs. How many numbers that takes; b is k x n with row
// stride ldb, or n x k if transposed.
#define BP_PACKED_COUNT_PARAMETERS (size_t n, size_t k)
#define BP_PACK_PARAMETERS                                                                         \
  (bool transposed, size_t n, size_t k, const void *b, size_t ldb, void *packed)
// C = A B and then bias and activation, as above, for a packed B. The sums of an element of C are
// taken in an order that depends on k alone: a row of C has the same bits whatever rows are beside it.
#define BP_PACKED_PRODUCT_PARAMETERS                                                               \
  (size_t m, size_t n, size_t k, const void *a, size_t lda, const void *packed, void *c,           \
   size_t ldc, const void *_Nullable bias, bp_activation activation)

// Those of the floating-point types, for packed matrices.
#define BP_PACKED_KERNELS(X)                                                                       \
  X(size_t, packed_count, BP_PACKED_COUNT_PARAMETERS, (n, k))                                      \
  X(void, pack, BP_PACK_PARAMETERS, (transposed, n, k, b, ldb, packed))                            \
  X(void, packed_product, BP_PACKED_PRODUCT_PARAMETERS,                                            \
    (m, n, k, a, lda, packed, c, ldc, bias, activation))

// Those of the floating-point types. Single numbers are double and are rounded to the type within,
// so that what is computed of them, such as 1 - beta1, is rounded once.
#define BP_FLOAT_KERNELS(X)                                                                        \
  /* *out = sum over i of a[i sa] b[i sb] */                                                       \
  X(void, dot,                                                                                     \
    (size_t n, const void *a, ptrdiff_t sa, const void *b, ptrdiff_t sb, void *out),               \
    (n, a, sa, b, sb, out))                                                                        \
  /* out[i step + j] = b[i step + j] + a[i step + j] out[(i - 1) step + j], 0 before the first, of \
     `columns` columns j. */                                                                       \
  X(void, recurrence,                                                                              \
    (size_t n, size_t columns, const void *a, const void *b, ptrdiff_t step, void *out),           \
    (n, columns, a, b, step, out))                                                                 \
  /* Whether every element is finite. */                                                           \
  X(bool, all_finite, (size_t n, const void *a), (n, a))                                           \
  /* out[i] = formula(a[i sa], b[i sb], c[i sc], p, q); what the formula has no use for may be     \
     NULL. */                                                                                      \
  X(void, formula,                                                                                 \
    (bp_formula op, size_t n, const void *a, ptrdiff_t sa, const void *_Nullable b, ptrdiff_t sb,  \
     const void *_Nullable c, ptrdiff_t sc, double p, double q, void *out),                        \
    (op, n, a, sa, b, sb, c, sc, p, q, out))                                                       \
  /* Contiguous rows of `columns` numbers: exp(x - max) / sum, and x - max - log(sum). */          \
  X(void, softmax, (size_t rows, size_t columns, const void *a, void *out),                        \
    (rows, columns, a, out))                                                                       \
  X(void, log_softmax, (size_t rows, size_t columns, const void *a, void *out),                    \
    (rows, columns, a, out))                                                                       \
  /* cotangent and output (softmax's, log-softmax's) -> gradient by the input, per row. */         \
  X(void, softmax_gradient,                                                                        \
    (size_t rows, size_t columns, const void *cotangent, const void *output, void *out),           \
    (rows, columns, cotangent, output, out))                                                       \
  X(void, log_softmax_gradient,                                                                    \
    (size_t rows, size_t columns, const void *cotangent, const void *output, void *out),           \
    (rows, columns, cotangent, output, out))                                                       \
  /* Scores -> weights of attention, in place: the softmax of each row's scaled and masked scores, \
     0 where they are hidden, and for a whole row where all are. log_sums[i] = log of the sum of row\
     i's exponentials, inf where all are hidden; and the same weights again, by these. */          \
  X(void, attention_softmax, (const bp_attention_block *block, void *scores, void *log_sums),      \
    (block, scores, log_sums))                                                                     \
  X(void, attention_weights,                                                                       \
    (const bp_attention_block *block, const void *log_sums, void *scores),                         \
    (block, log_sums, scores))                                                                     \
  /* The means and variances of some groups, and out = (x - mean) / sqrt(variance + epsilon) weight \
     + bias, laid out as x; weight and bias may be NULL. */                                         \
  X(void, standardize,                                                                             \
    (const bp_groups *groups, size_t first, size_t count, const void *x,                           \
     const void *_Nullable weight, const void *_Nullable bias, void *means, void *variances,       \
     void *out),                                                                                   \
    (groups, first, count, x, weight, bias, means, variances, out))                                \
  /* Its gradients, of those that are not NULL: out by x; by weight and bias one for each group, or  \
     each part where parts have weights; added to what is there where each number has a weight. */ \
  X(void, standardize_gradient,                                                                    \
    (const bp_groups *groups, size_t first, size_t count, const void *cotangent, const void *x,    \
     const void *_Nullable weight, const void *means, const void *variances,                       \
     void *_Nullable by_weight, void *_Nullable by_bias, void *_Nullable out),                     \
    (groups, first, count, cotangent, x, weight, means, variances, by_weight, by_bias, out))       \
  /* losses[i] = -log softmax(a[i])[labels[i]]; probabilities = softmax(a) (may be NULL).          \
     Labels must lie in 0..<columns. */                                                            \
  X(void, cross_entropy,                                                                           \
    (size_t rows, size_t columns, const void *a, const int32_t *labels, void *losses,              \
     void *_Nullable probabilities),                                                               \
    (rows, columns, a, labels, losses, probabilities))                                             \
  /* out[i] = (probabilities[i] - onehot(labels[i])) * scale[i ss] */                              \
  X(void, cross_entropy_gradient,                                                                  \
    (size_t rows, size_t columns, const void *probabilities, const int32_t *labels,                \
     const void *scale, ptrdiff_t ss, void *out),                                                  \
    (rows, columns, probabilities, labels, scale, ss, out))                                        \
  /* The same with a weight for each class (1 where NULL) and a part of the target spread over     \
     all classes, for labels in 0..<columns, or negative for a row that counts nothing: losses[i]  \
     = sum over c of t[c] w[c] (-log softmax(a[i])[c]) with t[c] = smoothing / columns, and 1 -    \
     smoothing more at the label; row_weights[i] = w[labels[i]]. */                                \
  X(void, weighted_cross_entropy,                                                                  \
    (size_t rows, size_t columns, const void *a, const int32_t *labels,                            \
     const void *_Nullable weights, double smoothing, void *losses, void *row_weights,             \
     void *_Nullable probabilities),                                                               \
    (rows, columns, a, labels, weights, smoothing, losses, row_weights, probabilities))            \
  /* Of the sum of those, each times scale[i ss], by a. */                                         \
  X(void, weighted_cross_entropy_gradient,                                                         \
    (size_t rows, size_t columns, const void *probabilities, const int32_t *labels,                \
     const void *_Nullable weights, double smoothing, const void *scale, ptrdiff_t ss, void *out), \
    (rows, columns, probabilities, labels, weights, smoothing, scale, ss, out))                    \
  /* Optimizer updates over contiguous numbers: the new w goes to out, which may be w itself. */   \
  /* w -= rate * (g + decay * w) */                                                                \
  X(void, sgd,                                                                                     \
    (size_t n, const void *w, const void *g, double rate, double decay, void *out),                \
    (n, w, g, rate, decay, out))                                                                   \
  /* g += decay * w; v = momentum * v + fresh * g; w -= rate * (nesterov ? g + momentum * v : v) */\
  X(void, momentum,                                                                                \
    (size_t n, const void *w, const void *g, void *v, double rate, double momentum, double fresh,  \
     double decay, bool nesterov, void *out),                                                      \
    (n, w, g, v, rate, momentum, fresh, decay, nesterov, out))                                     \
  /* Adam (Kingma & Ba 2015), as PyTorch arranges it: m, v are the running moments;                \
     correction1 = 1 - beta1^t, correction2 = 1 - beta2^t; decay is L2 (added to g), decoupled is  \
     AdamW's (w *= 1 - rate * decoupled first). Where AMSGrad's x is given, x = max(x, v) takes v's\
     place below.                                                                                  \
     w -= rate / correction1 * m / (sqrt(v) / sqrt(correction2) + epsilon) */                      \
  X(void, adam,                                                                                    \
    (size_t n, const void *w, const void *g, void *m, void *v, void *_Nullable x, double rate,     \
     double beta1, double beta2, double epsilon, double correction1, double correction2,           \
     double decay, double decoupled, void *out),                                                   \
    (n, w, g, m, v, x, rate, beta1, beta2, epsilon, correction1, correction2, decay, decoupled,    \
     out))                                                                                         \
  /* RMSProp, and AdaGrad with keep = add = 1: g += decay * w; v = keep * v + add * g * g; where m \
     is given, m = keep * m + add * g and v - m * m takes v's place; s = g / (sqrt(v) + epsilon);  \
     where b is given, b = momentum * b + s takes s's place; w -= rate * s */                      \
  X(void, rmsprop,                                                                                 \
    (size_t n, const void *w, const void *g, void *v, void *_Nullable m, void *_Nullable b,        \
     double rate, double keep, double add, double epsilon, double momentum, double decay,          \
     void *out),                                                                                   \
    (n, w, g, v, m, b, rate, keep, add, epsilon, momentum, decay, out))                            \
  /* Lion: s = sign(beta1 * m + (1 - beta1) * g); m = beta2 * m + (1 - beta2) * g;                 \
     w = (1 - rate * decoupled) * w - rate * s */                                                  \
  X(void, lion,                                                                                    \
    (size_t n, const void *w, const void *g, void *m, double rate, double beta1, double beta2,     \
     double decoupled, void *out),                                                                 \
    (n, w, g, m, rate, beta1, beta2, decoupled, out))                                              \
  /* out[i] = bytes[i] * scale */                                                                  \
  X(void, scale_bytes, (size_t n, const uint8_t *bytes, double scale, void *out),                  \
    (n, bytes, scale, out))                                                                        \
  /* Uniform numbers in [0, 1) with 24 (float32) or 53 (float64) random bits, from raw words:      \
     float32 takes one word a number, float64 two (low word first). */                             \
  X(void, uniform, (size_t n, const uint32_t *words, void *out), (n, words, out))                  \
  /* out = activation(x * w + bias), of which, where `pooling` is given, the largest number of each  \
     window; positions as those of max_pool. */                                                     \
  X(void, convolve,                                                                                \
    (const bp_convolution *convolution, const void *x, const void *w, const void *_Nullable bias,  \
     bp_activation activation, const bp_pooling *_Nullable pooling, void *out,                     \
     int32_t *_Nullable positions),                                                                \
    (convolution, x, w, bias, activation, pooling, out, positions))                                \
  /* out = the gradient by the input, + bias for each channel: a transposed convolution. */        \
  X(void, convolve_input_gradient,                                                                 \
    (const bp_convolution *convolution, const bp_cotangent *cotangent, const void *w,              \
     const void *_Nullable bias, void *out),                                                       \
    (convolution, cotangent, w, bias, out))                                                        \
  /* The gradients by the weight, and by the bias where that is not NULL. */                       \
  X(void, convolve_weight_gradient,                                                                \
    (const bp_convolution *convolution, const void *x, const bp_cotangent *cotangent, void *out,   \
     void *_Nullable bias),                                                                        \
    (convolution, x, cotangent, out, bias))                                                        \
  /* out = the largest number of each window, NaN if there is one, -inf of none; positions = where \
     in the plane it is (the first of several, the last NaN), -1 for none (may be NULL). */        \
  X(void, max_pool,                                                                                \
    (const bp_pooling *pooling, const void *plane, void *out, int32_t *_Nullable positions),       \
    (pooling, plane, out, positions))                                                              \
  /* out, a plane of `area` numbers = the cotangent at these positions, added up, and 0 elsewhere;   \
     where `result` is given, only of those windows whose result is above 0. */                    \
  X(void, max_pool_gradient,                                                                       \
    (const bp_pooling *pooling, const void *cotangent, const void *_Nullable result,               \
     const int32_t *positions, size_t area, void *out),                                            \
    (pooling, cotangent, result, positions, area, out))                                            \
  /* out = the sum of each window by the product of its divisors; and adds such a part of each     \
     cotangent to the numbers of its window. */                                                    \
  X(void, average_pool, (const bp_pooling *pooling, const void *plane, void *out),                 \
    (pooling, plane, out))                                                                         \
  X(void, average_pool_gradient, (const bp_pooling *pooling, const void *cotangent, void *plane),  \
    (pooling, cotangent, plane))                                                                   \
  /* out[i] = a[positions[i]], 0 for a position of -1; and out[positions[i]] += a[i]. */           \
  X(void, take_at, (size_t n, const void *a, const int32_t *positions, void *out),                 \
    (n, a, positions, out))                                                                        \
  X(void, add_at, (size_t n, const void *a, const int32_t *positions, void *out),                  \
    (n, a, positions, out))                                                                        \
  /* out = the plane in another size; and adds each cotangent to what its number is made of. */    \
  X(void, resize, (const bp_resizing *resizing, const void *plane, void *out),                     \
    (resizing, plane, out))                                                                        \
  X(void, resize_gradient, (const bp_resizing *resizing, const void *cotangent, void *plane),      \
    (resizing, cotangent, plane))                                                                  \
  /* How many numbers of a state, a block of them, a step computes at a time; how many numbers the   \
     packed weight has that steps multiply the state by; and packs it: that of hidden x (columns      \
     hidden), or for gradients its transpose, for numbers first ..< first + length of the state,      \
     whole blocks of them. */                                                                      \
  X(size_t, recurrent_block, (void), ())                                                           \
  X(size_t, recurrent_packed_count, (const bp_recurrent *cell), (cell))                            \
  X(void, recurrent_pack,                                                                          \
    (const bp_recurrent *cell, bool transposed, size_t first, size_t length, const void *weight,   \
     void *out),                                                                                   \
    (cell, transposed, first, length, weight, out))                                                \
  /* A step of a recurrent network for each row: numbers first ..< first + length of its state, whole \
     blocks of them if there is a packed weight. gates has the product of the state h and its weight  \
     (of a GRU plus the bias), or gets it, if there is a packed weight; and then what came of it: the \
     activation's result (RNN); r, z, the product's third part as it was, n (GRU); i, f, g, o (LSTM). \
     With positions, what comes from the input is the row of x that they name. Meanwhile the next     \
     step's x and gates, where given, come to the cache.                                              \
     h_out is the next state, and may be gates of an RNN; c is the memory of an LSTM, which c_out may \
     overwrite. A row whose length (all are longer where NULL) is at most `step` keeps its state, and \
     its gates are 0. */                                                                           \
  X(void, recurrent_step,                                                                          \
    (const bp_recurrent *cell, size_t rows, size_t first, size_t length,                           \
     const void *_Nullable packed, const void *_Nullable bias, const int32_t *_Nullable lengths,   \
     int32_t step, const int32_t *_Nullable positions, const void *x, void *gates, const void *h,  \
     const void *_Nullable c, void *h_out, void *_Nullable c_out, const void *_Nullable next_x,    \
     const void *_Nullable next_gates),                                                            \
    (cell, rows, first, length, packed, bias, lengths, step, positions, x, gates, h, c, h_out,     \
     c_out, next_x, next_gates))                                                                   \
  /* Its gradient, from `cotangent` plus dh with respect to h_out and dc with respect to c_out: dx,   \
     dproduct (with respect to the product, apart from dx of a GRU alone), and in the place of dh and \
     dc those with respect to h, without what comes by way of the product, and c. With a packed       \
     weight, the transposed one, dh first gets what comes by way of the product of the step after it, \
     whose dproduct is `later`. The arrays of the step that comes next lie `next` rows from these, and \
     come to the cache meanwhile; 0 for none. */                                                   \
  X(void, recurrent_step_gradient,                                                                 \
    (const bp_recurrent *cell, size_t rows, size_t first, size_t length,                           \
     const void *_Nullable packed, const void *_Nullable later, const int32_t *_Nullable lengths,  \
     int32_t step, const void *gates, const void *h, const void *_Nullable c,                      \
     const void *_Nullable c_out, const void *cotangent, void *dh, void *_Nullable dc, void *dx,   \
     void *dproduct, ptrdiff_t next),                                                              \
    (cell, rows, first, length, packed, later, lengths, step, gates, h, c, c_out, cotangent, dh,   \
     dc, dx, dproduct, next))                                                                      \
  /* dh += what comes by way of the product whose dproduct is `later`. */                          \
  X(void, recurrent_state_gradient,                                                                \
    (const bp_recurrent *cell, size_t rows, const void *packed, const void *later, void *dh),      \
    (cell, rows, packed, later, dh))                                                               \
  /* The machine's limit: fused multiply-adds on one thread, as floating-point operations done by  \
     `rounds` rounds of an unrolled loop; the caller times it. */                                  \
  X(size_t, peak_flops, (size_t rounds, void *sink), (rounds, sink))

#endif
