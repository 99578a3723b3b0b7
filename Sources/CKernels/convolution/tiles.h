// The innermost loops of a convolution: sums that stay in registers while the numbers under windows
// pass by. Where there are enough of them, the channels of the result lie side by side in vectors, so
// that neither the width of a picture nor a stride leaves lanes empty; where there are few, such as
// the one of a depthwise convolution, windows do.

// What most of the registers hold: windows, or taps of the weight, by vectors of channels.
#if BP_AVX512 || defined(__aarch64__)
#define BP_TILE_WINDOWS 14
#define BP_TILE_TAPS 9
#define BP_TILES(X, vectors)                                                               \
  X(1, vectors) X(2, vectors) X(3, vectors) X(4, vectors) X(5, vectors) X(6, vectors)      \
  X(7, vectors) X(8, vectors) X(9, vectors) X(10, vectors) X(11, vectors) X(12, vectors)   \
  X(13, vectors) X(14, vectors)
#define BP_TAP_TILES(X, vectors)                                                           \
  X(1, vectors) X(2, vectors) X(3, vectors) X(4, vectors) X(5, vectors) X(6, vectors)      \
  X(7, vectors) X(8, vectors) X(9, vectors)
#else
#define BP_TILE_WINDOWS 6
#define BP_TILE_TAPS 6
#define BP_TILES(X, vectors)                                                               \
  X(1, vectors) X(2, vectors) X(3, vectors) X(4, vectors) X(5, vectors) X(6, vectors)
#define BP_TAP_TILES BP_TILES
#endif

// out[r step + v] = bias[v] + sum over k of source[offsets[k] + r] weights[k, v], for windows r that
// lie side by side and vectors v of channels.
INLINE void K(window_tile)(int windows, int vectors, size_t depth, const ptrdiff_t *offsets,
                           const T *source, const T *weights, const T *bias, bool relu, T *out,
                           ptrdiff_t step) {
  V sums[BP_TILE_WINDOWS][2];
  BP_UNROLL for (int r = 0; r < windows; r++) {
    BP_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = K(load)(bias + v * BP_LANES);
  }
  for (size_t k = 0; k < depth; k++) {
    const T *a = source + offsets[k];
    V w[2];
    BP_UNROLL for (int v = 0; v < vectors; v++) w[v] = K(load)(weights + v * BP_LANES);
    BP_UNROLL for (int r = 0; r < windows; r++) {
      V x = K(splat)(a[r]);
      BP_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = K(fma)(x, w[v], sums[r][v]);
    }
    weights += vectors * BP_LANES;
  }
  BP_UNROLL for (int r = 0; r < windows; r++) {
    BP_UNROLL for (int v = 0; v < vectors; v++) {
      V sum = sums[r][v];
      if (relu) sum = sum < 0 ? K(splat)(0) : sum;
      K(store)(out + r * step + v * BP_LANES, sum);
    }
  }
}

typedef void (*K(window_tile_function))(size_t, const ptrdiff_t *, const T *, const T *, const T *,
                                        bool, T *, ptrdiff_t);
#define X(windows, vectors)                                                                       \
  static void K(window_tile_##windows##x##vectors)(                                               \
      size_t depth, const ptrdiff_t *offsets, const T *source, const T *weights, const T *bias,   \
      bool relu, T *out, ptrdiff_t step) {                                                        \
    K(window_tile)(windows, vectors, depth, offsets, source, weights, bias, relu, out, step);     \
  }
BP_TILES(X, 1)
BP_TILES(X, 2)
#undef X
#define X(windows, vectors) K(window_tile_##windows##x##vectors),
static const K(window_tile_function) K(window_tiles)[2][BP_TILE_WINDOWS] = {
    {BP_TILES(X, 1)}, {BP_TILES(X, 2)}};
#undef X

// sums[r, v] += sum over rows x columns windows of source[offsets[r] + window] g[window, v], for taps r
// of the weight and vectors v of channels. The windows of a row lie side by side, those of the next a
// pitch further.
INLINE void K(tap_tile)(int taps, int vectors, ptrdiff_t rows, ptrdiff_t columns,
                        const ptrdiff_t *offsets, const T *source, ptrdiff_t pitch, const T *g,
                        T *out) {
  V sums[BP_TILE_TAPS][2];
  const T *a[BP_TILE_TAPS];
  BP_UNROLL for (int r = 0; r < taps; r++) {
    a[r] = source + offsets[r];
    BP_UNROLL for (int v = 0; v < vectors; v++) sums[r][v] = K(splat)(0);
  }
  for (ptrdiff_t y = 0; y < rows; y++) {
    for (ptrdiff_t x = 0; x < columns; x++) {
      V part[2];
      BP_UNROLL for (int v = 0; v < vectors; v++) part[v] = K(load)(g + v * BP_LANES);
      BP_UNROLL for (int r = 0; r < taps; r++) {
        V number = K(splat)(a[r][x]);
        BP_UNROLL for (int v = 0; v < vectors; v++) {
          sums[r][v] = K(fma)(number, part[v], sums[r][v]);
        }
      }
      g += vectors * BP_LANES;
    }
    BP_UNROLL for (int r = 0; r < taps; r++) a[r] += pitch;
  }
  BP_UNROLL for (int r = 0; r < taps; r++) {
    BP_UNROLL for (int v = 0; v < vectors; v++, out += BP_LANES) {
      K(store)(out, K(load)(out) + sums[r][v]);
    }
  }
}

typedef void (*K(tap_tile_function))(ptrdiff_t, ptrdiff_t, const ptrdiff_t *, const T *, ptrdiff_t,
                                     const T *, T *);
#define X(taps, vectors)                                                                           \
  static void K(tap_tile_##taps##x##vectors)(ptrdiff_t rows, ptrdiff_t columns,                    \
                                             const ptrdiff_t *offsets, const T *source,            \
                                             ptrdiff_t pitch, const T *g, T *out) {                \
    K(tap_tile)(taps, vectors, rows, columns, offsets, source, pitch, g, out);                     \
  }
BP_TAP_TILES(X, 1)
BP_TAP_TILES(X, 2)
#undef X
#define X(taps, vectors) K(tap_tile_##taps##x##vectors),
static const K(tap_tile_function) K(tap_tiles)[2][BP_TILE_TAPS] = {
    {BP_TAP_TILES(X, 1)}, {BP_TAP_TILES(X, 2)}};
#undef X
#undef BP_TILES
#undef BP_TAP_TILES
