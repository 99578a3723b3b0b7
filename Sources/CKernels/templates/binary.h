// Two operands: functions of two numbers, comparisons and selection, over contiguous memory.

// out[i] = expression of x = a[i], y = b[i]; a or b may be out.
#define BP_VECTOR_LOOP(name, ...)                                                                  \
  static void K(name##_loop)(size_t n, const void *left, const void *right, void *target) {        \
    const T *a = left, *b = right;                                                                 \
    T *out = target;                                                                               \
    size_t i = 0;                                                                                  \
    for (; i + BP_LANES <= n; i += BP_LANES) {                                                     \
      V x = K(load)(a + i), y = K(load)(b + i);                                                    \
      K(store)(out + i, (__VA_ARGS__));                                                            \
    }                                                                                              \
    if (i < n) {                                                                                   \
      V x = K(load_part)(a + i, n - i, 1), y = K(load_part)(b + i, n - i, 1);                      \
      K(store_part)(out + i, (__VA_ARGS__), n - i);                                                \
    }                                                                                              \
  }
#define BP_SCALAR_LOOP(name, ...)                                                                  \
  static void K(name##_loop)(size_t n, const void *left, const void *right, void *target) {        \
    const T *a = left, *b = right;                                                                 \
    T *out = target;                                                                               \
    for (size_t i = 0; i < n; i++) {                                                               \
      T x = a[i], y = b[i];                                                                        \
      out[i] = (__VA_ARGS__);                                                                      \
    }                                                                                              \
  }
// Defined in power.h.
#define BP_OWN_LOOP(name, ...)

#define X(KIND, NAME, name, ...) BP_##KIND##_LOOP(name, __VA_ARGS__)
BP_BINARY_LOOPS(X)
#undef X
#undef BP_VECTOR_LOOP
#undef BP_SCALAR_LOOP
#undef BP_OWN_LOOP

#define X(NAME, name, operator)                                                                    \
  static void K(name##_loop)(size_t n, const T *a, const T *b, uint8_t *out) {                     \
    size_t i = 0;                                                                                  \
    for (; i + BP_LANES <= n; i += BP_LANES) {                                                     \
      VI mask = K(load)(a + i) operator K(load)(b + i);                                            \
      K(bytes) ones = __builtin_convertvector(mask, K(bytes)) & (uint8_t)1;                        \
      __builtin_memcpy(out + i, &ones, sizeof ones);                                               \
    }                                                                                              \
    for (; i < n; i++) out[i] = a[i] operator b[i];                                                \
  }
BP_COMPARISONS(X)
#undef X

static void K(select_loop)(size_t n, const uint8_t *c, const T *x, const T *y, T *out) {
  size_t j = 0;
  for (; j + BP_LANES <= n; j += BP_LANES) {
    K(bytes) bytes;
    __builtin_memcpy(&bytes, c + j, sizeof bytes);
    VI mask = __builtin_convertvector(bytes, VI) != 0;
    V u = K(load)(x + j), v = K(load)(y + j);
    K(store)(out + j, mask ? u : v);
  }
  for (; j < n; j++) {
    T u = x[j], v = y[j];
    out[j] = c[j] ? u : v;
  }
}
