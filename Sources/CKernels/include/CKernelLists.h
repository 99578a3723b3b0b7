// The lists of which enumerations, tables and loops are made: a new loop is a line here, and a new
// kernel a line here and its definition in Sources/CKernels/templates.
//
// Expressions are written for the templates, which know what they name; a list that is used for its
// names alone does not look at them. K(f) is the function f for the type at hand.
#ifndef BACKPROP_CKERNEL_LISTS_H
#define BACKPROP_CKERNEL_LISTS_H

// X(constant, suffix, C type, kind, smallest, largest): the types of numbers; the bounds are those
// of whole numbers.
#define BP_SCALARS(X)                              \
  X(BOOL, b8, uint8_t, FLAG, 0, 1)                 \
  X(UINT8, u8, uint8_t, WHOLE, 0, UINT8_MAX)       \
  X(INT32, i32, int32_t, WHOLE, INT32_MIN, INT32_MAX) \
  X(INT64, i64, int64_t, WHOLE, INT64_MIN, INT64_MAX) \
  X(FLOAT32, f32, float, FLOAT, 0, 0)              \
  X(FLOAT64, f64, double, FLOAT, 0, 0)

// X(kind, constant, name, expression of v): functions of one number. VECTOR: v is a vector; SCALAR:
// v is one number after the other.
//
// SIGN is -1, 0 or 1, and NaN for NaN; RELU max(x, 0), NaN for NaN; STEP x > 0 ? 1 : 0.
#define BP_UNARY_LOOPS(X)                                                        \
  X(VECTOR, NEGATE, negate, -v)                                                  \
  X(VECTOR, ABSOLUTE, absolute, K(absolute)(v))                                  \
  X(VECTOR, SIGN, sign, v > 0 ? K(splat)(1) : (v < 0 ? K(splat)(-1) : v))        \
  X(VECTOR, SQUARE, square, v * v)                                               \
  X(VECTOR, SQUARE_ROOT, square_root, __builtin_elementwise_sqrt(v))             \
  X(VECTOR, RECIPROCAL, reciprocal, 1 / v)                                       \
  X(VECTOR, EXP, exp, K(exp)(v))                                                 \
  X(VECTOR, LOG, log, K(log)(v))                                                 \
  X(VECTOR, TANH, tanh, K(tanh)(v))                                              \
  X(VECTOR, SIGMOID, sigmoid, K(sigmoid)(v))                                     \
  X(VECTOR, ERF, erf, K(erf)(v))                                                 \
  X(VECTOR, RELU, relu, K(splat)(0) > v ? K(splat)(0) : v)                       \
  X(VECTOR, STEP, step, v > 0 ? K(splat)(1) : K(splat)(0))                       \
  X(SCALAR, SIN, sin, __builtin_elementwise_sin(v))                              \
  X(SCALAR, COS, cos, __builtin_elementwise_cos(v))                              \
  X(VECTOR, FLOOR, floor, __builtin_elementwise_floor(v))

// X(kind, constant, name, expression of x and y): functions of two numbers. OWN: the template
// defines the loop in a file of its own.
//
// FLOOR_DIVIDE and REMAINDER are NumPy's: the remainder has the sign of y; of whole numbers, both are
// 0 for y = 0.
// MAXIMUM and MINIMUM are NaN if either is NaN, as NumPy's. The gradients take the cotangent x and
// the output y; that of tanh has 1 - y² as a product, which keeps its digits where y is near 1. The
// weighted logarithm is x y, but 0 (-inf) is 0, as the limit of t log t is.
#define BP_BINARY_LOOPS(X)                                               \
  X(VECTOR, ADD, add, x + y)                                             \
  X(VECTOR, SUBTRACT, subtract, x - y)                                   \
  X(VECTOR, MULTIPLY, multiply, x * y)                                   \
  X(VECTOR, DIVIDE, divide, x / y)                                       \
  X(OWN, POWER, power, )                                                 \
  X(VECTOR, MAXIMUM, maximum, K(maximum)(x, y))                          \
  X(VECTOR, MINIMUM, minimum, K(minimum)(x, y))                          \
  X(VECTOR, RELU_GRADIENT, relu_gradient, y > 0 ? x : K(splat)(0))       \
  X(VECTOR, SIGMOID_GRADIENT, sigmoid_gradient, x * y * (1 - y))         \
  X(VECTOR, TANH_GRADIENT, tanh_gradient, x * ((1 - y) * (1 + y)))       \
  X(VECTOR, WEIGHTED_LOGARITHM, weighted_logarithm,                      \
    ((x == 0) & (y == (T)-INFINITY)) ? K(splat)(0) : x * y)              \
  X(SCALAR, FLOOR_DIVIDE, floor_divide, K(floor_divide)(x, y))           \
  X(SCALAR, REMAINDER, remainder, K(remainder)(x, y))

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

// Those that every type has; unary, binary and reduce for the operations that the type has.
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
  /* out[i] = condition[i sc] ? a[i sa] : b[i sb] */                                               \
  X(void, select,                                                                                  \
    (size_t n, const uint8_t *condition, ptrdiff_t sc, const void *a, ptrdiff_t sa, const void *b, \
     ptrdiff_t sb, void *out),                                                                     \
    (n, condition, sc, a, sa, b, sb, out))                                                         \
  /* out[i] = value, converted as bp_convert does. */                                              \
  X(void, fill, (size_t n, double value, void *out), (n, value, out))                              \
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
  /* Optimizer updates over contiguous numbers: the new w goes to out, which may be w itself. */   \
  /* w -= rate * (g + decay * w) */                                                                \
  X(void, sgd,                                                                                     \
    (size_t n, const void *w, const void *g, double rate, double decay, void *out),                \
    (n, w, g, rate, decay, out))                                                                   \
  /* g += decay * w; v = momentum * v + g; w -= rate * (nesterov ? g + momentum * v : v) */        \
  X(void, momentum,                                                                                \
    (size_t n, const void *w, const void *g, void *v, double rate, double momentum, double decay,  \
     bool nesterov, void *out),                                                                    \
    (n, w, g, v, rate, momentum, decay, nesterov, out))                                            \
  /* Adam (Kingma & Ba 2015), as PyTorch arranges it: m, v are the running moments;                \
     correction1 = 1 - beta1^t, correction2 = 1 - beta2^t; decay is L2 (added to g), decoupled is  \
     AdamW's (w *= 1 - rate * decoupled first).                                                    \
     w -= rate / correction1 * m / (sqrt(v) / sqrt(correction2) + epsilon) */                      \
  X(void, adam,                                                                                    \
    (size_t n, const void *w, const void *g, void *m, void *v, double rate, double beta1,          \
     double beta2, double epsilon, double correction1, double correction2, double decay,           \
     double decoupled, void *out),                                                                 \
    (n, w, g, m, v, rate, beta1, beta2, epsilon, correction1, correction2, decay, decoupled, out)) \
  /* out[i] = bytes[i] * scale */                                                                  \
  X(void, scale_bytes, (size_t n, const uint8_t *bytes, double scale, void *out),                  \
    (n, bytes, scale, out))                                                                        \
  /* Uniform numbers in [0, 1) with 24 (float32) or 53 (float64) random bits, from raw words:      \
     float32 takes one word a number, float64 two (low word first). */                             \
  X(void, uniform, (size_t n, const uint32_t *words, void *out), (n, words, out))                  \
  /* The machine's limit: fused multiply-adds on one thread, as floating-point operations done by  \
     `rounds` rounds of an unrolled loop; the caller times it. */                                  \
  X(size_t, peak_flops, (size_t rounds, void *sink), (rounds, sink))

#endif
