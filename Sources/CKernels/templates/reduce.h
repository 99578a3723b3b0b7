// Reductions to one number or along the rows of a matrix, dot products, and positions of extremes.
// The order of operations depends on the counts alone.

// Elements (or rows) summed one after another; beyond that, pairwise.
#define BP_REDUCE_BLOCK 1024
#define BP_ROW_BLOCK 128
// One partial result for each bit of a block count.
#define BP_LEVELS 64

// What a reduction is made of; the operation is a constant wherever these are inlined.
INLINE T K(nothing)(bp_reduction op) {
  switch (op) {
#define X(NAME, name, identity, ...) \
  case BP_##NAME: return identity;
    BP_REDUCTIONS(X)
#undef X
    default: __builtin_unreachable();
  }
}

INLINE V K(combine)(bp_reduction op, V x, V y) {
  switch (op) {
#define X(NAME, name, identity, ...) \
  case BP_##NAME: return __VA_ARGS__;
    BP_REDUCTIONS(X)
#undef X
    default: __builtin_unreachable();
  }
}

INLINE T K(fold)(bp_reduction op, V v) {
#define BP_COMBINE(x, y) K(combine)(op, x, y)
  BP_EXCHANGES(BP_COMBINE, v);
#undef BP_COMBINE
  return v[0];
}

INLINE V K(block_by)(bp_reduction op, size_t n, const T *a) {
  const V identity = K(splat)(K(nothing)(op));
  V part[4] = {identity, identity, identity, identity};
  size_t i = 0;
  for (; i + 4 * BP_LANES <= n; i += 4 * BP_LANES) {
    for (size_t j = 0; j < 4; j++) {
      part[j] = K(combine)(op, part[j], K(load)(a + i + j * BP_LANES));
    }
  }
  for (; i + BP_LANES <= n; i += BP_LANES) part[0] = K(combine)(op, part[0], K(load)(a + i));
  if (i < n) part[1] = K(combine)(op, part[1], K(load_part)(a + i, n - i, K(nothing)(op)));
  return K(combine)(op, K(combine)(op, part[0], part[1]), K(combine)(op, part[2], part[3]));
}

INLINE T K(reduce_by)(bp_reduction op, size_t n, const T *a, ptrdiff_t sa) {
  if (sa == 1 && n <= BP_REDUCE_BLOCK) return K(fold)(op, K(block_by)(op, n, a));
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
    V v = K(block_by)(op, count, block);
    // As in a binary counter: equal numbers of blocks are combined with each other.
    for (size_t bits = blocks; (bits & 1) == 0; bits >>= 1) v = K(combine)(op, levels[--depth], v);
    levels[depth++] = v;
  }
  V total = K(splat)(K(nothing)(op));
  while (depth > 0) total = K(combine)(op, levels[--depth], total);
  return K(fold)(op, total);
}

// `width` vectors of columns (the last of them partial if `part` > 0), all rows.
INLINE void K(panel_by)(bp_reduction op, size_t rows, size_t width, size_t part, const T *a,
                                  ptrdiff_t row_stride, T *out) {
  const V identity = K(splat)(K(nothing)(op));
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
        V x = partial ? K(load_part)(row + j * BP_LANES, part, K(nothing)(op))
                      : K(load)(row + j * BP_LANES);
        V y = partial ? K(load_part)(next + j * BP_LANES, part, K(nothing)(op))
                      : K(load)(next + j * BP_LANES);
        even[j] = K(combine)(op, even[j], x);
        odd[j] = K(combine)(op, odd[j], y);
      }
    }
    if (i < end) {
      const T *row = a + (ptrdiff_t)i * row_stride;
      for (size_t j = 0; j < width; j++) {
        bool partial = part > 0 && j == width - 1;
        V x = partial ? K(load_part)(row + j * BP_LANES, part, K(nothing)(op))
                      : K(load)(row + j * BP_LANES);
        even[j] = K(combine)(op, even[j], x);
      }
    }
    for (size_t j = 0; j < width; j++) even[j] = K(combine)(op, even[j], odd[j]);
    for (size_t bits = blocks; (bits & 1) == 0; bits >>= 1) {
      depth--;
      for (size_t j = 0; j < width; j++) even[j] = K(combine)(op, levels[depth][j], even[j]);
    }
    for (size_t j = 0; j < width; j++) levels[depth][j] = even[j];
    depth++;
  }
  V total[4] = {identity, identity, identity, identity};
  while (depth > 0) {
    depth--;
    for (size_t j = 0; j < width; j++) total[j] = K(combine)(op, levels[depth][j], total[j]);
  }
  for (size_t j = 0; j < width; j++) {
    if (part > 0 && j == width - 1) {
      K(store_part)(out + j * BP_LANES, total[j], part);
    } else {
      K(store)(out + j * BP_LANES, total[j]);
    }
  }
}

INLINE void K(rows_by)(bp_reduction op, size_t rows, size_t columns, const T *a, ptrdiff_t row_stride,
                                 T *out) {
  size_t j = 0;
  for (; j + 4 * BP_LANES <= columns; j += 4 * BP_LANES) {
    K(panel_by)(op, rows, 4, 0, a + j, row_stride, out + j);
  }
  for (; j + BP_LANES <= columns; j += BP_LANES) {
    K(panel_by)(op, rows, 1, 0, a + j, row_stride, out + j);
  }
  if (j < columns) K(panel_by)(op, rows, 1, columns - j, a + j, row_stride, out + j);
}

#define X(NAME, name, ...)                                                                         \
  static void K(reduce_##name)(size_t n, const void *a, ptrdiff_t sa, void *out) {                 \
    *(T *)out = K(reduce_by)(BP_##NAME, n, a, sa);                                                   \
  }                                                                                                \
  static void K(rows_##name)(size_t rows, size_t columns, const T *a, ptrdiff_t row_stride,        \
                             T *out) {                                                             \
    K(rows_by)(BP_##NAME, rows, columns, a, row_stride, out);                                 \
  }
BP_REDUCTIONS(X)
#undef X

static V K(dot_block)(size_t n, const T *a, const T *b) {
  V sum[4] = {K(splat)(0), K(splat)(0), K(splat)(0), K(splat)(0)};
  size_t i = 0;
  for (; i + 4 * BP_LANES <= n; i += 4 * BP_LANES) {
    for (size_t j = 0; j < 4; j++) {
      size_t at = i + j * BP_LANES;
      sum[j] = K(fma)(K(load)(a + at), K(load)(b + at), sum[j]);
    }
  }
  for (; i + BP_LANES <= n; i += BP_LANES) {
    sum[0] = K(fma)(K(load)(a + i), K(load)(b + i), sum[0]);
  }
  if (i < n) {
    sum[1] = K(fma)(K(load_part)(a + i, n - i, 0), K(load_part)(b + i, n - i, 0), sum[1]);
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void K(dot)(size_t n, const T *a, ptrdiff_t sa, const T *b, ptrdiff_t sb, T *out) {
  V levels[BP_LEVELS];
  K(operand) left, right;
  K(open_operand)(&left, n, a, sa);
  K(open_operand)(&right, n, b, sb);
  size_t depth = 0;
  for (size_t i = 0, blocks = 1; i < n; i += BP_BLOCK, blocks++) {
    size_t count = n - i < BP_BLOCK ? n - i : BP_BLOCK;
    V v = K(dot_block)(count, K(operand_block)(&left, i, count),
                       K(operand_block)(&right, i, count));
    for (size_t bits = blocks; (bits & 1) == 0; bits >>= 1) v = levels[--depth] + v;
    levels[depth++] = v;
  }
  V total = K(splat)(0);
  while (depth > 0) total = levels[--depth] + total;
  *out = K(fold_add)(total);
}

// The first index whose element equals `value`, or is NaN if `value` is.
static size_t K(first_index)(size_t n, const T *a, ptrdiff_t sa, T value) {
  size_t i = 0;
  if (sa == 1) {
    V wanted = K(splat)(value);
    for (; i + BP_LANES <= n; i += BP_LANES) {
      V v = K(load)(a + i);
      if (K(any)(value == value ? v == wanted : v != v)) break;
    }
  }
  for (; i < n; i++) {
    T element = a[(ptrdiff_t)i * sa];
    if (value == value ? element == value : element != element) return i;
  }
  return 0;
}

static size_t K(argmax)(size_t n, const T *a, ptrdiff_t sa) {
  T largest;
  K(reduce_max)(n, a, sa, &largest);
  return K(first_index)(n, a, sa, largest);
}

static size_t K(argmin)(size_t n, const T *a, ptrdiff_t sa) {
  T smallest;
  K(reduce_min)(n, a, sa, &smallest);
  return K(first_index)(n, a, sa, smallest);
}

#undef BP_REDUCE_BLOCK
#undef BP_ROW_BLOCK
#undef BP_LEVELS
