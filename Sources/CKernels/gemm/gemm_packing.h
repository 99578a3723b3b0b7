// Panels of A and B in the order in which the tiles of the matrix product read them; a part of
// gemm_template.h, whose macros it uses.

/// Transposes a square block in log2(LANES) rounds, each of which zips the two halves.
INLINE void NAME(transpose)(V *x) {
  V y[LANES];
  UNROLL for (int round = 1; round < LANES; round *= 2) {
    UNROLL for (int i = 0; i < LANES / 2; i++) {
      y[2 * i] = __builtin_shufflevector(x[i], x[i + LANES / 2], LOW);
      y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + LANES / 2], HIGH);
    }
    UNROLL for (int i = 0; i < LANES; i++) x[i] = y[i];
  }
}

/// out[p stride + r] = in[r ld + p] for `rows` <= LANES rows; the other lanes of a row of `out`
/// become 0 if `pads`, else stay as they are.
INLINE void NAME(pack_transposed)(size_t rows, size_t k, const T *in, size_t ld, T *out,
                                  size_t stride, bool pads) {
  const MASK mask = MASK_OF(pads ? LANES : rows);
  size_t p = 0;
  V x[LANES];
  for (; p + LANES <= k; p += LANES) {
    UNROLL for (int r = 0; r < LANES; r++) {
      x[r] = (size_t)r < rows ? LOAD(in + (size_t)r * ld + p) : (V){0};
    }
    NAME(transpose)(x);
    UNROLL for (int l = 0; l < LANES; l++) STORE_MASKED(out + (p + (size_t)l) * stride, mask, x[l]);
  }
  for (; p < k; p++) {
    for (size_t r = 0; r < (pads ? LANES : rows); r++) {
      out[p * stride + r] = r < rows ? in[r * ld + p] : 0;
    }
  }
}

static void NAME(pack_a)(bool transposed, size_t rows, size_t k, const T *a, size_t lda, T *out) {
  for (size_t r = 0; r < rows; r += LANES) {
    size_t count = rows - r < LANES ? rows - r : LANES;
    if (transposed) {
      const MASK mask = MASK_OF(count);
      for (size_t p = 0; p < k; p++) {
        STORE_MASKED(out + p * rows + r, mask, LOAD_MASKED(a + p * lda + r, mask));
      }
    } else {
      NAME(pack_transposed)(count, k, a + r * lda, lda, out + r, rows, false);
    }
  }
}

static void NAME(pack_b)(bool transposed, size_t columns, size_t k, const T *b, size_t ldb,
                         T *out) {
  size_t first = columns < LANES ? columns : LANES, second = columns - first;
  if (transposed) {
    NAME(pack_transposed)(first, k, b, ldb, out, 2 * LANES, true);
    NAME(pack_transposed)(second, k, b + (second ? LANES * ldb : 0), ldb, out + LANES, 2 * LANES,
                          true);
    return;
  }
  // The rows may lie pages apart, where the processor does not look ahead by itself.
  enum { ROWS_AHEAD = 16 };
  const MASK left = MASK_OF(first), right = MASK_OF(second);
  const size_t next = second ? LANES : 0;
  for (size_t p = 0; p < k; p++) {
    const T *in = b + p * ldb;
    __builtin_prefetch(in + ROWS_AHEAD * ldb);
    __builtin_prefetch(in + ROWS_AHEAD * ldb + next);
    STORE(out + p * 2 * LANES, LOAD_MASKED(in, left));
    STORE(out + p * 2 * LANES + LANES, LOAD_MASKED(in + next, right));
  }
}
