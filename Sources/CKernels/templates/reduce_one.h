// One reduction: BP_OP its name, BP_IDENTITY its value for nothing, BP_COMBINE and BP_FOLD how two
// vectors, and the lanes of one, become one. The order of operations depends on the counts alone.

#define BP_REDUCE_NAME(name) BP_PASTE(BP_PASTE(name, BP_OP), S)

static V BP_REDUCE_NAME(block)(size_t n, const T *a) {
  const V identity = K(splat)(BP_IDENTITY);
  V part[4] = {identity, identity, identity, identity};
  size_t i = 0;
  for (; i + 4 * BP_LANES <= n; i += 4 * BP_LANES) {
    for (size_t j = 0; j < 4; j++) {
      part[j] = BP_COMBINE(part[j], K(load)(a + i + j * BP_LANES));
    }
  }
  for (; i + BP_LANES <= n; i += BP_LANES) part[0] = BP_COMBINE(part[0], K(load)(a + i));
  if (i < n) part[1] = BP_COMBINE(part[1], K(load_part)(a + i, n - i, BP_IDENTITY));
  return BP_COMBINE(BP_COMBINE(part[0], part[1]), BP_COMBINE(part[2], part[3]));
}

static T BP_REDUCE_NAME(reduce)(size_t n, const T *a, ptrdiff_t sa) {
  if (sa == 1 && n <= BP_REDUCE_BLOCK) return BP_FOLD(BP_REDUCE_NAME(block)(n, a));
  V levels[BP_LEVELS];
  T buffer[BP_REDUCE_BLOCK];
  size_t depth = 0;
  for (size_t i = 0, blocks = 1; i < n; i += BP_REDUCE_BLOCK, blocks++) {
    size_t count = n - i < BP_REDUCE_BLOCK ? n - i : BP_REDUCE_BLOCK;
    const T *block = a + (ptrdiff_t)i * sa;
    if (sa != 1) {
      K(gather)(count, block, sa, buffer);
      block = buffer;
    }
    V v = BP_REDUCE_NAME(block)(count, block);
    // As in a binary counter: equal numbers of blocks are combined with each other.
    for (size_t bits = blocks; (bits & 1) == 0; bits >>= 1) v = BP_COMBINE(levels[--depth], v);
    levels[depth++] = v;
  }
  V total = K(splat)(BP_IDENTITY);
  while (depth > 0) total = BP_COMBINE(levels[--depth], total);
  return BP_FOLD(total);
}

// `width` vectors of columns (the last of them partial if `part` > 0), all rows.
INLINE void BP_REDUCE_NAME(panel)(size_t rows, size_t width, size_t part, const T *a,
                                  ptrdiff_t row_stride, T *out) {
  const V identity = K(splat)(BP_IDENTITY);
  // Two interleaved sets of partial results hide the latency of narrow panels.
  V levels[BP_LEVELS][4];
  size_t depth = 0;
  for (size_t start = 0, blocks = 1; start < rows; start += BP_ROW_BLOCK, blocks++) {
    size_t end = rows - start < BP_ROW_BLOCK ? rows : start + BP_ROW_BLOCK;
    V even[4] = {identity, identity, identity, identity};
    V odd[4] = {identity, identity, identity, identity};
    size_t i = start;
    for (; i + 2 <= end; i += 2) {
      const T *row = a + (ptrdiff_t)i * row_stride, *next = row + row_stride;
      for (size_t j = 0; j < width; j++) {
        bool partial = part > 0 && j == width - 1;
        V x = partial ? K(load_part)(row + j * BP_LANES, part, BP_IDENTITY)
                      : K(load)(row + j * BP_LANES);
        V y = partial ? K(load_part)(next + j * BP_LANES, part, BP_IDENTITY)
                      : K(load)(next + j * BP_LANES);
        even[j] = BP_COMBINE(even[j], x);
        odd[j] = BP_COMBINE(odd[j], y);
      }
    }
    if (i < end) {
      const T *row = a + (ptrdiff_t)i * row_stride;
      for (size_t j = 0; j < width; j++) {
        bool partial = part > 0 && j == width - 1;
        V x = partial ? K(load_part)(row + j * BP_LANES, part, BP_IDENTITY)
                      : K(load)(row + j * BP_LANES);
        even[j] = BP_COMBINE(even[j], x);
      }
    }
    for (size_t j = 0; j < width; j++) even[j] = BP_COMBINE(even[j], odd[j]);
    for (size_t bits = blocks; (bits & 1) == 0; bits >>= 1) {
      depth--;
      for (size_t j = 0; j < width; j++) even[j] = BP_COMBINE(levels[depth][j], even[j]);
    }
    for (size_t j = 0; j < width; j++) levels[depth][j] = even[j];
    depth++;
  }
  V total[4] = {identity, identity, identity, identity};
  while (depth > 0) {
    depth--;
    for (size_t j = 0; j < width; j++) total[j] = BP_COMBINE(levels[depth][j], total[j]);
  }
  for (size_t j = 0; j < width; j++) {
    if (part > 0 && j == width - 1) {
      K(store_part)(out + j * BP_LANES, total[j], part);
    } else {
      K(store)(out + j * BP_LANES, total[j]);
    }
  }
}

static void BP_REDUCE_NAME(rows)(size_t rows, size_t columns, const T *a, ptrdiff_t row_stride,
                                 T *out) {
  size_t j = 0;
  for (; j + 4 * BP_LANES <= columns; j += 4 * BP_LANES) {
    BP_REDUCE_NAME(panel)(rows, 4, 0, a + j, row_stride, out + j);
  }
  for (; j + BP_LANES <= columns; j += BP_LANES) {
    BP_REDUCE_NAME(panel)(rows, 1, 0, a + j, row_stride, out + j);
  }
  if (j < columns) BP_REDUCE_NAME(panel)(rows, 1, columns - j, a + j, row_stride, out + j);
}

#undef BP_REDUCE_NAME
#undef BP_OP
#undef BP_IDENTITY
#undef BP_COMBINE
#undef BP_FOLD
