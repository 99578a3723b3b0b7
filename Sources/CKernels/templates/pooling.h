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
  if (positions) {
    BP_INT lanes[BP_LANES];
    __builtin_memcpy(lanes, &places, sizeof lanes);
    for (size_t k = 0; k < count; k++) positions[k] = (int32_t)lanes[k];
  }
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

static void K(max_pool)(const bp_pooling *p, const T *plane, T *out, int32_t *positions) {
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
