// What a convolution, or its gradient by the input, lays out once for all images: bands of the
// result, where taps lie, and the weights in the order in which tiles read them.

// The results that see the same taps: where those lie in a region, and the weights in that order: for
// the channels of each tile a matrix with a row for each tap.
typedef struct {
  size_t depth;
  ptrdiff_t *offsets;
  T *weights;
} K(phase);

typedef struct {
  K(walk) rows, columns;
  K(region) region;
  bool is_direct;               // tiles read the source where it lies
  ptrdiff_t groups, sources, results;  // channels of a group
  ptrdiff_t padded;             // the results of a group, in whole vectors
  ptrdiff_t width;              // the results that a tile has side by side: of two vectors, or one
  bp_cotangent source;
  K(phase) *phases;
  T *bias;
  bp_activation activation;
  const bp_pooling *pooling;
  bool by_two;                  // whether what pools, or pooled, has windows of two by two
  T *out;
  int32_t *positions;
  ptrdiff_t area;               // of a plane of the result
  ptrdiff_t row_bands, column_bands, parts, units, units_in_chunk;
} K(sums);

// Numbers of a band and of what it sees that stay in the caches.
#define BP_BAND_WINDOWS (16384 / (2 * BP_LANES))
#define BP_REGION_NUMBERS (1 << 16)

INLINE ptrdiff_t K(rounded_up)(ptrdiff_t n, ptrdiff_t unit) { return (n + unit - 1) / unit * unit; }

// Divides the results into bands.
static void K(choose_bands)(K(walk) *rows, K(walk) *columns, ptrdiff_t sources) {
  if (columns->results > BP_BAND_WINDOWS) {
    ptrdiff_t bands = (columns->results + BP_BAND_WINDOWS - 1) / BP_BAND_WINDOWS;
    columns->band = K(rounded_up)((columns->results + bands - 1) / bands, columns->out_step);
  }
  ptrdiff_t seen = K(seen)(columns) * sources;
  ptrdiff_t fitting = BP_REGION_NUMBERS / (seen > 0 ? seen : 1) - rows->span;
  ptrdiff_t by_seen = fitting > 0 ? (fitting / rows->in_step + 1) * rows->out_step : 1;
  ptrdiff_t most = BP_BAND_WINDOWS / columns->band;
  if (most > by_seen) most = by_seen;
  if (most < 1) most = 1;
  if (rows->results <= most) return;
  ptrdiff_t bands = (rows->results + most - 1) / most;
  rows->band = K(rounded_up)((rows->results + bands - 1) / bands, rows->out_step);
}

// Whether all that is seen along an axis lies in it.
INLINE bool K(is_inside)(const K(walk) *w) {
  ptrdiff_t most = (w->results + w->out_step - 1) / w->out_step;
  return w->low >= 0 && w->low + (most - 1) * w->in_step + w->span <= w->source;
}

// How many taps of one plane a phase sees.
INLINE ptrdiff_t K(taps_of_phase)(const K(sums) *s, ptrdiff_t p, ptrdiff_t q) {
  ptrdiff_t high = 0, wide = 0, shift;
  for (ptrdiff_t i = 0; i < s->rows.kernel; i++) high += K(shift_of_tap)(&s->rows, p, i, &shift);
  for (ptrdiff_t j = 0; j < s->columns.kernel; j++) {
    wide += K(shift_of_tap)(&s->columns, q, j, &shift);
  }
  return high * wide;
}

// The weights of the phases as tiles read them; `taps` holds those of one plane of the source.
static void K(lay_out_weights)(const K(sums) *s, const bp_convolution *c, const T *w) {
  ptrdiff_t elements = c->windows.kernel_height * c->windows.kernel_width;
  size_t size = (size_t)(elements * BP_LANES) * sizeof(T);
  T *taps = bp_allocate(size);
  for (ptrdiff_t group = 0; group < c->groups; group++) {
    for (ptrdiff_t block = 0; block < s->padded; block += BP_LANES) {
      ptrdiff_t left = s->results - block;
      size_t count = left < BP_LANES ? (size_t)left : BP_LANES;
      // A last tile may have fewer vectors.
      ptrdiff_t tile = block / s->width * s->width;
      ptrdiff_t width = s->padded - tile < s->width ? s->padded - tile : s->width;
      for (ptrdiff_t source = 0; source < s->sources; source++) {
        ptrdiff_t filter = s->rows.is_gradient ? source : block;
        ptrdiff_t channel = s->rows.is_gradient ? block : source;
        const T *from = w + ((group * c->filters + filter) * c->channels + channel) * elements;
        ptrdiff_t stride = s->rows.is_gradient ? elements : c->channels * elements;
        K(rows_to_lanes)(count, (size_t)elements, from, stride, taps, BP_LANES);
        const K(phase) *phase = s->phases;
        for (ptrdiff_t p = 0; p < s->rows.phases; p++) {
          for (ptrdiff_t q = 0; q < s->columns.phases; q++, phase++) {
            ptrdiff_t taps_of_plane = (ptrdiff_t)phase->depth / s->sources, shift;
            T *to = phase->weights + (group * s->padded + tile) * (ptrdiff_t)phase->depth +
                    source * taps_of_plane * width + (block - tile);
            for (ptrdiff_t i = 0; i < c->windows.kernel_height; i++) {
              if (!K(shift_of_tap)(&s->rows, p, i, &shift)) continue;
              for (ptrdiff_t j = 0; j < c->windows.kernel_width; j++) {
                if (!K(shift_of_tap)(&s->columns, q, j, &shift)) continue;
                K(store)(to, K(load)(taps + (i * c->windows.kernel_width + j) * BP_LANES));
                to += width;
              }
            }
          }
        }
      }
    }
  }
  bp_deallocate(taps, size);
}

// Where the taps of each phase lie in a region, in the order of the weights.
static void K(place_taps)(const K(sums) *s) {
  K(phase) *phase = s->phases;
  for (ptrdiff_t p = 0; p < s->rows.phases; p++) {
    for (ptrdiff_t q = 0; q < s->columns.phases; q++, phase++) {
      size_t k = 0;
      for (ptrdiff_t source = 0; source < s->sources; source++) {
        for (ptrdiff_t i = 0; i < s->rows.kernel; i++) {
          ptrdiff_t row, column;
          if (!K(shift_of_tap)(&s->rows, p, i, &row)) continue;
          for (ptrdiff_t j = 0; j < s->columns.kernel; j++) {
            if (!K(shift_of_tap)(&s->columns, q, j, &column)) continue;
            phase->offsets[k++] =
                source * s->region.plane + K(place_in_region)(&s->region, &s->columns,
                                                              row - s->rows.low,
                                                              column - s->columns.low);
          }
        }
      }
      phase->depth = k;
    }
  }
}
