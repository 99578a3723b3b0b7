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

static void K(standardize)(const bp_groups *groups, size_t first, size_t count, const T *x,
                           const T *weight, const T *bias, T *means, T *variances, T *out) {
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
