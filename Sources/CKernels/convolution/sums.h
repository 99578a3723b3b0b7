// A convolution, and its gradient by the input, which is one of the other direction: each image,
// group and band of the result by itself, of which the planes that are seen are first laid out in a
// cache.

// MARK: A band of the result

// What a chunk works in.
typedef struct {
  T *region;  // of the source's planes
  T *plane;   // of the source, where it is not read as it lies
  T *lanes;   // the results of a band with their channels side by side
  T *planes;  // of the result, before they are pooled
} K(space);

typedef struct {
  ptrdiff_t image, group, part;
  ptrdiff_t top, bottom, left, right;  // of the result
  const T *source;                     // where tiles read
} K(band);

static void K(activate)(bp_activation activation, size_t n, T *numbers) {
  if (activation == BP_SIGMOID_ACTIVATION) K(sigmoid_loop)(n, numbers, numbers);
  if (activation == BP_TANH_ACTIVATION) K(tanh_loop)(n, numbers, numbers);
}

// The channels of a tile, from `first` on, into the planes that begin at `planes`.
static __attribute__((noinline)) void K(sum_channels)(const K(sums) *s, const K(band) *b,
                                                      ptrdiff_t first, T *lanes, T *planes) {
  ptrdiff_t width = s->padded - first < s->width ? s->padded - first : s->width;
  ptrdiff_t vectors = width / BP_LANES;
  ptrdiff_t across = b->right - b->left, down = b->bottom - b->top;
  const T *bias = s->bias + b->group * s->padded + first;
  bool relu = s->activation == BP_RELU_ACTIVATION;
  const K(phase) *phase = s->phases;
  for (ptrdiff_t p = 0; p < s->rows.phases; p++) {
    ptrdiff_t row, last_row;
    K(phase_range)(&s->rows, p, b->top, b->bottom, &row, &last_row);
    ptrdiff_t first_row = row, base = b->top / s->rows.out_step;
    for (ptrdiff_t q = 0; q < s->columns.phases; q++, phase++) {
      ptrdiff_t column, last_column;
      K(phase_range)(&s->columns, q, b->left, b->right, &column, &last_column);
      const T *weights =
          phase->weights + (b->group * s->padded + first) * (ptrdiff_t)phase->depth;
      ptrdiff_t columns = last_column - column;
      ptrdiff_t tiles = (columns + BP_TILE_WINDOWS - 1) / BP_TILE_WINDOWS;
      ptrdiff_t step = s->columns.out_step * width;
      for (row = first_row; row < last_row; row++) {
        const T *source = b->source + (row - base) * s->rows.in_step * s->region.pitch + column -
                          b->left / s->columns.out_step;
        T *out = lanes + ((p + row * s->rows.out_step - b->top) * across + q +
                          column * s->columns.out_step - b->left) * width;
        for (ptrdiff_t tile = 0; tile < tiles; tile++) {
          ptrdiff_t x = columns * tile / tiles, count = columns * (tile + 1) / tiles - x;
          K(window_tiles)[vectors - 1][count - 1](phase->depth, phase->offsets, source + x, weights,
                                                  bias, relu, out + x * step, step);
        }
      }
    }
  }
  K(activate)(s->activation, (size_t)(down * across * width), lanes);
  for (ptrdiff_t v = 0; v < vectors; v++) {
    ptrdiff_t left = s->results - first - v * BP_LANES;
    size_t count = left < BP_LANES ? (size_t)left : BP_LANES;
    const T *from = lanes + v * BP_LANES;
    T *to = planes + v * BP_LANES * s->area + b->top * s->columns.results + b->left;
    if (across == s->columns.results) {
      K(lanes_to_rows)(count, (size_t)(down * across), from, width, to, s->area);
    } else {
      for (ptrdiff_t y = 0; y < down; y++) {
        K(lanes_to_rows)(count, (size_t)across, from + y * across * width, width,
                         to + y * s->columns.results, s->area);
      }
    }
  }
}

// The same of all channels where they are few.
static __attribute__((noinline)) void K(sum_narrow)(const K(sums) *s, const K(band) *b, T *planes) {
  const T *bias = s->bias + b->group * s->padded;
  bool relu = s->activation == BP_RELU_ACTIVATION;
  const K(phase) *phase = s->phases;
  for (ptrdiff_t p = 0; p < s->rows.phases; p++) {
    ptrdiff_t first_row, last_row, base = b->top / s->rows.out_step;
    K(phase_range)(&s->rows, p, b->top, b->bottom, &first_row, &last_row);
    for (ptrdiff_t q = 0; q < s->columns.phases; q++, phase++) {
      ptrdiff_t column, last_column;
      K(phase_range)(&s->columns, q, b->left, b->right, &column, &last_column);
      if (last_column <= column) continue;
      K(narrow) tile = {
          .depth = phase->depth, .offsets = phase->offsets, .relu = relu, .is_exact = s->is_direct,
          .weights = phase->weights + b->group * s->padded * (ptrdiff_t)phase->depth,
          .pitch = s->rows.in_step * s->region.pitch, .step = s->columns.out_step};
      const T *source = b->source + (first_row - base) * tile.pitch + column -
                        b->left / s->columns.out_step;
      T *out = planes + (p + first_row * s->rows.out_step) * s->columns.results + q +
               column * s->columns.out_step;
      K(narrow_windows)(&tile, s->results, last_row - first_row, last_column - column, source, bias,
                        out, s->rows.out_step * s->columns.results, s->area);
    }
  }
  if (s->activation == BP_IDENTITY_ACTIVATION || relu) return;
  for (ptrdiff_t r = 0; r < s->results; r++) {
    for (ptrdiff_t y = b->top; y < b->bottom; y++) {
      K(activate)(s->activation, (size_t)(b->right - b->left),
                  planes + r * s->area + y * s->columns.results + b->left);
    }
  }
}

// How many tiles have the channels of a group.
INLINE ptrdiff_t K(tiles_of_channels)(const K(sums) *s) {
  return (s->padded + s->width - 1) / s->width;
}

static void K(sum_unit)(const K(sums) *s, ptrdiff_t unit, const K(space) *space) {
  K(band) b = {.part = unit % s->parts};
  unit /= s->parts;
  b.left = unit % s->column_bands * s->columns.band;
  unit /= s->column_bands;
  b.top = unit % s->row_bands * s->rows.band;
  unit /= s->row_bands;
  b.group = unit % s->groups;
  b.image = unit / s->groups;
  b.right = b.left + s->columns.band;
  b.bottom = b.top + s->rows.band;
  if (b.right > s->columns.results) b.right = s->columns.results;
  if (b.bottom > s->rows.results) b.bottom = s->rows.results;

  ptrdiff_t height = s->rows.source, width = s->columns.source;
  ptrdiff_t row = b.top / s->rows.out_step * s->rows.in_step + s->rows.low;
  ptrdiff_t column = b.left / s->columns.out_step * s->columns.in_step + s->columns.low;
  ptrdiff_t first = (b.image * s->groups + b.group) * s->sources;
  if (s->is_direct) {
    b.source = (const T *)s->source.numbers + (first * height + row) * width + column;
  } else {
    b.source = space->region;
    ptrdiff_t from = row < 0 ? 0 : row, to = row + s->region.rows;
    if (to > height) to = height;
    for (ptrdiff_t i = 0; i < s->sources; i++) {
      const T *rows = from < to ? K(cotangent_rows)(&s->source, s->by_two, first + i, height, width,
                                                    from, to - from, space->plane)
                                : NULL;
      K(fill_region)(&s->region, s->columns.in_step, rows, from, height, width, row, column,
                     space->region + i * s->region.plane);
    }
  }

  ptrdiff_t plane = (b.image * s->groups + b.group) * s->results;
  ptrdiff_t tiles = K(tiles_of_channels)(s);
  bool is_narrow = K(is_narrow)(s->results);
  for (ptrdiff_t tile = tiles * b.part / s->parts; tile < tiles * (b.part + 1) / s->parts; tile++) {
    ptrdiff_t channel = tile * s->width;
    T *planes = s->pooling ? space->planes : s->out + (plane + channel) * s->area;
    if (is_narrow) {
      K(sum_narrow)(s, &b, planes);
    } else {
      K(sum_channels)(s, &b, channel, space->lanes, planes);
    }
    if (!s->pooling) continue;
    ptrdiff_t pooled = s->pooling->out_height * s->pooling->out_width;
    ptrdiff_t left = s->results - channel, count = left < s->width ? left : s->width;
    for (ptrdiff_t i = 0; i < count; i++) {
      ptrdiff_t place = (plane + channel + i) * pooled;
      K(take_largest)(s->pooling, s->by_two, planes + i * s->area, s->out + place,
                      s->positions ? s->positions + place : NULL);
    }
  }
}

static void K(sum_chunk)(void *context, size_t chunk) {
  const K(sums) *s = context;
  // A whole number of squares, and of vectors, for each.
  size_t region =
      s->is_direct ? 0 : (size_t)K(rounded_up)(s->sources * s->region.plane + 2 * BP_LANES, BP_LANES);
  bool has_planes = s->source.pooling || s->source.result;
  size_t plane =
      has_planes ? (size_t)K(rounded_up)(s->rows.source * s->columns.source, BP_LANES) : 0;
  size_t lanes = (size_t)K(rounded_up)(s->rows.band * s->columns.band, BP_LANES) * 2 * BP_LANES;
  size_t planes = s->pooling ? (size_t)(s->area * 2 * BP_LANES) : 0;
  size_t bytes = (region + plane + lanes + planes) * sizeof(T);
  T *memory = bp_allocate(bytes);
  K(space) space = {.lanes = memory, .region = memory + lanes};
  space.plane = space.region + region;
  space.planes = space.plane + plane;
  ptrdiff_t first = (ptrdiff_t)chunk * s->units_in_chunk, last = first + s->units_in_chunk;
  for (ptrdiff_t u = first; u < last && u < s->units; u++) K(sum_unit)(s, u, &space);
  bp_deallocate(memory, bytes);
}

// MARK: All of it

// A kernel of one number that sees every number once: rows need not be told apart.
static bp_windows K(flattened)(const bp_windows *w) {
  bp_windows flat = *w;
  if (w->kernel_height == 1 && w->kernel_width == 1 && w->stride_height == 1 &&
      w->stride_width == 1 && w->top == 0 && w->left == 0 && w->out_height == w->height &&
      w->out_width == w->width) {
    flat.width = flat.out_width = w->height * w->width;
    flat.height = flat.out_height = 1;
  }
  return flat;
}

// How many units a thread takes at once, so that each time is worth the trouble.
static ptrdiff_t K(units_at_once)(const bp_convolution *c, ptrdiff_t units) {
  const bp_windows *w = &c->windows;
  double work = 2.0 * (double)(c->images * c->groups * c->filters * c->channels) *
                (double)(w->kernel_height * w->kernel_width) *
                (double)(w->out_height * w->out_width);
  double each = work / (double)units;
  double wanted = each > 0 ? 400e3 / each : 1;
  return wanted < 1 ? 1 : wanted < (double)units ? (ptrdiff_t)wanted : units;
}

static void K(sum_windows)(K(sums) *s, const bp_convolution *c, bool is_gradient, const T *w,
                           const T *bias) {
  bp_windows v = K(flattened)(&c->windows);
  s->rows = K(walk_along)(is_gradient, v.height, v.out_height, v.kernel_height, v.stride_height,
                          v.dilation_height, v.top);
  s->columns = K(walk_along)(is_gradient, v.width, v.out_width, v.kernel_width, v.stride_width,
                             v.dilation_width, v.left);
  s->groups = c->groups;
  s->sources = is_gradient ? c->filters : c->channels;
  s->results = is_gradient ? c->channels : c->filters;
  s->padded = K(rounded_up)(s->results, BP_LANES);
  s->area = s->rows.results * s->columns.results;
  if (c->images * c->groups * s->results * s->area == 0) return;
  // Pooling looks at whole planes.
  if (!s->pooling && !s->source.pooling) K(choose_bands)(&s->rows, &s->columns, s->sources);
  const bp_pooling *pooling = s->pooling ? s->pooling : s->source.pooling;
  s->by_two = pooling && K(is_halving)(pooling);
  s->region = K(region_of)(&s->rows, &s->columns);
  s->is_direct = s->columns.in_step == 1 && K(is_inside)(&s->rows) && K(is_inside)(&s->columns) &&
                 !s->source.result && !s->source.pooling;
  if (s->is_direct) {
    s->region.pitch = s->columns.source;
    s->region.plane = s->rows.source * s->columns.source;
  }
  s->row_bands = (s->rows.results + s->rows.band - 1) / s->rows.band;
  s->column_bands = (s->columns.results + s->columns.band - 1) / s->columns.band;
  s->units = c->images * c->groups * s->row_bands * s->column_bands;
  // Few images are divided by their channels as well. A tile of one vector is a little slower, but
  // two threads have one each.
  bool is_alone = s->units == 1 && s->padded <= 2 * BP_LANES && bp_thread_count() > 1;
  s->width = is_alone ? BP_LANES : 2 * BP_LANES;
  ptrdiff_t tiles = K(tiles_of_channels)(s);
  s->parts = s->units < 8 ? (8 + s->units - 1) / s->units : 1;
  if (s->parts > tiles) s->parts = tiles;
  s->units *= s->parts;
  s->units_in_chunk = K(units_at_once)(c, s->units);

  ptrdiff_t taps = 0;
  for (ptrdiff_t p = 0; p < s->rows.phases; p++) {
    for (ptrdiff_t q = 0; q < s->columns.phases; q++) {
      taps += K(taps_of_phase)(s, p, q) * s->sources;
    }
  }
  size_t filters = (size_t)(c->groups * s->padded);
  size_t weights = (size_t)taps * filters * sizeof(T), biases = filters * sizeof(T);
  size_t offsets = (size_t)taps * sizeof(ptrdiff_t);
  size_t phases = (size_t)(s->rows.phases * s->columns.phases) * sizeof(K(phase));
  size_t bytes = weights + biases + offsets + phases;
  char *memory = bp_allocate(bytes);
  T *next_weight = (T *)memory;
  s->bias = (T *)(memory + weights);
  ptrdiff_t *next_offset = (ptrdiff_t *)(memory + weights + biases);
  s->phases = (K(phase) *)(memory + weights + biases + offsets);
  K(phase) *phase = s->phases;
  for (ptrdiff_t p = 0; p < s->rows.phases; p++) {
    for (ptrdiff_t q = 0; q < s->columns.phases; q++, phase++) {
      phase->offsets = next_offset;
      phase->weights = next_weight;
      ptrdiff_t count = K(taps_of_phase)(s, p, q) * s->sources;
      next_offset += count;
      next_weight += count * (ptrdiff_t)filters;
    }
  }
  K(place_taps)(s);
  K(lay_out_weights)(s, c, w);
  for (ptrdiff_t group = 0; group < c->groups; group++) {
    for (ptrdiff_t i = 0; i < s->padded; i++) {
      s->bias[group * s->padded + i] = bias && i < s->results ? bias[group * s->results + i] : 0;
    }
  }
  bp_parallel((size_t)((s->units + s->units_in_chunk - 1) / s->units_in_chunk), K(sum_chunk), s);
  bp_deallocate(memory, bytes);
}

static void K(convolve)(const bp_convolution *c, const T *x, const T *w, const T *bias,
                        bp_activation activation, const bp_pooling *pooling, T *out,
                        int32_t *positions) {
  K(sums) s = {.source = {.numbers = x}, .activation = activation, .pooling = pooling, .out = out,
               .positions = positions};
  K(sum_windows)(&s, c, false, w, bias);
}

static void K(convolve_input_gradient)(const bp_convolution *c, const bp_cotangent *cotangent,
                                       const T *w, const T *bias, T *out) {
  K(sums) s = {.source = *cotangent, .out = out};
  K(sum_windows)(&s, c, true, w, bias);
}
