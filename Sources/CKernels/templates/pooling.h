// Pooling of one plane: the largest number or the mean of each window, and the ways back.

// Every second number of two vectors, of which the second begins with the last of the first.
#if BP_LANES == 16
#define BP_EVERY_SECOND 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31
#elif BP_LANES == 8
#define BP_EVERY_SECOND 0, 2, 4, 6, 9, 11, 13, 15
#elif BP_LANES == 4
#define BP_EVERY_SECOND 0, 2, 5, 7
#else
#define BP_EVERY_SECOND 0, 3
#endif

// Rows are short: a call for each would take longer than the copy.
INLINE void K(copy_row)(size_t n, const T *a, T *out) {
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) K(store)(out + i, K(load)(a + i));
  if (i < n) K(store_part)(out + i, K(load_part)(a + i, n - i, 0), n - i);
}

// `count` numbers (0 < count <= BP_LANES) that lie a stride apart.
INLINE V K(load_apart)(const T *p, size_t count, ptrdiff_t stride) {
  if (stride == 1) return K(load_count)(p, count);
  if (stride == 2) {
    size_t length = 2 * count - 1;
    V low = K(load_count)(p, length < BP_LANES ? length : BP_LANES);
    V high = length < BP_LANES ? low : K(load_count)(p + BP_LANES - 1, length - (BP_LANES - 1));
    return __builtin_shufflevector(low, high, BP_EVERY_SECOND);
  }
  T lanes[BP_LANES] = {0};
  for (size_t k = 0; k < count; k++) lanes[k] = p[(ptrdiff_t)k * stride];
  return K(load)(lanes);
}

// The first `count` lanes, with whatever lies behind them where that is before `end`: a whole vector is
// loaded, and stored, sooner than a part of one.
INLINE V K(load_before)(const T *p, size_t count, const T *end) {
  return p + BP_LANES <= end ? K(load)(p) : K(load_count)(p, count);
}
INLINE void K(store_before)(T *p, V v, size_t count, const T *end) {
  if (p + BP_LANES <= end) {
    K(store)(p, v);
  } else {
    K(store_count)(p, v, count);
  }
}

// The first `count` positions as lanes.
INLINE VI K(load_positions)(const int32_t *positions, size_t count) {
#if BP_IS_F32
  return (VI)K(load_count)((const T *)positions, count);
#else
  VI lanes = 0;
  for (size_t k = 0; k < count; k++) lanes[k] = positions[k];
  return lanes;
#endif
}

INLINE void K(store_positions)(int32_t *positions, VI places, size_t count) {
#if BP_IS_F32
  K(store_count)((T *)positions, (V)places, count);
#else
  for (size_t k = 0; k < count; k++) positions[k] = (int32_t)places[k];
#endif
}

// `count` windows (0 < count <= BP_LANES) of a row, which lie a stride apart and are equally wide.
INLINE void K(max_pool_some)(const bp_pooling *p, const T *plane, bp_span rows, bp_span columns,
                             size_t count, ptrdiff_t stride, T *out, int32_t *positions) {
  bool covers = rows.count > 0 && columns.count > 0;
  ptrdiff_t first = rows.start * p->width + columns.start;
  V best = K(splat)((T)-INFINITY);
  VI apart = K(iota)() * (BP_INT)stride;
  VI places = covers ? apart + (BP_INT)first : (VI)(-1);
  for (ptrdiff_t r = 0; r < rows.count; r++) {
    for (ptrdiff_t c = 0; c < columns.count; c++) {
      ptrdiff_t place = first + r * p->row_step * p->width + c * p->column_step;
      V value = K(load_apart)(plane + place, count, stride);
      VI better = (value > best) | (value != value);
      best = better ? value : best;
      places = better ? apart + (BP_INT)place : places;
    }
  }
  K(store_count)(out, best, count);
  if (positions) K(store_positions)(positions, places, count);
}

// The same of any number of windows.
INLINE void K(max_pool_row)(const bp_pooling *p, const T *plane, bp_span rows, bp_span columns,
                            size_t n, ptrdiff_t stride, T *out, int32_t *positions) {
  for (size_t k = 0; k < n; k += BP_LANES) {
    size_t count = n - k < BP_LANES ? n - k : BP_LANES;
    K(max_pool_some)(p, plane, rows, columns, count, stride, out + k,
                     positions ? positions + k : NULL);
    columns.start += (ptrdiff_t)BP_LANES * stride;
  }
}

#undef BP_EVERY_SECOND

// The lanes of two vectors in turn, and every second of theirs.
#if BP_LANES == 16
#define BP_EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define BP_ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define BP_LOW_IN_TURN 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define BP_HIGH_IN_TURN 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif BP_LANES == 8
#define BP_EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define BP_ODD 1, 3, 5, 7, 9, 11, 13, 15
#define BP_LOW_IN_TURN 0, 8, 1, 9, 2, 10, 3, 11
#define BP_HIGH_IN_TURN 4, 12, 5, 13, 6, 14, 7, 15
#elif BP_LANES == 4
#define BP_EVEN 0, 2, 4, 6
#define BP_ODD 1, 3, 5, 7
#define BP_LOW_IN_TURN 0, 4, 1, 5
#define BP_HIGH_IN_TURN 2, 6, 3, 7
#else
#define BP_EVEN 0, 2
#define BP_ODD 1, 3
#define BP_LOW_IN_TURN 0, 2
#define BP_HIGH_IN_TURN 1, 3
#endif

// out[2 k] = a[k], out[2 k + 1] = b[k] for k < count, and anything behind them before `end`.
INLINE void K(store_in_turn)(T *out, V a, V b, size_t count, const T *end) {
  V low = __builtin_shufflevector(a, b, BP_LOW_IN_TURN);
  V high = __builtin_shufflevector(a, b, BP_HIGH_IN_TURN);
  if (2 * count <= BP_LANES) {
    K(store_before)(out, low, 2 * count, end);
  } else {
    K(store)(out, low);
    K(store_before)(out + BP_LANES, high, 2 * count - BP_LANES, end);
  }
}

// Whether the windows are two by two numbers and lie side by side from the corner on.
static bool K(is_halving)(const bp_pooling *p) {
  for (ptrdiff_t i = 0; i < p->out_height; i++) {
    if (p->rows[i].start != 2 * i || p->rows[i].count != 2) return false;
  }
  for (ptrdiff_t j = 0; j < p->out_width; j++) {
    if (p->columns[j].start != 2 * j || p->columns[j].count != 2) return false;
  }
  return p->row_step == 1 && p->column_step == 1;
}

// Windows of two by two numbers: each number is read once.
static void K(max_pool_by_two)(const bp_pooling *p, const T *plane, T *out, int32_t *positions) {
  size_t columns = (size_t)p->out_width, width = (size_t)p->width;
  const T *end = plane + (size_t)p->out_height * 2 * width;
  T *out_end = out + (size_t)p->out_height * columns;
  for (size_t i = 0; i < (size_t)p->out_height; i++) {
    for (size_t j = 0; j < columns; j += BP_LANES) {
      size_t count = columns - j < BP_LANES ? columns - j : BP_LANES, from = 2 * (i * width + j);
      VI corner = K(iota)() * 2 + (BP_INT)from, places = corner;
      V best = K(splat)(0);
      BP_UNROLL for (int r = 0; r < 2; r++, corner += (BP_INT)width) {
        const T *row = plane + from + (size_t)r * width;
        V low = K(load_before)(row, 2 * count, end);
        V high = 2 * count > BP_LANES ? K(load_before)(row + BP_LANES, 2 * count - BP_LANES, end) : low;
        V even = __builtin_shufflevector(low, high, BP_EVEN);
        V odd = __builtin_shufflevector(low, high, BP_ODD);
        VI better = (even > best) | (even != even);
        if (r == 0) {
          best = even;
        } else {
          best = better ? even : best;
          places = better ? corner : places;
        }
        better = (odd > best) | (odd != odd);
        best = better ? odd : best;
        places = better ? corner + 1 : places;
      }
      K(store_before)(out + j, best, count, out_end);
      if (!positions) continue;
#if BP_IS_F32
      K(store_before)((T *)positions + j, (V)places, count, (T *)positions + (out_end - out));
#else
      K(store_positions)(positions + j, places, count);
#endif
    }
    out += columns;
    if (positions) positions += columns;
  }
}

static void K(take_largest)(const bp_pooling *p, bool by_two, const T *plane, T *out,
                            int32_t *positions) {
  if (by_two) {
    K(max_pool_by_two)(p, plane, out, positions);
    return;
  }
  for (ptrdiff_t j = 0, n; j < p->out_width; j += n) {
    // As many windows as lie evenly; those that reach beyond an edge are by themselves.
    bp_span columns = p->columns[j];
    ptrdiff_t stride = 1;
    for (n = 1; j + n < p->out_width && p->columns[j + n].count == columns.count; n++) {
      ptrdiff_t step = p->columns[j + n].start - p->columns[j + n - 1].start;
      if (n == 1) stride = step;
      if (step != stride) break;
    }
    for (ptrdiff_t i = 0; i < p->out_height; i++) {
      T *target = out + i * p->out_width + j;
      int32_t *places = positions ? positions + i * p->out_width + j : NULL;
      // Compiled apart for the usual strides.
      if (stride == 2) {
        K(max_pool_row)(p, plane, p->rows[i], columns, (size_t)n, 2, target, places);
      } else if (stride == 1) {
        K(max_pool_row)(p, plane, p->rows[i], columns, (size_t)n, 1, target, places);
      } else {
        K(max_pool_row)(p, plane, p->rows[i], columns, (size_t)n, stride, target, places);
      }
    }
  }
}

static void K(max_pool)(const bp_pooling *p, const T *plane, T *out, int32_t *positions) {
  K(take_largest)(p, K(is_halving)(p), plane, out, positions);
}

static void K(spread_largest)(const bp_pooling *p, bool by_two, const T *cotangent, const T *result,
                              const int32_t *positions, size_t area, T *out) {
  size_t windows = (size_t)(p->out_height * p->out_width);
  if (!by_two) {
    memset(out, 0, area * sizeof(T));
    for (size_t i = 0; i < windows; i++) {
      if (positions[i] >= 0 && !(result && !(result[i] > 0))) out[positions[i]] += cotangent[i];
    }
    return;
  }
  size_t columns = (size_t)p->out_width, width = (size_t)p->width, height = 2 * (size_t)p->out_height;
  const T *end = out + area, *last = cotangent + windows;
  const T *last_result = result ? result + windows : NULL;
  for (size_t i = 0; i < height; i += 2) {
    for (size_t j = 0; j < columns; j += BP_LANES) {
      size_t count = columns - j < BP_LANES ? columns - j : BP_LANES;
      V share = K(load_before)(cotangent + j, count, last), none = K(splat)(0);
      if (result) share = K(load_before)(result + j, count, last_result) > 0 ? share : none;
#if BP_IS_F32
      VI place = (VI)K(load_before)((const T *)positions + j, count,
                                    (const T *)positions + (last - cotangent));
#else
      VI place = K(load_positions)(positions + j, count);
#endif
      place -= K(iota)() * 2 + (BP_INT)(i * width + 2 * j);
      T *row = out + i * width + 2 * j;
      V even = place == 0 ? share : none, odd = place == 1 ? share : none;
      V even_below = place == (BP_INT)width ? share : none;
      V odd_below = place == (BP_INT)width + 1 ? share : none;
      // What is written beyond the row is written again with the next, unless that began already.
      K(store_in_turn)(row, even, odd, count, j == 0 ? end : row);
      K(store_in_turn)(row + width, even_below, odd_below, count, end);
    }
    for (size_t j = 2 * columns; j < width; j++) {
      out[i * width + j] = out[(i + 1) * width + j] = 0;
    }
    cotangent += columns;
    positions += columns;
    if (result) result += columns;
  }
  for (size_t i = height * width; i < area; i++) out[i] = 0;
}

static void K(max_pool_gradient)(const bp_pooling *p, const T *cotangent, const T *result,
                                 const int32_t *positions, size_t area, T *out) {
  K(spread_largest)(p, K(is_halving)(p), cotangent, result, positions, area, out);
}

#undef BP_EVEN
#undef BP_ODD
#undef BP_LOW_IN_TURN
#undef BP_HIGH_IN_TURN

// Rows of at least this many numbers are summed by the kernel for sums.
#define BP_LONG_ROW 16

static void K(average_pool)(const bp_pooling *p, const T *plane, T *out) {
  for (ptrdiff_t i = 0; i < p->out_height; i++) {
    bp_span rows = p->rows[i];
    for (ptrdiff_t j = 0; j < p->out_width; j++) {
      bp_span columns = p->columns[j];
      T sum = 0;
      for (ptrdiff_t r = 0; r < rows.count; r++) {
        const T *row = plane + (rows.start + r * p->row_step) * p->width + columns.start;
        T part = 0;
        if (columns.count >= BP_LONG_ROW) {
          K(reduce_sum)((size_t)columns.count, row, p->column_step, &part);
        } else {
          for (ptrdiff_t c = 0; c < columns.count; c++) part += row[c * p->column_step];
        }
        sum += part;
      }
      *out++ = sum / (T)(rows.divisor * columns.divisor);
    }
  }
}

#undef BP_LONG_ROW

static void K(average_pool_gradient)(const bp_pooling *p, const T *cotangent, T *plane) {
  for (ptrdiff_t i = 0; i < p->out_height; i++) {
    bp_span rows = p->rows[i];
    for (ptrdiff_t j = 0; j < p->out_width; j++) {
      bp_span columns = p->columns[j];
      T share = *cotangent++ / (T)(rows.divisor * columns.divisor);
      for (ptrdiff_t r = 0; r < rows.count; r++) {
        T *row = plane + (rows.start + r * p->row_step) * p->width + columns.start;
        for (ptrdiff_t c = 0; c < columns.count; c++) row[c * p->column_step] += share;
      }
    }
  }
}

static void K(take_at)(size_t n, const T *a, const int32_t *positions, T *out) {
  for (size_t i = 0; i < n; i++) out[i] = positions[i] < 0 ? 0 : a[positions[i]];
}

static void K(add_at)(size_t n, const T *a, const int32_t *positions, T *out) {
  for (size_t i = 0; i < n; i++) {
    if (positions[i] >= 0) out[positions[i]] += a[i];
  }
}
