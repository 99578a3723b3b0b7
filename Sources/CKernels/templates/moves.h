// Moving numbers, for which their width is all that counts. Needs K(gather), K(select_loop) and
// operands.h.

static void K(copy)(size_t n, const T *a, ptrdiff_t sa, T *out) {
  if (n == 0) return;
  if (sa == 1) {
    memmove(out, a, n * sizeof(T));
  } else {
    K(gather)(n, a, sa, out);
  }
}

static void K(assign)(size_t n, const T *a, ptrdiff_t sa, T *out, ptrdiff_t so) {
  for (size_t i = 0; i < n; i++) out[(ptrdiff_t)i * so] = a[(ptrdiff_t)i * sa];
}

// Elements wherever they lie, each by its offset. Loops in the order of the offsets: of two elements
// that go to one place, the last stays.

static void K(gather_elements)(size_t n, const T *a, const int64_t *offsets, T *out) {
  for (size_t i = 0; i < n; i++) out[i] = a[offsets[i]];
}

static void K(scatter_elements)(size_t n, const T *a, ptrdiff_t sa, const int64_t *offsets, T *out) {
  for (size_t i = 0; i < n; i++) out[offsets[i]] = a[(ptrdiff_t)i * sa];
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
    K(select_loop)(count, c, x, y, out + i);
  }
}
