// Matrices turned, a square of vectors at a time: what lies side by side along a row of a plane
// becomes what lies side by side across channels, and back.

// Stages that exchange blocks of lanes at a distance of half a vector, a quarter, ... 1.
#if BP_LANES == 16
#define BP_STAGES(step)                                                                            \
  step(8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),                                \
       (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))                             \
  step(4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),                              \
       (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))                               \
  step(2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),                              \
       (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))                               \
  step(1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),                             \
       (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#elif BP_LANES == 8
#define BP_STAGES(step)                                              \
  step(4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)) \
  step(2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15)) \
  step(1, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))
#elif BP_LANES == 4
#define BP_STAGES(step)                   \
  step(2, (0, 1, 4, 5), (2, 3, 6, 7)) \
  step(1, (0, 4, 2, 6), (1, 5, 3, 7))
#else
#define BP_STAGES(step) step(1, (0, 2), (1, 3))
#endif
#define BP_LIST(...) __VA_ARGS__
#define BP_STAGE(distance, low, high)                                            \
  BP_UNROLL for (int i = 0; i < BP_LANES; i++) {                                 \
    if (!(i & distance)) {                                                       \
      V a = rows[i], b = rows[i + distance];                                     \
      rows[i] = __builtin_shufflevector(a, b, BP_LIST low);                      \
      rows[i + distance] = __builtin_shufflevector(a, b, BP_LIST high);          \
    }                                                                            \
  }

// rows[i][j] <-> rows[j][i]
INLINE void K(turn_square)(V *rows) { BP_STAGES(BP_STAGE) }

#undef BP_STAGES
#undef BP_STAGE
#undef BP_LIST

// out[j pitch + r] = a[r stride + j] for r < rows <= BP_LANES and j < n, and 0 for the other lanes:
// `rows` rows become the lanes of n vectors.
static void K(rows_to_lanes)(size_t rows, size_t n, const T *a, ptrdiff_t stride, T *out,
                             ptrdiff_t pitch) {
  V square[BP_LANES];
  size_t j = 0;
  if (rows == BP_LANES) {
    for (; j + BP_LANES <= n; j += BP_LANES, a += BP_LANES) {
      BP_UNROLL for (int r = 0; r < BP_LANES; r++) square[r] = K(load)(a + r * stride);
      K(turn_square)(square);
      BP_UNROLL for (int r = 0; r < BP_LANES; r++) K(store)(out + r * pitch, square[r]);
      out += BP_LANES * pitch;
    }
  }
  for (; j < n; j += BP_LANES, a += BP_LANES) {
    size_t count = n - j < BP_LANES ? n - j : BP_LANES;
    for (size_t r = 0; r < BP_LANES; r++) {
      square[r] = r < rows ? K(load_count)(a + (ptrdiff_t)r * stride, count) : K(splat)(0);
    }
    K(turn_square)(square);
    for (size_t r = 0; r < count; r++) K(store)(out + (ptrdiff_t)r * pitch, square[r]);
    out += BP_LANES * pitch;
  }
}

// out[r stride + j] = a[j pitch + r]: the way back.
static void K(lanes_to_rows)(size_t rows, size_t n, const T *a, ptrdiff_t pitch, T *out,
                             ptrdiff_t stride) {
  V square[BP_LANES];
  size_t j = 0;
  if (rows == BP_LANES) {
    for (; j + BP_LANES <= n; j += BP_LANES, out += BP_LANES) {
      BP_UNROLL for (int r = 0; r < BP_LANES; r++) square[r] = K(load)(a + r * pitch);
      K(turn_square)(square);
      BP_UNROLL for (int r = 0; r < BP_LANES; r++) K(store)(out + r * stride, square[r]);
      a += BP_LANES * pitch;
    }
  }
  for (; j < n; j += BP_LANES, out += BP_LANES) {
    size_t count = n - j < BP_LANES ? n - j : BP_LANES;
    for (size_t r = 0; r < BP_LANES; r++) {
      square[r] = r < count ? K(load)(a + (ptrdiff_t)r * pitch) : K(splat)(0);
    }
    K(turn_square)(square);
    for (size_t r = 0; r < rows; r++) {
      K(store_count)(out + (ptrdiff_t)r * stride, square[r], count);
    }
    a += BP_LANES * pitch;
  }
}
