// One operand: unary operations, fill, copy, bytes to numbers, and the check for finite numbers.

// out[i] = expression of v = a[i]; a may be out.
#define BP_UNARY_LOOP(name, expression)                                                            \
  static void K(name##_loop)(size_t n, const T *a, T *out) {                                       \
    size_t i = 0;                                                                                  \
    for (; i + BP_LANES <= n; i += BP_LANES) {                                                     \
      V v = K(load)(a + i);                                                                        \
      K(store)(out + i, (expression));                                                             \
    }                                                                                              \
    if (i < n) {                                                                                   \
      V v = K(load_part)(a + i, n - i, 1);                                                         \
      K(store_part)(out + i, (expression), n - i);                                                 \
    }                                                                                              \
  }

#define BP_SCALAR_LOOP(name, expression)                                                           \
  static void K(name##_loop)(size_t n, const T *a, T *out) {                                       \
    for (size_t i = 0; i < n; i++) {                                                               \
      T v = a[i];                                                                                  \
      out[i] = (expression);                                                                       \
    }                                                                                              \
  }

BP_UNARY_LOOP(negate, -v)
BP_UNARY_LOOP(absolute, K(absolute)(v))
BP_UNARY_LOOP(sign, v > 0 ? K(splat)(1) : (v < 0 ? K(splat)(-1) : v))
BP_UNARY_LOOP(square, v *v)
BP_UNARY_LOOP(cube, v *v *v)
BP_UNARY_LOOP(square_root, __builtin_elementwise_sqrt(v))
BP_UNARY_LOOP(reciprocal, 1 / v)
BP_UNARY_LOOP(exp, K(exp)(v))
BP_UNARY_LOOP(log, K(log)(v))
BP_UNARY_LOOP(tanh, K(tanh)(v))
BP_UNARY_LOOP(sigmoid, K(sigmoid)(v))
BP_UNARY_LOOP(erf, K(erf)(v))
BP_UNARY_LOOP(relu, K(splat)(0) > v ? K(splat)(0) : v)
BP_UNARY_LOOP(step, v > 0 ? K(splat)(1) : K(splat)(0))
BP_UNARY_LOOP(floor, __builtin_elementwise_floor(v))
#if BP_IS_F32
BP_SCALAR_LOOP(sin, sinf(v))
BP_SCALAR_LOOP(cos, cosf(v))
#else
BP_SCALAR_LOOP(sin, sin(v))
BP_SCALAR_LOOP(cos, cos(v))
#endif
#undef BP_UNARY_LOOP
#undef BP_SCALAR_LOOP

static void K(unary)(bp_unary op, size_t n, const T *a, ptrdiff_t sa, T *out) {
  static void (*const loops[BP_UNARY_COUNT])(size_t, const T *, T *) = {
      [BP_NEGATE] = K(negate_loop),
      [BP_ABSOLUTE] = K(absolute_loop),
      [BP_SIGN] = K(sign_loop),
      [BP_SQUARE] = K(square_loop),
      [BP_SQUARE_ROOT] = K(square_root_loop),
      [BP_RECIPROCAL] = K(reciprocal_loop),
      [BP_EXP] = K(exp_loop),
      [BP_LOG] = K(log_loop),
      [BP_TANH] = K(tanh_loop),
      [BP_SIGMOID] = K(sigmoid_loop),
      [BP_ERF] = K(erf_loop),
      [BP_RELU] = K(relu_loop),
      [BP_STEP] = K(step_loop),
      [BP_SIN] = K(sin_loop),
      [BP_COS] = K(cos_loop),
      [BP_FLOOR] = K(floor_loop),
  };
  if (sa == 1) {
    loops[op](n, a, out);
  } else if (n > 0 && sa == 0) {
    T value;
    loops[op](1, a, &value);
    K(gather)(n, &value, 0, out);
  } else {
    // By way of the output, which cannot be the input when the input has gaps.
    for (size_t i = 0; i < n; i += BP_BLOCK) {
      size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
      K(gather)(count, a + (ptrdiff_t)i * sa, sa, out + i);
      loops[op](count, out + i, out + i);
    }
  }
}

static void K(fill)(size_t n, T value, T *out) { K(gather)(n, &value, 0, out); }

static void K(copy)(size_t n, const T *a, ptrdiff_t sa, T *out) {
  if (n == 0) return;
  if (sa == 1) {
    memmove(out, a, n * sizeof(T));
  } else {
    K(gather)(n, a, sa, out);
  }
}

static void K(scale_bytes)(size_t n, const uint8_t *bytes, T scale, T *out) {
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    K(bytes) b;
    __builtin_memcpy(&b, bytes + i, sizeof b);
    VI whole = __builtin_convertvector(b, VI);
    K(store)(out + i, __builtin_convertvector(whole, V) * scale);
  }
  for (; i < n; i++) out[i] = (T)bytes[i] * scale;
}

static bool K(all_finite)(size_t n, const T *a) {
  // 0 x is NaN for an infinite x or NaN, and NaN stays in a sum.
  V sum[4] = {K(splat)(0), K(splat)(0), K(splat)(0), K(splat)(0)};
  const V zero = K(splat)(0);
  size_t i = 0;
  for (; i + 4 * BP_LANES <= n; i += 4 * BP_LANES) {
    for (int j = 0; j < 4; j++) sum[j] = K(fma)(K(load)(a + i + j * BP_LANES), zero, sum[j]);
  }
  for (; i + BP_LANES <= n; i += BP_LANES) sum[0] = K(fma)(K(load)(a + i), zero, sum[0]);
  if (i < n) sum[1] = K(fma)(K(load_part)(a + i, n - i, 0), zero, sum[1]);
  T total = K(fold_add)((sum[0] + sum[1]) + (sum[2] + sum[3]));
  return total == 0;
}
