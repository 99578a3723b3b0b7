// Half-precision numbers, which are stored as 16 bits and computed with as float: float16 is IEEE 754
// binary16, of 5 bits of exponent and 10 of fraction, and bfloat16 the upper half of a float. What
// the processor has for them differs from one to the next, so that this is arithmetic of bits, without
// branches, of which the compiler makes vectors.
//
// To a half: the nearest number, of two the even one, rounded once. Larger numbers are infinite, and
// NaN stays NaN.
#ifndef BP_HALF_H
#define BP_HALF_H

INLINE uint32_t bits_of_f32(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE uint64_t bits_of_f64(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE float f32_of_bits(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE double f64_of_bits(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE float value_f16(uint16_t x) {
  // Where a float has exponent and fraction; the exponents of the two begin at -15 and -127.
  uint32_t size = (uint32_t)(x & 0x7fff) << 13, exponent = size & 0x0f800000;
  uint32_t normal = size + ((127 - 15) << 23);
  // Subnormal: the fraction of a number at 2^-14, from which that is taken.
  uint32_t small = bits_of_f32(f32_of_bits(size + (113u << 23)) - 0x1p-14f);
  uint32_t bits = exponent == 0x0f800000 ? normal + ((128 - 16) << 23) : exponent ? normal : small;
  return f32_of_bits(bits | (uint32_t)(x & 0x8000) << 16);
}

INLINE float value_bf16(uint16_t x) { return f32_of_bits((uint32_t)x << 16); }

// In each of the following, half of the last place that is kept, less the smallest bit unless that
// place is odd, carries into it where the number is to be rounded up. Subnormal numbers are rounded
// by an addition, to a number whose last place is that of the result.

INLINE uint16_t f16_of_f32(float x) {
  uint32_t bits = bits_of_f32(x), size = bits & 0x7fffffff;
  uint32_t normal = (size - ((127 - 15) << 23) + 0xfff + (size >> 13 & 1)) >> 13;
  uint32_t small = bits_of_f32(f32_of_bits(size) + 0x1p-1f) - bits_of_f32(0x1p-1f);
  uint32_t large = size > 0x7f800000 ? 0x7e00 | (size >> 13 & 0x3ff) : 0x7c00;
  uint32_t result =
      size < bits_of_f32(0x1p-14f) ? small : size < bits_of_f32(0x1p16f) ? normal : large;
  return (uint16_t)(result | (bits >> 16 & 0x8000));
}

INLINE uint16_t f16_of_f64(double x) {
  uint64_t bits = bits_of_f64(x), size = bits & INT64_MAX;
  uint64_t normal =
      (size - ((uint64_t)(1023 - 15) << 52) + ((uint64_t)1 << 41) - 1 + (size >> 42 & 1)) >> 42;
  uint64_t small = bits_of_f64(f64_of_bits(size) + 0x1p28) - bits_of_f64(0x1p28);
  uint64_t large = size > (uint64_t)0x7ff << 52 ? 0x7e00 | (size >> 42 & 0x3ff) : 0x7c00;
  uint64_t result =
      size < bits_of_f64(0x1p-14) ? small : size < bits_of_f64(0x1p16) ? normal : large;
  return (uint16_t)(result | (bits >> 48 & 0x8000));
}

INLINE uint16_t bf16_of_f32(float x) {
  uint32_t bits = bits_of_f32(x);
  bool is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return (uint16_t)((is_nan ? bits | 0x400000 : bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

INLINE uint16_t bf16_of_f64(double x) {
  uint64_t bits = bits_of_f64(x), size = bits & INT64_MAX;
  uint64_t normal =
      (size - ((uint64_t)(1023 - 127) << 52) + ((uint64_t)1 << 44) - 1 + (size >> 45 & 1)) >> 45;
  uint64_t small = bits_of_f64(f64_of_bits(size) + 0x1p-81) - bits_of_f64(0x1p-81);
  uint64_t large = size > (uint64_t)0x7ff << 52 ? 0x7fc0 | (size >> 45 & 0x7f) : 0x7f80;
  uint64_t result =
      size < bits_of_f64(0x1p-126) ? small : size < bits_of_f64(0x1p128) ? normal : large;
  return (uint16_t)(result | (bits >> 48 & 0x8000));
}

// Of more than 53 bits, the last 11 are one that is set if any is, which rounds as they do.
INLINE uint16_t bf16_of_u64(uint64_t x) {
  uint64_t short_enough = (x & ~(uint64_t)0x7ff) | (uint64_t)((x & 0x7ff) != 0) << 11;
  return bf16_of_f64((double)(x >> 53 ? short_enough : x));
}

INLINE uint16_t bf16_of_i64(int64_t x) {
  uint64_t size = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
  return (uint16_t)(bf16_of_u64(size) | (x < 0 ? 0x8000 : 0));
}

// Whole numbers that a float rounds are infinite in float16 either way; a double holds those of 32
// bits.
#define BP_F16_OF(value) _Generic((value), double: f16_of_f64, default: f16_of_f32)(value)
#define BP_BF16_OF(value)                                                              \
  _Generic((value), float: bf16_of_f32, int64_t: bf16_of_i64, uint64_t: bf16_of_u64,  \
           default: bf16_of_f64)(value)

#endif
