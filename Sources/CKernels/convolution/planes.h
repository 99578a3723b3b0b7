// How a convolution or its gradient by the input walks over planes, and the planes that it reads.

// Along one axis: the results of a phase p lie `out_step` apart from p on, and result m of it sees the
// source at m in_step + shift, for the shift of each tap of the kernel.
//
// A convolution has one phase and goes through its source in strides. The gradient by its input goes
// through its result in strides: numbers of the input as far apart as windows see the same taps.
typedef struct {
  bool is_gradient;
  ptrdiff_t kernel, stride, dilation, before;
  ptrdiff_t source, results;  // lengths
  ptrdiff_t phases, out_step, in_step;
  ptrdiff_t low, span;  // the least shift, and how many lie from there to the largest
  ptrdiff_t band;       // how many results are done at a time
} K(walk);

INLINE bool K(shift_of_tap)(const K(walk) *w, ptrdiff_t phase, ptrdiff_t tap, ptrdiff_t *shift) {
  if (!w->is_gradient) {
    *shift = tap * w->dilation - w->before;
    return true;
  }
  ptrdiff_t distance = phase + w->before - tap * w->dilation;
  if (distance % w->stride != 0) return false;
  *shift = distance / w->stride;
  return true;
}

static K(walk) K(walk_along)(bool is_gradient, ptrdiff_t length, ptrdiff_t windows, ptrdiff_t kernel,
                             ptrdiff_t stride, ptrdiff_t dilation, ptrdiff_t before) {
  K(walk) w = {.is_gradient = is_gradient, .kernel = kernel, .stride = stride, .dilation = dilation,
               .before = before};
  w.source = is_gradient ? windows : length;
  w.results = is_gradient ? length : windows;
  w.phases = !is_gradient ? 1 : stride < length ? stride : length;
  w.out_step = is_gradient ? stride : 1;
  w.in_step = is_gradient ? 1 : stride;
  ptrdiff_t high = 0;
  bool any = false;
  for (ptrdiff_t p = 0; p < w.phases; p++) {
    for (ptrdiff_t i = 0; i < kernel; i++) {
      ptrdiff_t shift;
      if (!K(shift_of_tap)(&w, p, i, &shift)) continue;
      if (!any || shift < w.low) w.low = shift;
      if (!any || shift > high) high = shift;
      any = true;
    }
  }
  w.span = high - w.low + 1;
  w.band = w.results;
  return w;
}

// The results m of a phase that lie in first ..< last of the axis.
INLINE void K(phase_range)(const K(walk) *w, ptrdiff_t phase, ptrdiff_t first, ptrdiff_t last,
                           ptrdiff_t *from, ptrdiff_t *to) {
  *from = first <= phase ? 0 : (first - phase + w->out_step - 1) / w->out_step;
  *to = last <= phase ? 0 : (last - phase + w->out_step - 1) / w->out_step;
}

// How much of the source a band sees.
INLINE ptrdiff_t K(seen)(const K(walk) *w) {
  return ((w->band + w->out_step - 1) / w->out_step - 1) * w->in_step + w->span;
}

// Some planes of a source, as tiles see them: number m in_step + shift of a row lies where those of
// one shift and successive m lie side by side, with zeros where the source has ended.
typedef struct {
  ptrdiff_t columns, apart;       // of a row that are seen; the distance of the `in_step` parts of it
  ptrdiff_t pitch, rows, plane;   // from row to row; how many; from plane to plane
} K(region);

static K(region) K(region_of)(const K(walk) *rows, const K(walk) *columns) {
  K(region) r = {.columns = K(seen)(columns), .rows = K(seen)(rows)};
  r.apart = (r.columns + columns->in_step - 1) / columns->in_step;
  r.pitch = r.apart * columns->in_step;
  r.plane = r.pitch * r.rows;
  return r;
}

// Where a tap of a plane lies in a region.
INLINE ptrdiff_t K(place_in_region)(const K(region) *r, const K(walk) *columns, ptrdiff_t row,
                                    ptrdiff_t column) {
  return row * r->pitch + column % columns->in_step * r->apart + column / columns->in_step;
}

// Lanes from ..< to of the vector at p, which may begin before the row or reach beyond it, and zeros in
// the others.
INLINE V K(load_between)(const T *p, ptrdiff_t from, ptrdiff_t to) {
  if (from <= 0 && to >= BP_LANES) return K(load)(p);
  if (from < 0) from = 0;
  if (to > BP_LANES) to = BP_LANES;
  if (from >= to) return K(splat)(0);
#if BP_AVX512 && BP_IS_F32
  return (V)_mm512_maskz_loadu_ps((__mmask16)((1u << to) - (1u << from)), p);
#elif BP_AVX512
  return (V)_mm512_maskz_loadu_pd((__mmask8)((1u << to) - (1u << from)), p);
#elif BP_AVX2
  VI lane = K(iota)(), mask = (lane >= (BP_INT)from) & (lane < (BP_INT)to);
#if BP_IS_F32
  return (V)_mm256_maskload_ps(p, (__m256i)mask);
#else
  return (V)_mm256_maskload_pd(p, (__m256i)mask);
#endif
#else
  T lanes[BP_LANES] = {0};
  for (ptrdiff_t i = from; i < to; i++) lanes[i] = p[i];
  return K(load)(lanes);
#endif
}

// Row `row` of a plane from column `first` on. A vector may be written behind it.
static void K(fill_row)(const K(region) *r, ptrdiff_t step, const T *row, ptrdiff_t width,
                        ptrdiff_t first, T *out) {
  if (step == 1) {
    ptrdiff_t from = first < 0 ? -first : 0, to = width - first;
    if (from > r->columns) from = r->columns;
    if (to > r->columns) to = r->columns;
    if (to < from) to = from;
    for (ptrdiff_t x = 0; x < r->pitch; x += BP_LANES) {
      K(store)(out + x, K(load_between)(row + first + x, from - x, to - x));
    }
    return;
  }
  for (ptrdiff_t e = 0; e < step; e++, out += r->apart) {
    // The numbers e + first + x step that lie inside.
    ptrdiff_t start = e + first, x = start < 0 ? (-start + step - 1) / step : 0;
    ptrdiff_t end = start < width ? (width - 1 - start) / step + 1 : 0;
    if (x > r->apart) x = r->apart;
    if (end > r->apart) end = r->apart;
    for (ptrdiff_t i = 0; i < x; i++) out[i] = 0;
    for (; x < end; x += BP_LANES) {
      size_t count = end - x < BP_LANES ? (size_t)(end - x) : BP_LANES;
      K(store_count)(out + x, K(load_apart)(row + start + x * step, count, step), count);
    }
    for (ptrdiff_t i = end < 0 ? 0 : end; i < r->apart; i++) out[i] = 0;
  }
}

// Rows first_row ..< first_row + rows and columns from first_column on of a plane of height x width,
// whose row `loaded` is at `rows_at`.
static void K(fill_region)(const K(region) *r, ptrdiff_t step, const T *rows_at, ptrdiff_t loaded,
                           ptrdiff_t height, ptrdiff_t width, ptrdiff_t first_row,
                           ptrdiff_t first_column, T *out) {
  for (ptrdiff_t y = 0; y < r->rows; y++, out += r->pitch) {
    ptrdiff_t row = first_row + y;
    if (row < 0 || row >= height) {
      for (ptrdiff_t x = 0; x < r->pitch; x += BP_LANES) K(store)(out + x, K(splat)(0));
    } else {
      K(fill_row)(r, step, rows_at + (row - loaded) * width, width, first_column, out);
    }
  }
}

// The gradient by the result of a convolution, rows first ..< first + count of one plane of it: as it
// lies, or in `spare` what passes an activation, or pooling, of windows of two by two or not, back.
static const T *K(cotangent_rows)(const bp_cotangent *g, bool by_two, ptrdiff_t plane, ptrdiff_t height,
                                  ptrdiff_t width, ptrdiff_t first, ptrdiff_t count, T *spare) {
  const T *numbers = g->numbers, *result = g->result;
  if (g->pooling) {
    ptrdiff_t pooled = plane * g->pooling->out_height * g->pooling->out_width;
    K(spread_largest)(g->pooling, by_two, numbers + pooled, result ? result + pooled : NULL,
                         g->positions + pooled, (size_t)(height * width), spare);
    return spare + first * width;
  }
  ptrdiff_t start = (plane * height + first) * width;
  if (!result) return numbers + start;
  K(relu_gradient_loop)((size_t)(count * width), numbers + start, result + start, spare);
  return spare;
}
