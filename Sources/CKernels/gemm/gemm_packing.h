// Panels of A and B in the order in which the tiles of the matrix product read them; a part of
// gemm_template.h, whose macros it uses.

/// out[p stride + r] = in[r ld + p] for `rows` <= LANES rows; the other lanes of a row of `out`
/// become 0 if `pads`, else stay as they are. `ahead` rows further is what is packed next.
INLINE void NAME(pack_transposed)(size_t rows, size_t k, const T *in, size_t ld, T *out,
                                  size_t stride, bool pads, size_t ahead) {
  const MASK mask = MASK_OF(pads ? LANES : rows);
  size_t p = 0;
  V x[LANES];
  for (; p + LANES <= k; p += LANES) {
    UNROLL for (int r = 0; r < LANES; r++) {
      if ((size_t)r >= rows) {
        x[r] = (V){0};
        continue;
      }
      const T *row = in + (size_t)r * ld + p;
      x[r] = LOAD(row);
      // Rows lie pages apart, where the processor does not look ahead by itself.
      __builtin_prefetch(row + ahead * ld, 0, 2);
    }
    TURN(V, x)
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
      NAME(pack_transposed)(count, k, a + r * lda, lda, out + r, rows, false, rows);
    }
  }
}

/// Panels of B side by side: their parts of a row lie together, so all are read from a line or page
/// while it is at hand.
INLINE void NAME(pack_rows)(int panels, size_t tail, size_t k, const T *b, size_t ldb, T *out,
                            size_t stride) {
  // The rows may lie pages apart, where the processor does not look ahead by itself.
  enum { ROWS_AHEAD = 8, WIDTH = 2 * LANES };
  const size_t first = tail < LANES ? tail : LANES, second = tail - first;
  const MASK left = MASK_OF(first), right = MASK_OF(second);
  for (size_t p = 0; p < k; p++, b += ldb, out += WIDTH) {
    UNROLL for (int panel = 0; panel < panels; panel++) {
      const T *in = b + panel * WIDTH;
      T *to = out + (size_t)panel * stride;
      for (size_t e = 0; e < WIDTH; e += 64 / sizeof(T)) {
        __builtin_prefetch(in + ROWS_AHEAD * ldb + e);
      }
      bool whole = panel < panels - 1 || tail == WIDTH;
      STORE(to, whole ? LOAD(in) : LOAD_MASKED(in, left));
      STORE(to + LANES, whole        ? LOAD(in + LANES)
                        : second > 0 ? LOAD_MASKED(in + LANES, right)
                                     : (V){0});
    }
  }
}

static void NAME(pack_b)(bool transposed, size_t columns, size_t k, const T *b, size_t ldb,
                         T *out, size_t stride) {
  enum { AT_ONCE = 4, WIDTH = 2 * LANES };
  while (columns > 0) {
    size_t panels = 1, count = columns < WIDTH ? columns : WIDTH;
    if (transposed) {
      size_t first = count < LANES ? count : LANES, second = count - first;
      NAME(pack_transposed)(first, k, b, ldb, out, WIDTH, true, WIDTH);
      NAME(pack_transposed)(second, k, b + (second ? LANES * ldb : 0), ldb, out + LANES, WIDTH, true,
                            WIDTH);
      b += count * ldb;
    } else if (columns >= AT_ONCE * WIDTH) {
      panels = AT_ONCE, count = AT_ONCE * WIDTH;
      NAME(pack_rows)(AT_ONCE, WIDTH, k, b, ldb, out, stride);
      b += count;
    } else {
      NAME(pack_rows)(1, count, k, b, ldb, out, stride);
      b += count;
    }
    columns -= count, out += panels * stride;
  }
}
