// Products with quantized weights for AVX-512 without VNNI: bytes become words of 16 bits, since sums
// of two products of bytes that are added as such would be cut off.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "quantized.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))),        \
                             apply_to = function)

#define NAME avx512
#define LANES 16
#define VECTORS 1
#define ROWS 12
#define WORDS 1
#define DOT_WORDS(w, x) ((WHOLE)_mm512_madd_epi16((__m512i)(w), (__m512i)(x)))
#define DOT_BYTES(w, x) ((WORD)_mm512_maddubs_epi16((__m512i)(w), (__m512i)(x)))
#include "quantized_template.h"

#pragma clang attribute pop
#endif
