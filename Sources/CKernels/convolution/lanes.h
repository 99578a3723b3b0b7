// Matrices turned, a square of vectors at a time: what lies side by side along a row of a plane
// becomes what lies side by side across channels, and back.

// rows[i][j] <-> rows[j][i]
INLINE void K(turn_square)(V *rows) {
#if BP_LANES == 16
  BP_TURN_16(V, rows)
#elif BP_LANES == 8
  BP_TURN_8(V, rows)
#elif BP_LANES == 4
  BP_TURN_4(V, rows)
#else
  BP_TURN_2(V, rows)
#endif
}

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
