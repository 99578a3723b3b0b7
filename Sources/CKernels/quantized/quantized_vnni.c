// Products with quantized weights for AVX-512 with VNNI, whose instruction adds four products of bytes
// to a sum of 32 bits, with nothing cut off.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "quantized.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vnni"))), apply_to = function)

#define NAME avx512_vnni
#define LANES 16
#define VECTORS 1
#define ROWS 12
#define WORDS 0
#define DOT(sum, w, x) ((WHOLE)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(w), (__m512i)(x)))
#include "quantized_template.h"

#pragma clang attribute pop
#endif
