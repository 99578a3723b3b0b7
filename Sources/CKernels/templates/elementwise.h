// One operand: functions of a number, fill, bytes to numbers, and the check for finite numbers.

// out[i] = expression of v = a[i]; a may be out.
#define BP_VECTOR_LOOP(name, ...)                                                                  \
  static void K(name##_loop)(size_t n, const void *source, void *target) {                         \
    const T *a = source;                                                                           \
    T *out = target;                                                                               \
    size_t i = 0;                                                                                  \
    for (; i + BP_LANES <= n; i += BP_LANES) {                                                     \
      V v = K(load)(a + i);                                                                        \
      K(store)(out + i, (__VA_ARGS__));                                                            \
    }                                                                                              \
    if (i < n) {                                                                                   \
      V v = K(load_part)(a + i, n - i, 1);                                                         \
      K(store_part)(out + i, (__VA_ARGS__), n - i);                                                \
    }                                                                                              \
  }

#define BP_SCALAR_LOOP(name, ...)                                                                  \
  static void K(name##_loop)(size_t n, const void *source, void *target) {                         \
    const T *a = source;                                                                           \
    T *out = target;                                                                               \
    for (size_t i = 0; i < n; i++) {                                                               \
      T v = a[i];                                                                                  \
      out[i] = (__VA_ARGS__);                                                                      \
    }                                                                                              \
  }

#define X(KIND, NAME, name, ...) BP_##KIND##_LOOP(name, __VA_ARGS__)
BP_UNARY_LOOPS(X)
#undef X
// The power with the exponent 3.
BP_VECTOR_LOOP(cube, v * v * v)
#undef BP_VECTOR_LOOP
#undef BP_SCALAR_LOOP

static void K(fill)(size_t n, T value, T *out) { K(gather)(n, &value, 0, out); }

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
