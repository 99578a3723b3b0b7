// Softmax, log-softmax and cross-entropy over the rows of a contiguous matrix. The largest element
// of the row is subtracted before exp, so that no finite input overflows.

INLINE T K(row_maximum)(size_t n, const T *a) {
  V largest = K(splat)((T)-INFINITY);
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) largest = K(larger)(K(load)(a + i), largest);
  if (i < n) largest = K(larger)(K(load_part)(a + i, n - i, (T)-INFINITY), largest);
  return K(fold_larger)(largest);
}

// The sum of exp(a[i] - shift); the terms go to `out` unless it is NULL.
INLINE T K(row_exp)(size_t n, const T *a, T shift, T *out) {
  V sum = K(splat)(0);
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    V e = K(exp)(K(load)(a + i) - shift);
    if (out) K(store)(out + i, e);
    sum += e;
  }
  if (i < n) {
    V e = K(exp)(K(load_part)(a + i, n - i, (T)-INFINITY) - shift);
    if (out) K(store_part)(out + i, e, n - i);
    // A shift of -inf would make NaN of the lanes after the row; the row itself is all NaN then.
    sum += e;
  }
  return K(fold_add)(sum);
}

INLINE void K(row_scale)(size_t n, T factor, T *out) {
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) K(store)(out + i, K(load)(out + i) * factor);
  if (i < n) K(store_part)(out + i, K(load_part)(out + i, n - i, 0) * factor, n - i);
}

static void K(softmax)(size_t rows, size_t columns, const T *a, T *out) {
  for (size_t r = 0; r < rows; r++, a += columns, out += columns) {
    T sum = K(row_exp)(columns, a, K(row_maximum)(columns, a), out);
    K(row_scale)(columns, 1 / sum, out);
  }
}

// Rows whose sums are kept, so that one vector log serves many rows.
#define BP_ROW_GROUP 64

static void K(log_softmax)(size_t rows, size_t columns, const T *a, T *out) {
  T largest[BP_ROW_GROUP], sums[BP_ROW_GROUP];
  for (size_t start = 0; start < rows; start += BP_ROW_GROUP) {
    size_t count = rows - start < BP_ROW_GROUP ? rows - start : BP_ROW_GROUP;
    for (size_t r = 0; r < count; r++) {
      const T *row = a + (start + r) * columns;
      largest[r] = K(row_maximum)(columns, row);
      sums[r] = K(row_exp)(columns, row, largest[r], NULL);
    }
    K(log_loop)(count, sums, sums);
    for (size_t r = 0; r < count; r++) {
      const T *row = a + (start + r) * columns;
      T *result = out + (start + r) * columns;
      size_t i = 0;
      for (; i + BP_LANES <= columns; i += BP_LANES) {
        K(store)(result + i, K(load)(row + i) - largest[r] - sums[r]);
      }
      if (i < columns) {
        V v = K(load_part)(row + i, columns - i, 0) - largest[r] - sums[r];
        K(store_part)(result + i, v, columns - i);
      }
    }
  }
}

static void K(softmax_gradient)(size_t rows, size_t columns, const T *cotangent, const T *output,
                                T *out) {
  for (size_t r = 0; r < rows; r++) {
    const T *g = cotangent + r * columns, *y = output + r * columns;
    T *result = out + r * columns;
    T mean;
    K(dot)(columns, g, 1, y, 1, &mean);
    size_t i = 0;
    for (; i + BP_LANES <= columns; i += BP_LANES) {
      K(store)(result + i, (K(load)(g + i) - mean) * K(load)(y + i));
    }
    if (i < columns) {
      V v = (K(load_part)(g + i, columns - i, 0) - mean) * K(load_part)(y + i, columns - i, 0);
      K(store_part)(result + i, v, columns - i);
    }
  }
}

static void K(log_softmax_gradient)(size_t rows, size_t columns, const T *cotangent,
                                    const T *output, T *out) {
  for (size_t r = 0; r < rows; r++) {
    const T *g = cotangent + r * columns, *y = output + r * columns;
    T *result = out + r * columns;
    T total;
    K(reduce_sum)(columns, g, 1, &total);
    V sum = K(splat)(total);
    size_t i = 0;
    for (; i + BP_LANES <= columns; i += BP_LANES) {
      K(store)(result + i, K(fma)(-K(exp)(K(load)(y + i)), sum, K(load)(g + i)));
    }
    if (i < columns) {
      V v = K(load_part)(g + i, columns - i, 0);
      v = K(fma)(-K(exp)(K(load_part)(y + i, columns - i, 0)), sum, v);
      K(store_part)(result + i, v, columns - i);
    }
  }
}

static void K(cross_entropy)(size_t rows, size_t columns, const T *a, const int32_t *labels,
                             T *losses, T *probabilities) {
  T chosen[BP_ROW_GROUP], sums[BP_ROW_GROUP];
  for (size_t start = 0; start < rows; start += BP_ROW_GROUP) {
    size_t count = rows - start < BP_ROW_GROUP ? rows - start : BP_ROW_GROUP;
    for (size_t r = 0; r < count; r++) {
      const T *row = a + (start + r) * columns;
      T largest = K(row_maximum)(columns, row);
      // Read before the probabilities overwrite the row, which they may.
      chosen[r] = row[labels[start + r]] - largest;
      if (probabilities) {
        T *result = probabilities + (start + r) * columns;
        sums[r] = K(row_exp)(columns, row, largest, result);
        K(row_scale)(columns, 1 / sums[r], result);
      } else {
        sums[r] = K(row_exp)(columns, row, largest, NULL);
      }
    }
    K(log_loop)(count, sums, sums);
    K(subtract_loop)(count, sums, chosen, losses + start);
  }
}

// The sum of weights[i] (a[i] - shift), where 0 times infinity counts 0; of weights 1 where they are
// NULL.
INLINE T K(weighted_distance)(size_t n, const T *a, T shift, const T *weights) {
  V sum = K(splat)(0);
  for (size_t i = 0; i < n; i += BP_LANES) {
    size_t count = n - i < BP_LANES ? n - i : BP_LANES;
    V v = count == BP_LANES ? K(load)(a + i) : K(load_part)(a + i, count, shift);
    V weight = weights ? K(load_count)(weights + i, count) : K(splat)(1);
    sum += weight == 0 ? K(splat)(0) : weight * (v - shift);
  }
  return K(fold_add)(sum);
}

static void K(weighted_cross_entropy)(size_t rows, size_t columns, const T *a,
                                      const int32_t *labels, const T *weights, T smoothing,
                                      T *losses, T *row_weights, T *probabilities) {
  T chosen[BP_ROW_GROUP], distances[BP_ROW_GROUP], sums[BP_ROW_GROUP];
  T total = (T)columns, share = smoothing / (T)columns;
  if (weights) K(reduce_sum)(columns, weights, 1, &total);
  for (size_t start = 0; start < rows; start += BP_ROW_GROUP) {
    size_t count = rows - start < BP_ROW_GROUP ? rows - start : BP_ROW_GROUP;
    for (size_t r = 0; r < count; r++) {
      const T *row = a + (start + r) * columns;
      T *result = probabilities ? probabilities + (start + r) * columns : NULL;
      int32_t label = labels[start + r];
      T largest = K(row_maximum)(columns, row);
      // Read before the probabilities overwrite the row, which they may.
      chosen[r] = label < 0 ? 0 : row[label] - largest;
      distances[r] = smoothing == 0 ? 0 : K(weighted_distance)(columns, row, largest, weights);
      sums[r] = K(row_exp)(columns, row, largest, result);
      if (result) K(row_scale)(columns, 1 / sums[r], result);
    }
    K(log_loop)(count, sums, sums);
    for (size_t r = 0; r < count; r++) {
      int32_t label = labels[start + r];
      T weight = label < 0 ? 0 : (weights ? weights[label] : 1);
      T at_label = weight == 0 ? 0 : (1 - smoothing) * weight * (sums[r] - chosen[r]);
      T everywhere = smoothing == 0 ? 0 : share * (total * sums[r] - distances[r]);
      losses[start + r] = label < 0 ? 0 : at_label + everywhere;
      row_weights[start + r] = weight;
    }
  }
}
#undef BP_ROW_GROUP

static void K(weighted_cross_entropy_gradient)(size_t rows, size_t columns, const T *probabilities,
                                               const int32_t *labels, const T *weights,
                                               T smoothing, const T *scale, ptrdiff_t ss, T *out) {
  T total = (T)columns, share = smoothing / (T)columns;
  if (weights) K(reduce_sum)(columns, weights, 1, &total);
  for (size_t r = 0; r < rows; r++, probabilities += columns, out += columns) {
    int32_t label = labels[r];
    if (label < 0) {
      K(fill)(columns, 0, out);
      continue;
    }
    T factor = scale[(ptrdiff_t)r * ss];
    T weight = weights ? weights[label] : 1;
    // The target of each class, and the sum of all, which is 1 without weights.
    T sum = (1 - smoothing) * weight + share * total;
    T rest = share * (total - (weights ? weights[label] : 1));
    T at_label = ((probabilities[label] - 1) * sum + rest) * factor;
    for (size_t i = 0; i < columns; i += BP_LANES) {
      size_t count = columns - i < BP_LANES ? columns - i : BP_LANES;
      V target = weights ? K(load_count)(weights + i, count) * share : K(splat)(share);
      V p = K(load_count)(probabilities + i, count);
      K(store_count)(out + i, K(fma)(p, K(splat)(sum), -target) * factor, count);
    }
    out[label] = at_label;
  }
}

static void K(cross_entropy_gradient)(size_t rows, size_t columns, const T *probabilities,
                                      const int32_t *labels, const T *scale, ptrdiff_t ss,
                                      T *out) {
  for (size_t r = 0; r < rows; r++) {
    const T *p = probabilities + r * columns;
    T *result = out + r * columns;
    T factor = scale[(ptrdiff_t)r * ss];
    T at_label = (p[labels[r]] - 1) * factor;
    size_t i = 0;
    for (; i + BP_LANES <= columns; i += BP_LANES) {
      K(store)(result + i, K(load)(p + i) * factor);
    }
    if (i < columns) {
      K(store_part)(result + i, K(load_part)(p + i, columns - i, 0) * factor, columns - i);
    }
    result[labels[r]] = at_label;
  }
}
