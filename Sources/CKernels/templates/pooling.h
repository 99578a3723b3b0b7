// Pooling of one plane: the largest number or the mean of each window, and the ways back.

static void K(max_pool)(const bp_pooling *p, const T *plane, T *out, int32_t *positions) {
  for (ptrdiff_t i = 0; i < p->out_height; i++) {
    bp_span rows = p->rows[i];
    for (ptrdiff_t j = 0; j < p->out_width; j++) {
      bp_span columns = p->columns[j];
      T best = (T)-INFINITY;
      bool covers = rows.count > 0 && columns.count > 0;
      ptrdiff_t at = covers ? rows.start * p->width + columns.start : -1;
      for (ptrdiff_t r = 0; r < rows.count; r++) {
        ptrdiff_t first = (rows.start + r * p->row_step) * p->width + columns.start;
        for (ptrdiff_t c = 0; c < columns.count; c++) {
          ptrdiff_t place = first + c * p->column_step;
          T value = plane[place];
          bool better = value > best || value != value;
          best = better ? value : best;
          at = better ? place : at;
        }
      }
      *out++ = best;
      if (positions) *positions++ = (int32_t)at;
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
