// Two operands: binary operations, comparisons and selection. The loops are over contiguous
// memory; an operand with another stride is first gathered, a block at a time.

// An operand as contiguous blocks.
typedef struct {
  const T *base;
  ptrdiff_t stride;
  T buffer[BP_BLOCK] __attribute__((aligned(64)));
} K(operand);

static void K(open_operand)(K(operand) * operand, size_t n, const T *base, ptrdiff_t stride) {
  operand->base = base;
  operand->stride = stride;
  if (stride == 0 && n > 0) {
    // Whole vectors, which the loops read back at once; the buffer has room for them.
    size_t count = n < BP_BLOCK ? (n + BP_LANES - 1) / BP_LANES * BP_LANES : BP_BLOCK;
    K(gather)(count, base, 0, operand->buffer);
  }
}

// Elements start ..< start + count, count <= BP_BLOCK.
static const T *K(operand_block)(K(operand) * operand, size_t start, size_t count) {
  if (operand->stride == 1) return operand->base + start;
  if (operand->stride != 0) {
    K(gather)(count, operand->base + (ptrdiff_t)start * operand->stride, operand->stride,
              operand->buffer);
  }
  return operand->buffer;
}

// out[i] = expression of x = a[i], y = b[i]; a or b may be out.
#define BP_BINARY_LOOP(name, expression)                                                           \
  static void K(name##_loop)(size_t n, const T *a, const T *b, T *out) {                           \
    size_t i = 0;                                                                                  \
    for (; i + BP_LANES <= n; i += BP_LANES) {                                                     \
      V x = K(load)(a + i), y = K(load)(b + i);                                                    \
      K(store)(out + i, (expression));                                                             \
    }                                                                                              \
    if (i < n) {                                                                                   \
      V x = K(load_part)(a + i, n - i, 1), y = K(load_part)(b + i, n - i, 1);                      \
      K(store_part)(out + i, (expression), n - i);                                                 \
    }                                                                                              \
  }

BP_BINARY_LOOP(add, x + y)
BP_BINARY_LOOP(subtract, x - y)
BP_BINARY_LOOP(multiply, x *y)
BP_BINARY_LOOP(divide, x / y)
BP_BINARY_LOOP(maximum, K(maximum)(x, y))
BP_BINARY_LOOP(minimum, K(minimum)(x, y))
BP_BINARY_LOOP(relu_gradient, y > 0 ? x : K(splat)(0))
BP_BINARY_LOOP(sigmoid_gradient, x *y *(1 - y))
// 1 - y^2 as a product, which keeps its digits where y is near 1.
BP_BINARY_LOOP(tanh_gradient, x *((1 - y) * (1 + y)))
// 0 (-inf) is 0, as the limit of t log t is.
BP_BINARY_LOOP(weighted_logarithm, ((x == 0) & (y == (T)-INFINITY)) ? K(splat)(0) : x * y)
#undef BP_BINARY_LOOP

static void K(binary)(bp_binary op, size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb,
                      T *out) {
  static void (*const loops[BP_BINARY_COUNT])(size_t, const T *, const T *, T *) = {
      [BP_ADD] = K(add_loop),
      [BP_SUBTRACT] = K(subtract_loop),
      [BP_MULTIPLY] = K(multiply_loop),
      [BP_DIVIDE] = K(divide_loop),
      [BP_POWER] = K(power_loop),
      [BP_MAXIMUM] = K(maximum_loop),
      [BP_MINIMUM] = K(minimum_loop),
      [BP_RELU_GRADIENT] = K(relu_gradient_loop),
      [BP_SIGMOID_GRADIENT] = K(sigmoid_gradient_loop),
      [BP_TANH_GRADIENT] = K(tanh_gradient_loop),
      [BP_WEIGHTED_LOGARITHM] = K(weighted_logarithm_loop),
  };
  if (n == 0) return;
  if (op == BP_POWER && sa == 1 && sb == 0 && K(power_by_constant)(n, a, *b, out)) return;
  if (sa == 1 && sb == 1) {
    loops[op](n, a, b, out);
    return;
  }
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  for (size_t i = 0; i < n; i += BP_BLOCK) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    loops[op](count, K(operand_block)(&left, i, count), K(operand_block)(&right, i, count),
              out + i);
  }
}

#define BP_COMPARE_LOOP(name, operator)                                                            \
  static void K(name##_loop)(size_t n, const T *a, const T *b, uint8_t *out) {                     \
    size_t i = 0;                                                                                  \
    for (; i + BP_LANES <= n; i += BP_LANES) {                                                     \
      VI mask = K(load)(a + i) operator K(load)(b + i);                                            \
      K(bytes) ones = __builtin_convertvector(mask, K(bytes)) & (uint8_t)1;                        \
      __builtin_memcpy(out + i, &ones, sizeof ones);                                               \
    }                                                                                              \
    for (; i < n; i++) out[i] = a[i] operator b[i];                                                \
  }

BP_COMPARE_LOOP(equal, ==)
BP_COMPARE_LOOP(not_equal, !=)
BP_COMPARE_LOOP(less, <)
BP_COMPARE_LOOP(less_equal, <=)
BP_COMPARE_LOOP(greater, >)
BP_COMPARE_LOOP(greater_equal, >=)
#undef BP_COMPARE_LOOP

static void K(compare)(bp_comparison op, size_t n, const T *a, ptrdiff_t sa, const T *b,
                       ptrdiff_t sb, uint8_t *out) {
  static void (*const loops[BP_COMPARISON_COUNT])(size_t, const T *, const T *, uint8_t *) = {
      [BP_EQUAL] = K(equal_loop),
      [BP_NOT_EQUAL] = K(not_equal_loop),
      [BP_LESS] = K(less_loop),
      [BP_LESS_EQUAL] = K(less_equal_loop),
      [BP_GREATER] = K(greater_loop),
      [BP_GREATER_EQUAL] = K(greater_equal_loop),
  };
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  for (size_t i = 0; i < n; i += BP_BLOCK) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    loops[op](count, K(operand_block)(&left, i, count), K(operand_block)(&right, i, count),
              out + i);
  }
}

static void K(select)(size_t n, const uint8_t *condition, ptrdiff_t sc, const T *a, ptrdiff_t sa,
                      const T *b, ptrdiff_t sb, T *out) {
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  uint8_t chosen[BP_BLOCK];
  for (size_t i = 0; i < n; i += BP_BLOCK) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    const T *x = K(operand_block)(&left, i, count), *y = K(operand_block)(&right, i, count);
    const uint8_t *c = condition + i;
    if (sc != 1) {
      for (size_t j = 0; j < count; j++) chosen[j] = condition[(ptrdiff_t)(i + j) * sc];
      c = chosen;
    }
    size_t j = 0;
    for (; j + BP_LANES <= count; j += BP_LANES) {
      K(bytes) bytes;
      __builtin_memcpy(&bytes, c + j, sizeof bytes);
      VI mask = __builtin_convertvector(bytes, VI) != 0;
      V u = K(load)(x + j), v = K(load)(y + j);
      K(store)(out + i + j, mask ? u : v);
    }
    for (; j < count; j++) {
      T u = x[j], v = y[j];
      out[i + j] = c[j] ? u : v;
    }
  }
}
