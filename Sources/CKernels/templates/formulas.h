// Formulas of one to three numbers and two settings.

// out[i] = expression of x = a[i], y = b[i], z = c[i], p and q; out may be any of them.
#define BP_OPERANDS_1 V x = K(load_count)(a + i, count);
#define BP_OPERANDS_2 BP_OPERANDS_1 V y = K(load_count)(b + i, count);
#define BP_OPERANDS_3 BP_OPERANDS_2 V z = K(load_count)(c + i, count);
#define X(OPERANDS, NAME, name, ...)                                                               \
  static void K(name##_formula)(size_t n, const T *a, const T *b, const T *c, T first, T second,   \
                                T *out) {                                                          \
    const V p = K(splat)(first), q = K(splat)(second);                                             \
    (void)p, (void)q;                                                                              \
    for (size_t i = 0; i < n; i += BP_LANES) {                                                     \
      size_t count = n - i < BP_LANES ? n - i : BP_LANES;                                          \
      BP_OPERANDS_##OPERANDS;                                                                      \
      K(store_count)(out + i, (__VA_ARGS__), count);                                               \
    }                                                                                              \
  }
BP_FORMULAS(X)
#undef X
#undef BP_OPERANDS_1
#undef BP_OPERANDS_2
#undef BP_OPERANDS_3

static const struct {
  int operands;
  void (*loop)(size_t, const T *, const T *, const T *, T, T, T *);
} K(formulas)[BP_FORMULA_COUNT] = {
#define X(OPERANDS, NAME, name, ...) [BP_##NAME] = {OPERANDS, K(name##_formula)},
    BP_FORMULAS(X)
#undef X
};

static void K(formula)(bp_formula op, size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb,
                       const T *c, ptrdiff_t sc, T p, T q, T *out) {
  // What is not looked at lies wherever it may.
  if (K(formulas)[op].operands < 2) b = a, sb = 1;
  if (K(formulas)[op].operands < 3) c = a, sc = 1;
  if (sa == 1 && sb == 1 && sc == 1) {
    K(formulas)[op].loop(n, a, b, c, p, q, out);
    return;
  }
  K(operand) x, y, z;
  K(open_operand)(&x, n, a, sa);
  K(open_operand)(&y, n, b, sb);
  K(open_operand)(&z, n, c, sc);
  for (size_t i = 0; i < n; i += BP_BLOCK) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    K(formulas)[op].loop(count, K(operand_block)(&x, i, count), K(operand_block)(&y, i, count),
                         K(operand_block)(&z, i, count), p, q, out + i);
  }
}
