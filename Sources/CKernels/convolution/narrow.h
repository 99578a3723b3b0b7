// The innermost loops of a convolution with few channels in its result: vectors hold windows that lie
// side by side in a row.

// A channel of the result is narrow where less than half of a vector would be filled with channels.
INLINE bool K(is_narrow)(ptrdiff_t channels) { return 2 * channels <= BP_LANES; }

// What a tile of windows side by side does: so many channels of one row, whose weights lie side by side,
// or so many rows of one channel.
typedef struct {
  size_t depth;
  const ptrdiff_t *offsets;
  const T *weights;
  bool relu;
  bool is_rows;        // if not, of channels
  bool is_exact;       // whether nothing may be read behind the last window
  ptrdiff_t pitch;     // of the source's rows
  ptrdiff_t out_pitch; // from one row, or plane, of the result to the next
  ptrdiff_t step;      // from a result to the next
} K(narrow);

// out[i out_pitch + x step] = bias[i] + sum over k of source[offsets[k] + i pitch + x] weights[k], or
// of source[offsets[k] + x] weights[k, i], for `columns` windows x of some vectors.
INLINE void K(narrow_tile)(int count, int vectors, bool is_rows, bool is_exact, const K(narrow) *n,
                           const T *source, const T *weights, const T *bias, size_t columns,
                           T *out) {
  size_t tail = columns - (size_t)(vectors - 1) * BP_LANES;
  V sums[4][2];
  BP_UNROLL for (int i = 0; i < count; i++) {
    BP_UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = K(splat)(bias[is_rows ? 0 : i]);
  }
  size_t depth = n->depth;
  const ptrdiff_t *offsets = n->offsets;
  for (size_t k = 0; k < depth; k++, weights += BP_LANES) {
    const T *a = source + offsets[k];
    V numbers[2], w = K(splat)(*weights);
    BP_UNROLL for (int i = 0; i < count; i++) {
      if (i == 0 || is_rows) {
        BP_UNROLL for (int v = 0; v < vectors - 1; v++) numbers[v] = K(load)(a + v * BP_LANES);
        const T *last = a + (vectors - 1) * BP_LANES;
        numbers[vectors - 1] = is_exact ? K(load_count)(last, tail) : K(load)(last);
        a += n->pitch;
      }
      if (!is_rows) w = K(splat)(weights[i]);
      BP_UNROLL for (int v = 0; v < vectors; v++) sums[i][v] = K(fma)(w, numbers[v], sums[i][v]);
    }
  }
  BP_UNROLL for (int i = 0; i < count; i++) {
    BP_UNROLL for (int v = 0; v < vectors; v++) {
      V sum = sums[i][v];
      if (n->relu) sum = sum < 0 ? K(splat)(0) : sum;
      size_t lanes = v < vectors - 1 ? BP_LANES : tail;
      T *target = out + i * n->out_pitch + v * BP_LANES * n->step;
      if (n->step == 1) {
        K(store_count)(target, sum, lanes);
      } else {
        T apart[BP_LANES];
        K(store)(apart, sum);
        for (size_t x = 0; x < lanes; x++) target[(ptrdiff_t)x * n->step] = apart[x];
      }
    }
  }
}

#define BP_NARROW_TILE(count, vectors)                                                            \
  static __attribute__((noinline)) void K(narrow_tile_##count##x##vectors)(                       \
      const K(narrow) *n, const T *source, const T *weights, const T *bias, size_t columns,       \
      T *out) {                                                                                   \
    if (n->is_rows && n->is_exact) {                                                              \
      K(narrow_tile)(count, vectors, true, true, n, source, weights, bias, columns, out);         \
    } else if (n->is_rows) {                                                                      \
      K(narrow_tile)(count, vectors, true, false, n, source, weights, bias, columns, out);        \
    } else if (n->is_exact) {                                                                     \
      K(narrow_tile)(count, vectors, false, true, n, source, weights, bias, columns, out);        \
    } else {                                                                                      \
      K(narrow_tile)(count, vectors, false, false, n, source, weights, bias, columns, out);       \
    }                                                                                             \
  }
BP_NARROW_TILE(1, 1)
BP_NARROW_TILE(2, 1)
BP_NARROW_TILE(3, 1)
BP_NARROW_TILE(4, 1)
BP_NARROW_TILE(1, 2)
BP_NARROW_TILE(2, 2)
BP_NARROW_TILE(3, 2)
BP_NARROW_TILE(4, 2)
#undef BP_NARROW_TILE
static void (*const K(narrow_tiles)[2][4])(const K(narrow) *, const T *, const T *, const T *, size_t,
                                           T *) = {
    {K(narrow_tile_1x1), K(narrow_tile_2x1), K(narrow_tile_3x1), K(narrow_tile_4x1)},
    {K(narrow_tile_1x2), K(narrow_tile_2x2), K(narrow_tile_3x2), K(narrow_tile_4x2)},
};

// `rows` rows of `columns` windows, of `channels` channels whose planes lie `plane` apart and whose rows
// out_pitch.
static void K(narrow_windows)(const K(narrow) *tile, ptrdiff_t channels, ptrdiff_t rows,
                              ptrdiff_t columns, const T *source, const T *bias, T *out,
                              ptrdiff_t out_pitch, ptrdiff_t plane) {
  K(narrow) n = *tile;
  n.is_rows = channels == 1;
  n.out_pitch = n.is_rows ? out_pitch : plane;
  ptrdiff_t number = n.is_rows ? rows : channels;
  for (ptrdiff_t y = 0; y < (n.is_rows ? 1 : rows); y++) {
    for (ptrdiff_t i = 0; i < number; i += 4) {
      ptrdiff_t count = number - i < 4 ? number - i : 4;
      const T *from = source + (n.is_rows ? i : y) * n.pitch;
      T *to = out + y * out_pitch + i * n.out_pitch;
      ptrdiff_t first = n.is_rows ? 0 : i;
      for (ptrdiff_t x = 0; x < columns; x += 2 * BP_LANES) {
        ptrdiff_t left = columns - x, width = left < 2 * BP_LANES ? left : 2 * BP_LANES;
        K(narrow_tiles)[width > BP_LANES][count - 1](&n, from + x, n.weights + first, bias + first,
                                                     (size_t)width, to + x * n.step);
      }
    }
  }
}

// out[t BP_LANES] += sum over rows x columns windows of source[offsets[t] + window] g[window], for up to
// five taps t and one channel.
INLINE void K(narrow_taps)(int taps, ptrdiff_t rows, ptrdiff_t columns, const ptrdiff_t *offsets,
                           const T *source, ptrdiff_t pitch, const T *g, T *out) {
  V sums[5];
  BP_UNROLL for (int t = 0; t < taps; t++) sums[t] = K(splat)(0);
  for (ptrdiff_t y = 0; y < rows; y++) {
    ptrdiff_t x = 0;
    for (; x + BP_LANES <= columns; x += BP_LANES) {
      V part = K(load)(g + x);
      BP_UNROLL for (int t = 0; t < taps; t++) {
        sums[t] = K(fma)(part, K(load)(source + offsets[t] + x), sums[t]);
      }
    }
    if (x < columns) {
      size_t tail = (size_t)(columns - x);
      V part = K(load_part)(g + x, tail, 0);
      BP_UNROLL for (int t = 0; t < taps; t++) {
        sums[t] = K(fma)(part, K(load_part)(source + offsets[t] + x, tail, 0), sums[t]);
      }
    }
    g += columns;
    source += pitch;
  }
  BP_UNROLL for (int t = 0; t < taps; t++) out[t * BP_LANES] += K(fold_add)(sums[t]);
}

static void K(narrow_weight_sums)(size_t depth, ptrdiff_t rows, ptrdiff_t columns,
                                  const ptrdiff_t *offsets, const T *source, ptrdiff_t pitch,
                                  const T *g, T *out) {
  for (size_t k = 0; k < depth; k += 5, offsets += 5, out += 5 * BP_LANES) {
    switch (depth - k) {
      case 1: K(narrow_taps)(1, rows, columns, offsets, source, pitch, g, out); break;
      case 2: K(narrow_taps)(2, rows, columns, offsets, source, pitch, g, out); break;
      case 3: K(narrow_taps)(3, rows, columns, offsets, source, pitch, g, out); break;
      case 4: K(narrow_taps)(4, rows, columns, offsets, source, pitch, g, out); break;
      default: K(narrow_taps)(5, rows, columns, offsets, source, pitch, g, out); break;
    }
  }
}
