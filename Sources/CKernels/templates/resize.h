// Resizing of one plane, and the way back.

// (1 - weight) x + weight y along the columns of a row.
INLINE T K(between)(const T *row, bp_tap tap) {
  T weight = (T)tap.weight;
  return (1 - weight) * row[tap.first] + weight * row[tap.second];
}

static void K(resize)(const bp_resizing *r, const T *plane, T *out) {
  for (ptrdiff_t i = 0; i < r->out_height; i++) {
    bp_tap tap = r->rows[i];
    const T *first = plane + tap.first * r->width, *second = plane + tap.second * r->width;
    T weight = (T)tap.weight;
    for (ptrdiff_t j = 0; j < r->out_width; j++) {
      bp_tap across = r->columns[j];
      if (!r->blends) *out++ = first[across.first];
      else if (weight == 0) *out++ = K(between)(first, across);
      else *out++ = (1 - weight) * K(between)(first, across) + weight * K(between)(second, across);
    }
  }
}

INLINE void K(add_between)(T *row, bp_tap tap, T value) {
  T weight = (T)tap.weight;
  row[tap.first] += (1 - weight) * value;
  row[tap.second] += weight * value;
}

static void K(resize_gradient)(const bp_resizing *r, const T *cotangent, T *plane) {
  for (ptrdiff_t i = 0; i < r->out_height; i++) {
    bp_tap tap = r->rows[i];
    T *first = plane + tap.first * r->width, *second = plane + tap.second * r->width;
    T weight = (T)tap.weight;
    for (ptrdiff_t j = 0; j < r->out_width; j++) {
      bp_tap across = r->columns[j];
      T value = *cotangent++;
      if (!r->blends) {
        first[across.first] += value;
      } else {
        K(add_between)(first, across, (1 - weight) * value);
        if (weight != 0) K(add_between)(second, across, weight * value);
      }
    }
  }
}
