// The innermost loops of a convolution with few channels in its result: vectors hold windows that lie
// side by side in a row.

// A channel of the result is narrow where less than half of a vector would be filled with channels.
INLINE bool K(is_narrow)(ptrdiff_t channels) { return 2 * channels <= BP_LANES; }

// The row of `columns` windows of up to four channels, of which the weights are lanes: out[r plane + x]
// = bias[r] + sum over k of source[offsets[k] + x] weights[k, r].
INLINE void K(narrow_row)(int channels, int vectors, size_t depth, const ptrdiff_t *offsets,
                          const T *source, const T *weights, const T *bias, bool relu, size_t columns,
                          T *out, ptrdiff_t plane, ptrdiff_t step) {
  size_t width = (size_t)vectors * BP_LANES;
  for (size_t x = 0; x < columns; x += width) {
    size_t count = columns - x < width ? columns - x : width;
    size_t tail = count - (size_t)(vectors - 1) * BP_LANES;
    V sums[4][2];
    BP_UNROLL for (int r = 0; r < channels; r++) {
      BP_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = K(splat)(bias[r]);
    }
    for (size_t k = 0; k < depth; k++) {
      const T *a = source + offsets[k] + x;
      V numbers[2];
      BP_UNROLL for (int v = 0; v < vectors - 1; v++) numbers[v] = K(load)(a + v * BP_LANES);
      numbers[vectors - 1] = K(load_count)(a + (vectors - 1) * BP_LANES, tail);
      BP_UNROLL for (int r = 0; r < channels; r++) {
        V w = K(splat)(weights[k * BP_LANES + (size_t)r]);
        BP_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = K(fma)(w, numbers[v], sums[r][v]);
      }
    }
    BP_UNROLL for (int r = 0; r < channels; r++) {
      BP_UNROLL for (int v = 0; v < vectors; v++) {
        V sum = sums[r][v];
        if (relu) sum = sum < 0 ? K(splat)(0) : sum;
        size_t lanes = v < vectors - 1 ? BP_LANES : tail;
        T *target = out + r * plane + (ptrdiff_t)(x + (size_t)v * BP_LANES) * step;
        if (step == 1) {
          K(store_count)(target, sum, lanes);
        } else {
          T apart[BP_LANES];
          K(store)(apart, sum);
          for (size_t i = 0; i < lanes; i++) target[(ptrdiff_t)i * step] = apart[i];
        }
      }
    }
  }
}

static void K(narrow_windows)(ptrdiff_t channels, size_t depth, const ptrdiff_t *offsets,
                              const T *source, const T *weights, const T *bias, bool relu,
                              size_t columns, T *out, ptrdiff_t plane, ptrdiff_t step) {
  // As many whole pairs of vectors as there are, then what remains.
  size_t pairs = columns % (2 * BP_LANES) > BP_LANES ? columns
                                                      : columns / (2 * BP_LANES) * (2 * BP_LANES);
  for (ptrdiff_t r = 0; r < channels; r += 4) {
    T *target = out + r * plane;
    const T *w = weights + r, *b = bias + r;
#define BP_ROWS(count)                                                                            \
  if (pairs > 0) {                                                                                \
    K(narrow_row)(count, 2, depth, offsets, source, w, b, relu, pairs, target, plane, step);      \
  }                                                                                               \
  if (pairs < columns) {                                                                          \
    K(narrow_row)(count, 1, depth, offsets, source + pairs, w, b, relu, columns - pairs,          \
                  target + (ptrdiff_t)pairs * step, plane, step);                                 \
  }
    switch (channels - r) {
      case 1: BP_ROWS(1) break;
      case 2: BP_ROWS(2) break;
      case 3: BP_ROWS(3) break;
      default: BP_ROWS(4) break;
    }
#undef BP_ROWS
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
