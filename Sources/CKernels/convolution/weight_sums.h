// The gradient of a convolution by its weight and bias: sums over images, of which a few are taken
// together and the sums of these added at last. How many follows from the lengths alone.

typedef struct {
  K(walk) rows, columns;
  K(region) region;
  bool is_direct, by_two;
  const bp_convolution *c;
  ptrdiff_t padded, depth;
  const T *x;
  bp_cotangent cotangent;
  ptrdiff_t *offsets;
  T *sums;      // for each part and group those of the weight as tiles have them, and of the bias
  size_t size;  // of the sums of a part
  ptrdiff_t image_parts, filter_parts, units, units_in_chunk;
} K(weight_sums);

// What a chunk works in.
typedef struct {
  T *region;  // of the input's planes
  T *pooled;  // the cotangent's planes, where they were pooled
  T *planes;  // those of a band, where they are not read as they lie
  T *lanes;   // the cotangent of a band with its channels side by side
} K(weight_space);

// Up to two vectors of filters from `first` on, for one band of an image.
static void K(sum_taps)(const K(weight_sums) *s, const K(band) *b, ptrdiff_t first,
                        const K(weight_space) *space, T *sums, T *bias) {
  const bp_convolution *c = s->c;
  ptrdiff_t height = s->rows.results, width = s->columns.results;
  ptrdiff_t down = b->bottom - b->top, across = b->right - b->left, windows = down * across;
  ptrdiff_t left = c->filters - first, count = left < 2 * BP_LANES ? left : 2 * BP_LANES;
  ptrdiff_t plane = (b->image * c->groups + b->group) * c->filters + first;
  // The planes of the cotangent, `apart` from each other, and the windows of the band in them.
  bool whole = across == width;
  ptrdiff_t apart = height * width;
  const T *planes = (const T *)s->cotangent.numbers + (plane * height + b->top) * width;
  if (s->cotangent.pooling) planes = space->pooled + (first * height + b->top) * width;
  if (!whole || (s->cotangent.result && !s->cotangent.pooling)) {
    apart = windows;
    for (ptrdiff_t i = 0; i < count; i++) {
      T *target = space->planes + i * windows;
      const T *rows = planes + i * height * width;
      if (!s->cotangent.pooling) {
        rows = K(cotangent_rows)(&s->cotangent, false, plane + i, height, width, b->top, down,
                                 whole ? target : space->lanes);
      }
      if (whole) continue;
      for (ptrdiff_t y = 0; y < down; y++) {
        K(copy_row)((size_t)across, rows + y * width + b->left, target + y * across);
      }
    }
    planes = space->planes;
  }
  ptrdiff_t pitch = s->rows.in_step * s->region.pitch;
  if (K(is_narrow)(c->filters)) {
    for (ptrdiff_t i = 0; i < count; i++) {
      K(narrow_weight_sums)((size_t)s->depth, down, across, s->offsets, b->source, pitch,
                            planes + i * apart, sums + i);
      T sum;
      K(reduce_sum)((size_t)windows, planes + i * apart, 1, &sum);
      bias[i] += sum;
    }
    return;
  }
  ptrdiff_t vectors = count > BP_LANES ? 2 : 1;
  for (ptrdiff_t v = 0; v < vectors; v++) {
    ptrdiff_t rest = count - v * BP_LANES;
    K(rows_to_lanes)(rest < BP_LANES ? (size_t)rest : BP_LANES, (size_t)windows,
                     planes + v * BP_LANES * apart, apart, space->lanes + v * BP_LANES,
                     vectors * BP_LANES);
    // Two sums, so that an addition need not wait for the one before.
    const T *lanes = space->lanes + v * BP_LANES;
    V even = K(splat)(0), odd = K(splat)(0);
    ptrdiff_t i = 0;
    for (; i + 2 <= windows; i += 2, lanes += 2 * vectors * BP_LANES) {
      even += K(load)(lanes);
      odd += K(load)(lanes + vectors * BP_LANES);
    }
    if (i < windows) even += K(load)(lanes);
    K(store)(bias + v * BP_LANES, K(load)(bias + v * BP_LANES) + (even + odd));
  }
  ptrdiff_t tiles = (s->depth + BP_TILE_TAPS - 1) / BP_TILE_TAPS;
  for (ptrdiff_t tile = 0; tile < tiles; tile++) {
    ptrdiff_t k = s->depth * tile / tiles, taps = s->depth * (tile + 1) / tiles - k;
    K(tap_tiles)[vectors - 1][taps - 1](down, across, s->offsets + k, b->source, pitch,
                                        space->lanes, sums + k * vectors * BP_LANES);
  }
}

static void K(sum_image)(const K(weight_sums) *s, K(band) b, const K(weight_space) *space,
                         T *sums) {
  const bp_convolution *c = s->c;
  ptrdiff_t height = s->rows.source, width = s->columns.source;
  ptrdiff_t pairs = (s->padded + 2 * BP_LANES - 1) / (2 * BP_LANES);
  ptrdiff_t first = (b.image * c->groups + b.group) * c->channels;
  ptrdiff_t first_pair = pairs * b.part / s->filter_parts;
  ptrdiff_t last_pair = pairs * (b.part + 1) / s->filter_parts;
  T *bias = sums + s->padded * s->depth;
  if (s->cotangent.pooling) {
    ptrdiff_t area = s->rows.results * s->columns.results, last = last_pair * 2 * BP_LANES;
    for (ptrdiff_t f = first_pair * 2 * BP_LANES; f < last && f < c->filters; f++) {
      K(cotangent_rows)(&s->cotangent, s->by_two,
                        (b.image * c->groups + b.group) * c->filters + f, s->rows.results, s->columns.results, 0, s->rows.results,
                        space->pooled + f * area);
    }
  }
  for (b.top = 0; b.top < s->rows.results; b.top = b.bottom) {
    b.bottom = b.top + s->rows.band;
    if (b.bottom > s->rows.results) b.bottom = s->rows.results;
    for (b.left = 0; b.left < s->columns.results; b.left = b.right) {
      b.right = b.left + s->columns.band;
      if (b.right > s->columns.results) b.right = s->columns.results;
      ptrdiff_t row = b.top * s->rows.in_step + s->rows.low;
      ptrdiff_t column = b.left * s->columns.in_step + s->columns.low;
      if (s->is_direct) {
        b.source = s->x + (first * height + row) * width + column;
      } else {
        b.source = space->region;
        for (ptrdiff_t i = 0; i < c->channels; i++) {
          K(fill_region)(&s->region, s->columns.in_step, s->x + (first + i) * height * width, 0,
                         height, width, row, column, space->region + i * s->region.plane);
        }
      }
      for (ptrdiff_t pair = first_pair; pair < last_pair; pair++) {
        ptrdiff_t filter = pair * 2 * BP_LANES;
        K(sum_taps)(s, &b, filter, space, sums + filter * s->depth, bias + filter);
      }
    }
  }
}

static void K(weight_unit)(const K(weight_sums) *s, ptrdiff_t unit, const K(weight_space) *space) {
  const bp_convolution *c = s->c;
  K(band) b = {.part = unit % s->filter_parts, .group = unit / s->filter_parts % c->groups};
  ptrdiff_t images = unit / (s->filter_parts * c->groups);
  T *sums = s->sums + (size_t)images * s->size + (size_t)b.group * (s->size / (size_t)c->groups);
  ptrdiff_t pairs = (s->padded + 2 * BP_LANES - 1) / (2 * BP_LANES);
  ptrdiff_t from = pairs * b.part / s->filter_parts * 2 * BP_LANES;
  ptrdiff_t to = pairs * (b.part + 1) / s->filter_parts * 2 * BP_LANES;
  if (to > s->padded) to = s->padded;
  memset(sums + from * s->depth, 0, (size_t)((to - from) * s->depth) * sizeof(T));
  memset(sums + s->padded * s->depth + from, 0, (size_t)(to - from) * sizeof(T));
  for (b.image = c->images * images / s->image_parts;
       b.image < c->images * (images + 1) / s->image_parts; b.image++) {
    K(sum_image)(s, b, space, sums);
  }
}

static void K(weight_chunk)(void *context, size_t chunk) {
  const K(weight_sums) *s = context;
  ptrdiff_t windows = K(rounded_up)(s->rows.band * s->columns.band, BP_LANES);
  size_t region =
      s->is_direct ? 0
                   : (size_t)K(rounded_up)(s->c->channels * s->region.plane + BP_LANES, BP_LANES);
  size_t lanes = (size_t)windows * 2 * BP_LANES;
  // Rows of which a band sees a part are laid out whole where the lanes will be.
  size_t row = (size_t)(s->rows.band * s->columns.results);
  if (s->columns.band < s->columns.results && lanes < row) {
    lanes = (size_t)K(rounded_up)((ptrdiff_t)row, BP_LANES);
  }
  size_t planes = (size_t)windows * 2 * BP_LANES;
  size_t pooled = s->cotangent.pooling
                      ? (size_t)(s->c->filters * s->rows.results * s->columns.results)
                      : 0;
  size_t bytes = (region + lanes + planes + pooled) * sizeof(T);
  T *memory = bp_allocate(bytes);
  K(weight_space) space = {.lanes = memory, .region = memory + lanes};
  space.planes = space.region + region;
  space.pooled = space.planes + planes;
  ptrdiff_t first = (ptrdiff_t)chunk * s->units_in_chunk, last = first + s->units_in_chunk;
  for (ptrdiff_t u = first; u < last && u < s->units; u++) K(weight_unit)(s, u, &space);
  bp_deallocate(memory, bytes);
}

static void K(convolve_weight_gradient)(const bp_convolution *c, const T *x,
                                        const bp_cotangent *cotangent, T *out, T *bias) {
  bp_windows v = K(flattened)(&c->windows);
  K(weight_sums) s = {.c = c, .x = x, .cotangent = *cotangent};
  s.rows = K(walk_along)(false, v.height, v.out_height, v.kernel_height, v.stride_height,
                         v.dilation_height, v.top);
  s.columns = K(walk_along)(false, v.width, v.out_width, v.kernel_width, v.stride_width,
                            v.dilation_width, v.left);
  s.depth = c->channels * v.kernel_height * v.kernel_width;
  ptrdiff_t filters = c->groups * c->filters;
  if (c->images * filters * s.rows.results * s.columns.results == 0) {
    if (filters * s.depth > 0) memset(out, 0, (size_t)(filters * s.depth) * sizeof(T));
    if (bias && filters > 0) memset(bias, 0, (size_t)filters * sizeof(T));
    return;
  }
  s.padded = K(rounded_up)(c->filters, BP_LANES);
  s.by_two = cotangent->pooling && K(is_halving)(cotangent->pooling);
  K(choose_bands)(&s.rows, &s.columns, c->channels);
  s.region = K(region_of)(&s.rows, &s.columns);
  s.is_direct = s.columns.in_step == 1 && K(is_inside)(&s.rows) && K(is_inside)(&s.columns);
  if (s.is_direct) {
    s.region.pitch = s.columns.source;
    s.region.plane = s.rows.source * s.columns.source;
  }
  size_t offset_bytes = (size_t)s.depth * sizeof(ptrdiff_t);
  s.offsets = bp_allocate(offset_bytes);
  ptrdiff_t k = 0;
  for (ptrdiff_t channel = 0; channel < c->channels; channel++) {
    for (ptrdiff_t i = 0; i < v.kernel_height; i++) {
      for (ptrdiff_t j = 0; j < v.kernel_width; j++) {
        s.offsets[k++] = channel * s.region.plane +
                         K(place_in_region)(&s.region, &s.columns, i * v.dilation_height,
                                            j * v.dilation_width);
      }
    }
  }
  // Parts of the images are worth it while their sums are small; filters are divided where that
  // leaves too few.
  size_t of_group = (size_t)(s.padded * s.depth + s.padded);
  s.size = of_group * (size_t)c->groups;
  ptrdiff_t most = (ptrdiff_t)((1 << 20) / s.size);
  s.image_parts = most < 1 ? 1 : most > 16 ? 16 : most;
  if (s.image_parts > c->images) s.image_parts = c->images;
  ptrdiff_t pairs = (s.padded + 2 * BP_LANES - 1) / (2 * BP_LANES);
  ptrdiff_t parts = s.image_parts * c->groups;
  s.filter_parts = parts < 8 ? (8 + parts - 1) / parts : 1;
  if (s.filter_parts > pairs) s.filter_parts = pairs;
  size_t bytes = s.size * (size_t)s.image_parts * sizeof(T);
  s.sums = bp_allocate(bytes);
  s.units = parts * s.filter_parts;
  s.units_in_chunk = K(units_at_once)(c, s.units);
  bp_parallel((size_t)((s.units + s.units_in_chunk - 1) / s.units_in_chunk), K(weight_chunk), &s);
  for (ptrdiff_t group = 0; group < c->groups; group++) {
    T *sums = s.sums + (size_t)group * of_group;
    for (ptrdiff_t part = 1; part < s.image_parts; part++) {
      K(add_loop)(of_group, sums, sums + (size_t)part * s.size, sums);
    }
    for (ptrdiff_t block = 0; block < c->filters; block += BP_LANES) {
      ptrdiff_t pair = block / (2 * BP_LANES) * (2 * BP_LANES), left = c->filters - block;
      ptrdiff_t width = s.padded - pair > BP_LANES ? 2 * BP_LANES : BP_LANES;
      size_t count = left < BP_LANES ? (size_t)left : BP_LANES;
      K(lanes_to_rows)(count, (size_t)s.depth, sums + pair * s.depth + (block - pair), width,
                       out + (group * c->filters + block) * s.depth, s.depth);
    }
    if (bias) {
      memcpy(bias + group * c->filters, sums + s.padded * s.depth,
             (size_t)c->filters * sizeof(T));
    }
  }
  bp_deallocate(s.sums, bytes);
  bp_deallocate(s.offsets, offset_bytes);
}
