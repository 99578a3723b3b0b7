// Conversions between all types, half-precision numbers among them, by the definition.
#include <stdint.h>

#include "check.h"

// MARK: Half-precision numbers

static int fraction_bits(bool is_brain) { return is_brain ? 7 : 10; }
static int bias(bool is_brain) { return is_brain ? 127 : 15; }
// The bits of infinity.
static uint16_t infinity(bool is_brain) { return is_brain ? 0x7f80 : 0x7c00; }

double value_of_half(bool is_brain, uint16_t bits) {
  int digits = fraction_bits(is_brain), exponent = (bits & 0x7fff) >> digits;
  int fraction = bits & ((1 << digits) - 1);
  double sign = bits >> 15 ? -1 : 1;
  if (exponent == infinity(is_brain) >> digits) return fraction ? NAN : sign * INFINITY;
  int significand = fraction + (exponent ? 1 << digits : 0);
  return sign * ldexp(significand, (exponent ? exponent : 1) - bias(is_brain) - digits);
}

uint16_t half_of_value(bool is_brain, double x) {
  int digits = fraction_bits(is_brain), exponent;
  uint16_t sign = signbit(x) ? 0x8000 : 0;
  if (isnan(x)) return sign | infinity(is_brain) | (uint16_t)(1 << (digits - 1));
  if (isinf(x)) return sign | infinity(is_brain);
  frexp(x, &exponent);
  // The power of two in which a number of this size counts, below which is nothing.
  int unit = exponent - 1 - digits, least = 1 - bias(is_brain) - digits;
  if (x == 0 || unit < least) unit = least;
  // The nearest multiple, of two the even one; one of 2^digits and more has the next exponents.
  double multiple = rint(ldexp(fabs(x), -unit));
  uint32_t bits = (uint32_t)multiple + ((uint32_t)(unit - least) << digits);
  return sign | (uint16_t)(bits < infinity(is_brain) ? bits : infinity(is_brain));
}

// MARK: Any number

// A number of any type: a fraction, or a whole number of a sign and a size.
typedef struct {
  bool is_whole, is_negative;
  uint64_t size;
  double value;
} any;

// Of more than 53 bits, the last is one that is set if any after it is, which rounds as they do.
static double exact_enough(any x) {
  if (!x.is_whole) return x.value;
  uint64_t size = x.size;
  int shift = 0;
  for (; size >> 53; shift++) size = size >> 1 | (size & 1);
  double value = ldexp((double)size, shift);
  return x.is_negative ? -value : value;
}

static any any_whole(bool is_negative, uint64_t bits) {
  return (any){.is_whole = true, .is_negative = is_negative, .size = is_negative ? 0 - bits : bits};
}
static any any_value(double value) { return (any){.value = value}; }

static any any_number(bp_scalar from, const void *a, size_t i) {
  switch (from) {
#define ANY_OF_FLAG(x) any_whole(false, x)
#define ANY_OF_WHOLE(x) any_whole((x) < 0, (uint64_t)(x))
#define ANY_OF_FLOAT(x) any_value(x)
#define ANY_OF_HALF(x) any_value(value_of_half(false, (uint16_t)(x)))
#define ANY_OF_BRAIN(x) any_value(value_of_half(true, (uint16_t)(x)))
#define X(NAME, suffix, T, KIND, ...) \
  case BP_##NAME: return ANY_OF_##KIND(((const T *)a)[i]);
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}

// The nearest of smallest ... largest, without what follows the point; 0 for NaN.
static uint64_t clamped(any x, int64_t smallest, uint64_t largest) {
  if (x.is_whole) {
    uint64_t most = x.is_negative ? 0 - (uint64_t)smallest : largest;
    uint64_t size = x.size < most ? x.size : most;
    return x.is_negative ? 0 - size : size;
  }
  if (isnan(x.value)) return 0;
  if (x.value <= (double)smallest) return (uint64_t)smallest;
  if (x.value >= (double)largest) return largest;
  return x.value < 0 ? (uint64_t)(int64_t)x.value : (uint64_t)x.value;
}

// Rounded once to a float: a sum of 64 bits is not, by way of a double.
static float single_of(any x) {
  if (!x.is_whole) return (float)x.value;
  return (float)exact_enough(x);
}
static double double_of(any x) {
  if (!x.is_whole) return x.value;
  return x.is_negative ? -(double)x.size : (double)x.size;
}

void convert_number(bp_scalar from, const void *a, size_t i, bp_scalar to, void *out, size_t j) {
  any x = any_number(from, a, i);
  switch (to) {
#define PUT_FLAG(T, smallest, largest) \
  ((uint8_t *)out)[j] = x.is_whole ? x.size != 0 : x.value != 0
#define PUT_WHOLE(T, smallest, largest) ((T *)out)[j] = (T)clamped(x, smallest, largest)
#define PUT_HALF(T, smallest, largest) ((T *)out)[j] = half_of_value(false, exact_enough(x))
#define PUT_BRAIN(T, smallest, largest) ((T *)out)[j] = half_of_value(true, exact_enough(x))
#define PUT_FLOAT(T, smallest, largest) \
  ((T *)out)[j] = (T)(sizeof(T) == sizeof(float) ? single_of(x) : double_of(x))
#define X(NAME, suffix, T, KIND, smallest, largest) \
  case BP_##NAME: PUT_##KIND(T, smallest, largest); break;
    BP_SCALARS(X)
#undef X
    default: abort();
  }
}

// MARK: What is converted

static void check(bp_scalar from, size_t n, const void *source) {
  static const size_t bytes[] = {
#define X(NAME, suffix, T, ...) [BP_##NAME] = sizeof(T),
      BP_SCALARS(X)
#undef X
  };
  for (bp_scalar to = 0; to < BP_SCALAR_COUNT; to++) {
    describe("conversion from type %d to type %d", (int)from, (int)to);
    subject s = {.scalar = to, .size = bytes[to]};
    void *out = memory(n * s.size), *expected = memory(n * s.size);
    bp_convert(from, to, n, source, out);
    for (size_t i = 0; i < n; i++) convert_number(from, source, i, to, expected, i);
    expect_same(&s, n, out, expected, "number");
  }
  release();
}

static const double fractions[] = {
    0,       -0.0,     0.25,    -0.75,       1,         2.9,      -2.9,     127.5,     255,
    255.9,   256,      -1,      -128.5,      -129,      32767.5,  -32769,   65535.9,   65519,
    65520,   1e10,     -1e10,   0x1p31,      -0x1p31,   0x1p32,   0x1p53,   0x1p62,    0x1p63,
    -0x1p63, 0x1p64,   1e30,    -1e30,       1e300,     -1e-300,  INFINITY, -INFINITY, NAN,
    0x1p-24, 0x1p-25,  0x1.8p-25, 0x1p-133,  0x1p-134,  0x1p-149, 0x1p-150, 0x1.000001p0,
    0x1.0000001p0, 0x1.ffffffp127, 0x1.fep127, 0x1.ffp127,
};
static const int64_t wholes[] = {
    0,          1,         -1,           2,           127,        128,          255,
    256,        -300,      32767,        -32768,      65519,      65520,        -65520,
    INT64_MAX,  INT64_MIN, (int64_t)1 << 31, -((int64_t)1 << 31), 2049,       2051,
    ((int64_t)1 << 24) + 1, ((int64_t)1 << 53) + 1, ((int64_t)1 << 62) + 12345,
    ((int64_t)1 << 62) + ((int64_t)1 << 54), ((int64_t)1 << 62) + ((int64_t)1 << 54) + 1,
    ((int64_t)1 << 40) + ((int64_t)1 << 16) + 1, INT64_MAX - 1, INT64_MAX / 3,
};

// Half-way between any two neighbours, and the least beside that.
static void check_rounding(bool is_brain) {
  size_t count = infinity(is_brain), n = 6 * count;
  double *middles = memory(n * sizeof *middles);
  float *singles = memory(n * sizeof *singles);
  for (size_t bits = 0; bits < count; bits++) {
    double low = value_of_half(is_brain, (uint16_t)bits);
    // What follows the largest counts as the next power of two.
    double high = bits + 1 < count ? value_of_half(is_brain, (uint16_t)(bits + 1))
                                   : ldexp(1, bias(is_brain) + 1);
    double middle = (low + high) / 2;
    double doubles[] = {middle, nextafter(middle, -INFINITY), nextafter(middle, INFINITY)};
    float single = (float)middle;
    float floats[] = {single, nextafterf(single, -INFINITY), nextafterf(single, INFINITY)};
    for (size_t j = 0; j < 3; j++) {
      middles[6 * bits + 2 * j] = doubles[j];
      middles[6 * bits + 2 * j + 1] = -doubles[j];
      singles[6 * bits + 2 * j] = floats[j];
      singles[6 * bits + 2 * j + 1] = -floats[j];
    }
  }
  bp_scalar to = is_brain ? BP_BFLOAT16 : BP_FLOAT16;
  subject s = {.scalar = to, .size = 2};
  for (int is_single = 0; is_single < 2; is_single++) {
    describe("rounding to type %d from %s", (int)to, is_single ? "float32" : "float64");
    bp_scalar from = is_single ? BP_FLOAT32 : BP_FLOAT64;
    const void *source = is_single ? (const void *)singles : middles;
    uint16_t *out = memory(n * 2), *expected = memory(n * 2);
    bp_convert(from, to, n, source, out);
    for (size_t i = 0; i < n; i++) convert_number(from, source, i, to, expected, i);
    expect_same(&s, n, out, expected, "number");
  }
  release();
}

void test_convert(void) {
  check(BP_FLOAT64, COUNT(fractions), fractions);
  float *singles = memory(sizeof(float) * COUNT(fractions));
  for (size_t i = 0; i < COUNT(fractions); i++) singles[i] = (float)fractions[i];
  check(BP_FLOAT32, COUNT(fractions), singles);
  // The bits of these as each whole type, and all there are of the types of 16 bits.
  for (bp_scalar from = 0; from < BP_SCALAR_COUNT; from++) {
    subject s = {.scalar = from};
    size_t n = COUNT(wholes);
    switch (from) {
#define SIZE_OF_FLAG(T) (n = 2, sizeof(T))
#define SIZE_OF_WHOLE(T) (n = sizeof(T) == 2 ? 1 << 16 : n, sizeof(T))
#define SIZE_OF_HALF(T) (n = 1 << 16, sizeof(T))
#define SIZE_OF_BRAIN(T) SIZE_OF_HALF(T)
#define SIZE_OF_FLOAT(T) 0
#define X(NAME, suffix, T, KIND, ...) \
  case BP_##NAME: s.size = SIZE_OF_##KIND(T); break;
      BP_SCALARS(X)
#undef X
      default: break;
    }
    if (s.size == 0) continue;
    void *a = result(&s, n);
    for (size_t i = 0; i < n; i++) {
      put_whole(&s, a, (ptrdiff_t)i, n == COUNT(wholes) ? (uint64_t)wholes[i] : i);
    }
    check(from, n, a);
  }
  check_rounding(false);
  check_rounding(true);
}
