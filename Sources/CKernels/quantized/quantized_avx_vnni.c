// Products with quantized weights for AVX2 with VNNI, as processors without AVX-512 have it.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "quantized.h"

#pragma clang attribute push(__attribute__((target("avx2,avxvnni"))), apply_to = function)

#define NAME avx_vnni
#define LANES 8
#define VECTORS 1
#define ROWS 6
#define WORDS 0
#define DOT(sum, w, x) ((WHOLE)_mm256_dpbusd_avx_epi32((__m256i)(sum), (__m256i)(w), (__m256i)(x)))
#include "quantized_template.h"

#pragma clang attribute pop
#endif
