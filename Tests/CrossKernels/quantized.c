// Products with quantized weights, in every way that this processor has: the same bits as their
// definition, whatever the rows, the columns and the threads.
#include "CKernelsQuantized.h"
#include "CRuntime.h"
#include "check.h"

#pragma clang fp contract(off)

enum { BLOCK = BP_QUANTIZED_BLOCK };

// Weight i of a block as its layout has it, and the block's scale.
static int whole_weight(bp_quantized_format format, const uint8_t *block, size_t i) {
  if (format == BP_Q8_0) return (int8_t)block[2 + i];
  uint8_t both = block[2 + i % 16];
  return (i < 16 ? both & 15 : both >> 4) - 8;
}

static float block_scale(const uint8_t *block) {
  uint16_t bits;
  memcpy(&bits, block, sizeof bits);
  return (float)value_of_half(false, bits);
}

// One row of x and one of weights.
static float dot_product(bp_quantized_format format, size_t blocks, const float *x,
                         const uint8_t *weights, float bias) {
  float result = bias;
  for (size_t b = 0; b < blocks; b++, x += BLOCK) {
    float largest = 0;
    bool is_finite = true;
    for (size_t i = 0; i < BLOCK; i++) {
      is_finite = is_finite && isfinite(x[i]);
      largest = fmaxf(largest, fabsf(x[i]));
    }
    float scale = !is_finite ? NAN : largest >= 0x1p-100f ? largest / 127 : 0, inverse = 127 / largest;
    int sum = 0;
    for (size_t i = 0; i < BLOCK; i++) {
      int whole = scale > 0 ? (int)rintf(x[i] * inverse) : 0;
      sum += whole * whole_weight(format, weights, i);
    }
    float part = (float)sum * scale;
    part *= block_scale(weights);
    result += part;
    weights += bp_quantized_block_bytes(format);
  }
  return result;
}

// Any bytes as weights, with scales that are halves of modest size.
static uint8_t *random_blocks(bp_quantized_format format, size_t count, uint64_t seed) {
  size_t size = bp_quantized_block_bytes(format);
  uint8_t *blocks = memory(count * size);
  for (size_t i = 0; i < count * size; i++) blocks[i] = (uint8_t)(random_word(&seed) >> 33);
  for (size_t b = 0; b < count; b++) {
    // The largest sums, which must not be cut off.
    int greatest = format == BP_Q8_0 ? 0x7f : 0xff;
    if (b % 5 == 3) memset(blocks + b * size + 2, b % 2 ? 0x80 : greatest, size - 2);
    double size_of_scale = ldexp(1 + (double)(b % 7) / 8, (int)(b % 11) - 9);
    uint16_t scale = half_of_value(false, b % 3 ? size_of_scale : -size_of_scale);
    memcpy(blocks + b * size, &scale, sizeof scale);
  }
  return blocks;
}

static float *random_rows(size_t m, size_t k, size_t ldx, uint64_t seed) {
  float *x = memory(((m - 1) * ldx + k) * sizeof *x);
  for (size_t i = 0; i < (m - 1) * ldx + k; i++) {
    x[i] = (float)(int32_t)(random_word(&seed) >> 32) * 0x1p-30f;
  }
  for (size_t r = 0; r < m; r++) {
    // Numbers as large as the largest of their block, zeros, and sizes of which nothing is left.
    if (r % 7 == 2) for (size_t i = 0; i < k; i++) x[r * ldx + i] = r % 2 ? 3 : -3;
    if (r % 7 == 4) for (size_t i = 0; i < k && i < BLOCK; i++) x[r * ldx + i] *= r % 3 ? 0 : 0x1p-120f;
  }
  return x;
}

static void test_sizes(bp_quantized_kind kind, bp_quantized_format format, size_t m, size_t n,
                       size_t blocks, bool has_bias, size_t padding) {
  describe("quantized product, %s, format %d, %zu x %zu x %zu blocks", bp_quantized_name(kind), format,
           m, n, blocks);
  size_t k = blocks * BLOCK, ldx = k + padding, ldo = n + padding;
  float *x = random_rows(m, k, ldx, m * 31 + n);
  uint8_t *weights = random_blocks(format, n * blocks, n * 17 + blocks);
  void *packed = memory(bp_quantized_packed_bytes(format, n, blocks));
  bp_quantized_pack(format, n, blocks, weights, packed);
  float *bias = NULL;
  if (has_bias) {
    bias = memory(n * sizeof *bias);
    for (size_t j = 0; j < n; j++) bias[j] = (float)j - 2;
  }
  if (m > 5) x[5 * ldx + k / 2] = NAN;
  if (m > 6) x[6 * ldx + k - 1] = INFINITY;
  size_t count = (m - 1) * ldo + n;
  float *out = memory(count * sizeof *out);
  for (size_t i = 0; i < count; i++) out[i] = 7;
  bp_quantized_product_by(kind, format, m, n, blocks, x, ldx, packed, bias, BP_IDENTITY_ACTIVATION,
                          out, ldo);
  size_t row_bytes = blocks * bp_quantized_block_bytes(format);
  for (size_t i = 0; i < m; i++) {
    for (size_t j = 0; j < n; j++) {
      float found = out[i * ldo + j];
      float expected = dot_product(format, blocks, x + i * ldx, weights + j * row_bytes,
                                   bias ? bias[j] : 0);
      expect(memcmp(&found, &expected, sizeof found) == 0 || (isnan(found) && isnan(expected)),
             "an element", i * n + j);
    }
    for (size_t j = n; j < ldo && i + 1 < m; j++) expect(out[i * ldo + j] == 7, "what lies between", j);
  }
  // The function that follows is that of the instruction set in use.
  float *after = memory(count * sizeof *after);
  bp_quantized_product_by(kind, format, m, n, blocks, x, ldx, packed, bias, BP_GELU_ACTIVATION, after,
                          ldo);
  for (size_t i = 0; i < m; i++) {
    bp_unary_loop(BP_FLOAT32, BP_GELU)(n, out + i * ldo, out + i * ldo);
    for (size_t j = 0; j < n; j++) {
      float found = after[i * ldo + j], expected = out[i * ldo + j];
      expect(found == expected || (isnan(found) && isnan(expected)), "after gelu", i * n + j);
    }
  }
  release();
}

void test_quantized_product(void) {
  static const size_t rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 25}, columns[] = {1, 7, 8, 16, 17, 40};
  for (bp_quantized_kind kind = 0; kind < BP_QUANTIZED_KIND_COUNT; kind++) {
    if (!bp_quantized_available(kind)) continue;
    for (bp_quantized_format format = BP_Q8_0; format <= BP_Q4_0; format++) {
      for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t j = 0; j < COUNT(columns); j++) {
          test_sizes(kind, format, rows[i], columns[j], 1 + (i + j) % 4, (i + j) % 2, i % 3);
        }
      }
      // Enough for several threads and chunks.
      test_sizes(kind, format, 70, 100, 9, true, 1);
      size_t threads = bp_thread_count();
      bp_set_thread_count(3);
      test_sizes(kind, format, 70, 100, 9, true, 1);
      bp_set_thread_count(threads);
    }
  }
}

// Rounding, by the definition of the formats, and the way into the order of products and back.
void test_quantized_blocks(void) {
  for (bp_quantized_format format = BP_Q8_0; format <= BP_Q4_0; format++) {
    describe("quantized blocks, format %d", format);
    enum { OUTPUTS = 19, BLOCKS = 3, COUNT_OF_BLOCKS = OUTPUTS * BLOCKS };
    size_t size = bp_quantized_block_bytes(format);
    float *x = random_rows(OUTPUTS, BLOCKS * BLOCK, BLOCKS * BLOCK, 5);
    uint8_t *blocks = memory(COUNT_OF_BLOCKS * size);
    bp_quantize_blocks(format, COUNT_OF_BLOCKS, x, blocks);
    float *back = memory(COUNT_OF_BLOCKS * BLOCK * sizeof *back);
    bp_dequantize_blocks(format, COUNT_OF_BLOCKS, blocks, back);
    for (size_t i = 0; i < COUNT_OF_BLOCKS * BLOCK; i++) {
      const uint8_t *block = blocks + i / BLOCK * size;
      float scale = block_scale(block);
      expect(back[i] == scale * (float)whole_weight(format, block, i % BLOCK), "a number", i);
      // Half a step, and what the scale lost as a half; in 4 bits the other end is a step short.
      double step = fabs((double)scale), range = format == BP_Q8_0 ? 127 : 8;
      double bound = (format == BP_Q8_0 ? 0.5 : 1) * step + range * step * 0x1p-10 + 0x1p-24;
      expect(fabs((double)back[i] - (double)x[i]) <= bound, "how far a number is off", i);
    }
    // A number that is not finite makes its block NaN.
    x[40] = INFINITY;
    bp_quantize_blocks(format, 2, x, blocks);
    expect(isfinite(block_scale(blocks)) && isnan(block_scale(blocks + size)), "NaN", 0);

    uint8_t *any = random_blocks(format, COUNT_OF_BLOCKS, 3);
    void *packed = memory(bp_quantized_packed_bytes(format, OUTPUTS, BLOCKS));
    uint8_t *unpacked = memory(COUNT_OF_BLOCKS * size);
    bp_quantized_pack(format, OUTPUTS, BLOCKS, any, packed);
    bp_quantized_unpack(format, OUTPUTS, BLOCKS, packed, unpacked);
    expect(memcmp(any, unpacked, COUNT_OF_BLOCKS * size) == 0, "what was packed", 0);
    release();
  }
}
