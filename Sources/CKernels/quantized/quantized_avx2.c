// Products with quantized weights for AVX2: bytes become words of 16 bits, since sums of two products
// of bytes that are added as such would be cut off.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "quantized.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define NAME avx2
#define LANES 8
#define VECTORS 2
#define ROWS 4
#define WORDS 1
#define DOT_WORDS(w, x) ((WHOLE)_mm256_madd_epi16((__m256i)(w), (__m256i)(x)))
#define DOT_BYTES(w, x) ((WORD)_mm256_maddubs_epi16((__m256i)(w), (__m256i)(x)))
#include "quantized_template.h"

#pragma clang attribute pop
#endif
