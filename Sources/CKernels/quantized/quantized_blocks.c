// Blocks of quantized weights: rounding to them, what they stand for, and their order in products.
#include <math.h>
#include <string.h>

#include "../templates/prelude.h"
#include "../templates/half.h"
#include "quantized.h"

#pragma clang fp contract(off)

enum { SCALE = sizeof(uint16_t) };  // the bytes of a block's scale

size_t bp_quantized_block_bytes(bp_quantized_format format) {
  return SCALE + (format == BP_Q8_0 ? BLOCK : BLOCK / 2);
}

// The largest size with its sign, the first of equal ones; NaN or an infinity where there is one.
static float largest(const float *numbers) {
  float found = 0;
  for (int i = 0; i < BLOCK; i++) {
    if (!isfinite(numbers[i])) return NAN;
    if (fabsf(numbers[i]) > fabsf(found)) found = numbers[i];
  }
  return found;
}

// Writes a block of a file; the weights are unsigned numbers.
static void write_block(bp_quantized_format format, float scale, const uint8_t *weights,
                        uint8_t *block) {
  uint16_t half = f16_of_f32(scale);
  memcpy(block, &half, SCALE);
  for (int i = 0; i < BLOCK; i++) {
    if (format == BP_Q8_0) {
      block[SCALE + i] = weights[i] ^ 0x80;
    } else if (i < BLOCK / 2) {
      block[SCALE + i] = (uint8_t)(weights[i] | weights[i + BLOCK / 2] << 4);
    }
  }
}

static void quantize_q8(const float *numbers, uint8_t *out) {
  float size = fabsf(largest(numbers)), scale = size / 127, inverse = 1 / scale;
  uint8_t weights[BLOCK];
  for (int i = 0; i < BLOCK; i++) {
    // A scale so small that it has no inverse is 0 as a half.
    float x = isfinite(inverse) ? roundf(numbers[i] * inverse) : 0;
    weights[i] = (uint8_t)((int)x + offset_of(BP_Q8_0));
  }
  write_block(BP_Q8_0, scale, weights, out);
}

static void quantize_q4(const float *numbers, uint8_t *out) {
  float scale = largest(numbers) / -8, inverse = 1 / scale;
  uint8_t weights[BLOCK];
  for (int i = 0; i < BLOCK; i++) {
    float x = isfinite(inverse) ? numbers[i] * inverse + 8.5f : 8.5f;
    weights[i] = x >= 15 ? 15 : (uint8_t)x;
  }
  write_block(BP_Q4_0, scale, weights, out);
}

void bp_quantize_blocks(bp_quantized_format format, size_t blocks, const float *numbers, void *out) {
  uint8_t *to = out;
  for (size_t b = 0; b < blocks; b++, numbers += BLOCK, to += bp_quantized_block_bytes(format)) {
    if (format == BP_Q8_0) {
      quantize_q8(numbers, to);
    } else {
      quantize_q4(numbers, to);
    }
  }
}

// The scale of a block in a file, and its weights as unsigned numbers.
static float read_block(bp_quantized_format format, const uint8_t *block, uint8_t *weights) {
  uint16_t half;
  memcpy(&half, block, SCALE);
  for (int i = 0; i < BLOCK; i++) {
    if (format == BP_Q8_0) {
      weights[i] = (uint8_t)(block[SCALE + i] ^ 0x80);
    } else {
      uint8_t both = block[SCALE + i % (BLOCK / 2)];
      weights[i] = i < BLOCK / 2 ? both & 15 : both >> 4;
    }
  }
  return value_f16(half);
}

static void write_numbers(bp_quantized_format format, float scale, const uint8_t *weights,
                          float *out) {
  for (int i = 0; i < BLOCK; i++) out[i] = scale * (float)(weights[i] - offset_of(format));
}

void bp_dequantize_blocks(bp_quantized_format format, size_t blocks, const void *source, float *out) {
  const uint8_t *from = source;
  for (size_t b = 0; b < blocks; b++, from += bp_quantized_block_bytes(format), out += BLOCK) {
    uint8_t weights[BLOCK];
    float scale = read_block(format, from, weights);
    write_numbers(format, scale, weights, out);
  }
}

size_t bp_quantized_packed_bytes(bp_quantized_format format, size_t outputs, size_t blocks) {
  return (outputs + PANEL - 1) / PANEL * blocks * packed_block_bytes(format);
}

// Where in a packed block the weights of an output lie, and its scale.
static void put(bp_quantized_format format, void *packed, size_t block, size_t lane, float scale,
                const uint8_t *weights) {
  if (format == BP_Q8_0) {
    packed_q8_0 *to = (packed_q8_0 *)packed + block;
    to->scales[lane] = scale;
    for (int g = 0; g < GROUPS; g++) memcpy(to->weights[g][lane], weights + g * GROUP, GROUP);
  } else {
    packed_q4_0 *to = (packed_q4_0 *)packed + block;
    to->scales[lane] = scale;
    for (int i = 0; i < BLOCK; i += 2 * GROUP) {
      for (int j = 0; j < GROUP; j++) {
        to->weights[i / (2 * GROUP)][lane][j] =
            (uint8_t)(weights[i + j] | weights[i + GROUP + j] << 4);
      }
    }
  }
}

static float get(bp_quantized_format format, const void *packed, size_t block, size_t lane,
                 uint8_t *weights) {
  if (format == BP_Q8_0) {
    const packed_q8_0 *from = (const packed_q8_0 *)packed + block;
    for (int g = 0; g < GROUPS; g++) memcpy(weights + g * GROUP, from->weights[g][lane], GROUP);
    return from->scales[lane];
  }
  const packed_q4_0 *from = (const packed_q4_0 *)packed + block;
  for (int i = 0; i < BLOCK; i++) {
    uint8_t both = from->weights[i / (2 * GROUP)][lane][i % GROUP];
    weights[i] = i % (2 * GROUP) < GROUP ? both & 15 : both >> 4;
  }
  return from->scales[lane];
}

void bp_quantized_pack(bp_quantized_format format, size_t outputs, size_t blocks, const void *rows,
                       void *packed) {
  const uint8_t *from = rows;
  memset(packed, 0, bp_quantized_packed_bytes(format, outputs, blocks));
  for (size_t output = 0; output < outputs; output++) {
    for (size_t b = 0; b < blocks; b++, from += bp_quantized_block_bytes(format)) {
      uint8_t weights[BLOCK];
      float scale = read_block(format, from, weights);
      put(format, packed, output / PANEL * blocks + b, output % PANEL, scale, weights);
    }
  }
}

void bp_quantized_unpack(bp_quantized_format format, size_t outputs, size_t blocks,
                         const void *packed, void *rows) {
  uint8_t *to = rows;
  for (size_t output = 0; output < outputs; output++) {
    for (size_t b = 0; b < blocks; b++, to += bp_quantized_block_bytes(format)) {
      uint8_t weights[BLOCK];
      float scale = get(format, packed, output / PANEL * blocks + b, output % PANEL, weights);
      write_block(format, scale, weights, to);
    }
  }
}

void bp_quantized_row(bp_quantized_format format, size_t output, size_t blocks, const void *packed,
                      float *out) {
  for (size_t b = 0; b < blocks; b++, out += BLOCK) {
    uint8_t weights[BLOCK];
    float scale = get(format, packed, output / PANEL * blocks + b, output % PANEL, weights);
    write_numbers(format, scale, weights, out);
  }
}
