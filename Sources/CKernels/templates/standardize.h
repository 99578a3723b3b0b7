// Standardizing groups of numbers: (x - mean) / sqrt(variance + epsilon), perhaps with a scale and a
// shift, and its gradient. A group comes from memory once and is then read again from the cache. Blocks
// are summed in the numbers' type, and their sums added up in double.

#define BP_SUM_BLOCK 1024

/// Calls for each block of n numbers: `at` is where it starts and `end` where it ends.
#define BP_EACH_BLOCK(n)                                                          \
  for (size_t at = 0, end; at < (n); at = end)                                    \
    if (((end = (n) - at < BP_SUM_BLOCK ? (n) : at + BP_SUM_BLOCK), true))

// The sum of the numbers of a part.
INLINE double K(sum_of_part)(size_t n, const T *a) {
  double total = 0;
  BP_EACH_BLOCK(n) total += K(fold_add)(K(block_by)(BP_SUM, end - at, a + at));
  return total;
}

// The sum of their squared distances from the mean.
INLINE double K(squares_of_part)(size_t n, const T *a, T mean) {
  double total = 0;
  BP_EACH_BLOCK(n) {
    V sums[4] = {K(splat)(0), K(splat)(0), K(splat)(0), K(splat)(0)};
    size_t i = at;
    for (; i + 4 * BP_LANES <= end; i += 4 * BP_LANES) {
      for (size_t j = 0; j < 4; j++) {
        V d = K(load)(a + i + j * BP_LANES) - mean;
        sums[j] = K(fma)(d, d, sums[j]);
      }
    }
    for (; i + BP_LANES <= end; i += BP_LANES) {
      V d = K(load)(a + i) - mean;
      sums[0] = K(fma)(d, d, sums[0]);
    }
    if (i < end) {
      V d = K(load_part)(a + i, end - i, mean) - mean;
      // Of a mean that is not finite, the lanes after the part are NaN, and so is all else.
      sums[1] = K(fma)(d, d, sums[1]);
    }
    total += K(fold_add)((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
  return total;
}

/// 1 / sqrt(variance + epsilon)
INLINE T K(factor_of)(T variance, double epsilon) {
  return (T)(1 / __builtin_sqrt((double)variance + epsilon));
}

/// Where group `index` starts.
INLINE ptrdiff_t K(group_start)(const bp_groups *groups, size_t index) {
  size_t inner = (size_t)groups->inner;
  return (ptrdiff_t)(index / inner) * groups->outer_step
         + (ptrdiff_t)(index % inner) * groups->inner_step;
}

// Groups that lie side by side with parts of one number each, as the columns of a matrix, are done as
// the lanes of a vector.
#define BP_ROW_BLOCK 128

INLINE bool K(are_columns)(const bp_groups *groups) {
  return groups->length == 1 && groups->inner_step == 1 && groups->outer_step == 0
         && groups->part_weight == 0 && !groups->is_each_weighted;
}

INLINE void K(add_lanes)(double *totals, V v) {
  for (size_t i = 0; i < BP_LANES; i++) totals[i] += v[i];
}

INLINE V K(lanes_over)(const double *totals, double divisor) {
  V v = K(splat)(0);
  for (size_t i = 0; i < BP_LANES; i++) v[i] = (T)(totals[i] / divisor);
  return v;
}

INLINE V K(factors_of)(V variances, double epsilon) {
  for (size_t i = 0; i < BP_LANES; i++) variances[i] = K(factor_of)(variances[i], epsilon);
  return variances;
}

static void K(standardize_columns)(const bp_groups *groups, size_t first, size_t count, const T *x,
                                   const T *weight, const T *bias, T *means, T *variances,
                                   T *out) {
  size_t rows = (size_t)groups->parts;
  ptrdiff_t step = groups->part_step;
  for (size_t g = first; g < first + count; g += BP_LANES) {
    size_t lanes = first + count - g < BP_LANES ? first + count - g : BP_LANES;
    double totals[BP_LANES] = {0}, squares[BP_LANES] = {0};
    for (size_t at = 0; at < rows && groups->is_centered; at += BP_ROW_BLOCK) {
      size_t end = rows - at < BP_ROW_BLOCK ? rows : at + BP_ROW_BLOCK;
      V sums[2] = {K(splat)(0), K(splat)(0)};
      for (size_t r = at; r < end; r++) {
        sums[r & 1] += K(load_count)(x + g + (ptrdiff_t)r * step, lanes);
      }
      K(add_lanes)(totals, sums[0] + sums[1]);
    }
    V mean = K(lanes_over)(totals, (double)rows);
    for (size_t at = 0; at < rows; at += BP_ROW_BLOCK) {
      size_t end = rows - at < BP_ROW_BLOCK ? rows : at + BP_ROW_BLOCK;
      V sums[2] = {K(splat)(0), K(splat)(0)};
      for (size_t r = at; r < end; r++) {
        V d = K(load_count)(x + g + (ptrdiff_t)r * step, lanes) - mean;
        sums[r & 1] = K(fma)(d, d, sums[r & 1]);
      }
      K(add_lanes)(squares, sums[0] + sums[1]);
    }
    V variance = K(lanes_over)(squares, (double)rows);
    K(store_count)(means + g, mean, lanes);
    K(store_count)(variances + g, variance, lanes);
    V factor = K(factors_of)(variance, groups->epsilon);
    V scale = weight ? K(load_count)(weight + g, lanes) : K(splat)(1);
    V shift = bias ? K(load_count)(bias + g, lanes) : K(splat)(0);
    for (size_t r = 0; r < rows; r++) {
      ptrdiff_t at = (ptrdiff_t)g + (ptrdiff_t)r * step;
      V y = (K(load_count)(x + at, lanes) - mean) * factor;
      K(store_count)(out + at, K(fma)(y, scale, shift), lanes);
    }
  }
}

static void K(standardize_columns_gradient)(const bp_groups *groups, size_t first, size_t count,
                                            const T *cotangent, const T *x, const T *weight,
                                            const T *means, const T *variances, T *by_weight,
                                            T *by_bias, T *out) {
  size_t rows = (size_t)groups->parts;
  ptrdiff_t step = groups->part_step;
  for (size_t g = first; g < first + count; g += BP_LANES) {
    size_t lanes = first + count - g < BP_LANES ? first + count - g : BP_LANES;
    V mean = K(load_count)(means + g, lanes);
    V factor = K(factors_of)(K(load_count)(variances + g, lanes), groups->epsilon);
    V scale = weight ? K(load_count)(weight + g, lanes) : K(splat)(1);
    double totals[BP_LANES] = {0}, products[BP_LANES] = {0};
    for (size_t at = 0; at < rows; at += BP_ROW_BLOCK) {
      size_t end = rows - at < BP_ROW_BLOCK ? rows : at + BP_ROW_BLOCK;
      V sum[2] = {K(splat)(0), K(splat)(0)}, product[2] = {K(splat)(0), K(splat)(0)};
      for (size_t r = at; r < end; r++) {
        V c = K(load_count)(cotangent + g + (ptrdiff_t)r * step, lanes);
        V d = K(load_count)(x + g + (ptrdiff_t)r * step, lanes) - mean;
        sum[r & 1] += c;
        product[r & 1] = K(fma)(c, d, product[r & 1]);
      }
      K(add_lanes)(totals, sum[0] + sum[1]);
      K(add_lanes)(products, product[0] + product[1]);
    }
    if (by_weight) K(store_count)(by_weight + g, K(lanes_over)(products, 1) * factor, lanes);
    if (by_bias) K(store_count)(by_bias + g, K(lanes_over)(totals, 1), lanes);
    if (!out) continue;
    V shift = groups->is_centered ? scale * K(lanes_over)(totals, (double)rows) : K(splat)(0);
    V slope = scale * K(lanes_over)(products, (double)rows) * factor;
    for (size_t r = 0; r < rows; r++) {
      ptrdiff_t at = (ptrdiff_t)g + (ptrdiff_t)r * step;
      V y = (K(load_count)(x + at, lanes) - mean) * factor;
      V v = K(fma)(K(load_count)(cotangent + at, lanes), scale, -shift);
      K(store_count)(out + at, K(fma)(-y, slope, v) * factor, lanes);
    }
  }
}
#undef BP_ROW_BLOCK

static void K(standardize)(const bp_groups *groups, size_t first, size_t count, const T *x,
                           const T *weight, const T *bias, T *means, T *variances, T *out) {
  if (K(are_columns)(groups)) {
    K(standardize_columns)(groups, first, count, x, weight, bias, means, variances, out);
    return;
  }
  size_t length = (size_t)groups->length, parts = (size_t)groups->parts;
  double size = (double)length * (double)parts;
  for (size_t g = first; g < first + count; g++) {
    ptrdiff_t start = K(group_start)(groups, g);
    double total = 0, squares = 0;
    for (size_t p = 0; p < parts && groups->is_centered; p++) {
      total += K(sum_of_part)(length, x + start + (ptrdiff_t)p * groups->part_step);
    }
    T mean = (T)(total / size);
    for (size_t p = 0; p < parts; p++) {
      squares += K(squares_of_part)(length, x + start + (ptrdiff_t)p * groups->part_step, mean);
    }
    means[g] = mean;
    variances[g] = (T)(squares / size);
    T factor = K(factor_of)(variances[g], groups->epsilon);
    ptrdiff_t weights = (ptrdiff_t)(g % (size_t)groups->inner) * groups->inner_weight;
    for (size_t p = 0; p < parts; p++) {
      const T *a = x + start + (ptrdiff_t)p * groups->part_step;
      T *result = out + start + (ptrdiff_t)p * groups->part_step;
      ptrdiff_t at = weights + (ptrdiff_t)p * groups->part_weight;
      if (groups->is_each_weighted) {
        for (size_t i = 0; i < length; i += BP_LANES) {
          size_t lanes = length - i < BP_LANES ? length - i : BP_LANES;
          V y = (K(load_count)(a + i, lanes) - mean) * factor;
          V shift = bias ? K(load_count)(bias + i, lanes) : K(splat)(0);
          V scale = weight ? K(load_count)(weight + i, lanes) : K(splat)(1);
          K(store_count)(result + i, K(fma)(y, scale, shift), lanes);
        }
      } else {
        V scale = K(splat)(weight ? weight[at] : 1);
        V shift = K(splat)(bias ? bias[at] : 0);
        for (size_t i = 0; i < length; i += BP_LANES) {
          size_t lanes = length - i < BP_LANES ? length - i : BP_LANES;
          V y = (K(load_count)(a + i, lanes) - mean) * factor;
          K(store_count)(result + i, K(fma)(y, scale, shift), lanes);
        }
      }
    }
  }
}

/// The sums of h and of h (x - mean) over a part, for h = cotangent times weight; `weight` is NULL for 1.
/// Where they are not NULL, cotangent y is added to by_weight and the cotangent to by_bias, number by
/// number, for y = (x - mean) factor.
INLINE void K(gradient_sums)(size_t n, const T *cotangent, const T *x, const T *weight, T mean,
                             T factor, T *by_weight, T *by_bias, double sums[2]) {
  BP_EACH_BLOCK(n) {
    V sum[2] = {K(splat)(0), K(splat)(0)}, product[2] = {K(splat)(0), K(splat)(0)};
    size_t k = 0;
    for (size_t i = at; i < end; i += BP_LANES, k ^= 1) {
      size_t lanes = end - i < BP_LANES ? end - i : BP_LANES;
      V c = K(load_count)(cotangent + i, lanes);
      V d = (lanes == BP_LANES ? K(load)(x + i) : K(load_part)(x + i, lanes, mean)) - mean;
      if (by_weight) {
        V total = K(fma)(c, d * factor, K(load_count)(by_weight + i, lanes));
        K(store_count)(by_weight + i, total, lanes);
      }
      if (by_bias) K(store_count)(by_bias + i, c + K(load_count)(by_bias + i, lanes), lanes);
      V h = weight ? c * K(load_count)(weight + i, lanes) : c;
      sum[k] += h;
      product[k] = K(fma)(h, d, product[k]);
    }
    sums[0] += K(fold_add)(sum[0] + sum[1]);
    sums[1] += K(fold_add)(product[0] + product[1]);
  }
}

static void K(standardize_gradient)(const bp_groups *groups, size_t first, size_t count,
                                    const T *cotangent, const T *x, const T *weight,
                                    const T *means, const T *variances, T *by_weight, T *by_bias,
                                    T *out) {
  if (K(are_columns)(groups)) {
    K(standardize_columns_gradient)(groups, first, count, cotangent, x, weight, means, variances,
                                    by_weight, by_bias, out);
    return;
  }
  size_t length = (size_t)groups->length, parts = (size_t)groups->parts;
  double size = (double)length * (double)parts;
  bool each = groups->is_each_weighted;
  const T *each_weight = each ? weight : NULL;
  for (size_t g = first; g < first + count; g++) {
    ptrdiff_t start = K(group_start)(groups, g);
    T mean = means[g], factor = K(factor_of)(variances[g], groups->epsilon);
    ptrdiff_t weights = (ptrdiff_t)(g % (size_t)groups->inner) * groups->inner_weight;
    double total[2] = {0, 0}, group[2] = {0, 0};
    for (size_t p = 0; p < parts; p++) {
      ptrdiff_t at = start + (ptrdiff_t)p * groups->part_step;
      double sums[2] = {0, 0};
      K(gradient_sums)(length, cotangent + at, x + at, each_weight, mean, factor,
                       each ? by_weight : NULL, each ? by_bias : NULL, sums);
      double scale =
          weight && !each ? (double)weight[weights + (ptrdiff_t)p * groups->part_weight] : 1;
      for (size_t j = 0; j < 2; j++) {
        group[j] += sums[j];
        total[j] += scale * sums[j];
      }
      if (groups->part_weight && !each) {
        if (by_weight) by_weight[g * parts + p] = (T)(sums[1] * factor);
        if (by_bias) by_bias[g * parts + p] = (T)sums[0];
      }
    }
    if (!groups->part_weight && !each) {
      if (by_weight) by_weight[g] = (T)(group[1] * factor);
      if (by_bias) by_bias[g] = (T)group[0];
    }
    if (!out) continue;
    V shift = K(splat)(groups->is_centered ? (T)(total[0] / size) : 0);
    V slope = K(splat)((T)(total[1] * factor / size));
    for (size_t p = 0; p < parts; p++) {
      ptrdiff_t at = start + (ptrdiff_t)p * groups->part_step;
      const T *c = cotangent + at, *a = x + at;
      T *result = out + at;
      V scale = K(splat)(
          weight && !each ? weight[weights + (ptrdiff_t)p * groups->part_weight] : (T)1);
      for (size_t i = 0; i < length; i += BP_LANES) {
        size_t lanes = length - i < BP_LANES ? length - i : BP_LANES;
        V y = (K(load_count)(a + i, lanes) - mean) * factor;
        if (each_weight) scale = K(load_count)(each_weight + i, lanes);
        V v = K(fma)(K(load_count)(c + i, lanes), scale, -shift);
        K(store_count)(result + i, K(fma)(-y, slope, v) * factor, lanes);
      }
    }
  }
}

#undef BP_SUM_BLOCK
#undef BP_EACH_BLOCK
