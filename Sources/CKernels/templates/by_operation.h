// The loops of the type at hand by operation, and the kernels that find them there: an operand that
// is not contiguous is gathered first, a block at a time.

#define X(NAME, name, ...) [BP_##NAME] = K(name##_loop),
#define BP_KIND_X(KIND, NAME, name, ...) [BP_##NAME] = K(name##_loop),
static const bp_unary_function K(unary_loops)[BP_UNARY_COUNT] = {BP_UNARY_ENTRIES};
static const bp_binary_function K(binary_loops)[BP_BINARY_COUNT] = {BP_BINARY_ENTRIES};
static void (*const K(comparisons)[BP_COMPARISON_COUNT])(size_t, const T *, const T *, uint8_t *) = {
    BP_COMPARISONS(X)};
#undef X
#undef BP_KIND_X
#define X(NAME, name, ...) [BP_##NAME] = K(reduce_##name),
static const bp_reduce_function K(reductions)[BP_REDUCTION_COUNT] = {BP_REDUCTION_ENTRIES};
#undef X
#define X(NAME, name, ...) [BP_##NAME] = K(scan_##name),
static void (*const K(scans)[BP_REDUCTION_COUNT])(size_t, size_t, const T *, ptrdiff_t, T *) = {
    BP_REDUCTION_ENTRIES};
#undef X
#define X(NAME, name, ...) [BP_##NAME] = K(rows_##name),
static void (*const K(rows_reductions)[BP_REDUCTION_COUNT])(size_t, size_t, const T *, ptrdiff_t,
                                                            T *) = {BP_REDUCTION_ENTRIES};
#undef X

static void K(unary)(bp_unary op, size_t n, const T *a, ptrdiff_t sa, T *out) {
  bp_unary_function loop = K(unary_loops)[op];
  if (sa == 1) {
    loop(n, a, out);
  } else if (n > 0 && sa == 0) {
    T value;
    loop(1, a, &value);
    K(gather)(n, &value, 0, out);
  } else {
    // By way of the output, which cannot be the input when the input has gaps.
    for (size_t i = 0; i < n; i += BP_BLOCK) {
      size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
      K(gather)(count, a + (ptrdiff_t)i * sa, sa, out + i);
      loop(count, out + i, out + i);
    }
  }
}

static void K(binary)(bp_binary op, size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb,
                      T *out) {
  if (n == 0) return;
#if BP_IS_FLOAT
  if (op == BP_POWER && sa == 1 && sb == 0 && K(power_by_constant)(n, a, *b, out)) return;
#endif
  bp_binary_function loop = K(binary_loops)[op];
  if (sa == 1 && sb == 1) {
    loop(n, a, b, out);
    return;
  }
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  for (size_t i = 0; i < n; i += BP_BLOCK) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    loop(count, K(operand_block)(&left, i, count), K(operand_block)(&right, i, count), out + i);
  }
}

static void K(compare)(bp_comparison op, size_t n, const T *a, ptrdiff_t sa, const T *b,
                       ptrdiff_t sb, uint8_t *out) {
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  for (size_t i = 0; i < n; i += BP_BLOCK) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    K(comparisons)[op](count, K(operand_block)(&left, i, count),
                       K(operand_block)(&right, i, count), out + i);
  }
}

static bool K(equal)(size_t n, const T *a, const T *b) {
  for (size_t i = 0; i < n; i++) {
    if (K(value)(a[i]) != K(value)(b[i])) return false;
  }
  return true;
}

static void K(reduce)(bp_reduction op, size_t n, const T *a, ptrdiff_t sa, T *out) {
  K(reductions)[op](n, a, sa, out);
}

static void K(reduce_rows)(bp_reduction op, size_t rows, size_t columns, const T *a,
                           ptrdiff_t row_stride, T *out) {
  K(rows_reductions)[op](rows, columns, a, row_stride, out);
}

static void K(scan)(bp_reduction op, size_t n, size_t columns, const T *a, ptrdiff_t step, T *out) {
  K(scans)[op](n, columns, a, step, out);
}

#undef BP_UNARY_ENTRIES
#undef BP_BINARY_ENTRIES
#undef BP_REDUCTION_ENTRIES
