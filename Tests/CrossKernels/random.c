// Random words and what is made of them: the same bits in every instruction set.
#include "check.h"

// Philox4x32-10 as its authors write it, one counter at a time.
static void philox(uint64_t key, uint64_t stream, uint64_t counter, uint32_t *out) {
  uint32_t c[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)stream,
                   (uint32_t)(stream >> 32)};
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
    uint64_t p0 = (uint64_t)c[0] * 0xD2511F53u, p1 = (uint64_t)c[2] * 0xCD9E8D57u;
    uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k0, (uint32_t)p1,
                        (uint32_t)(p0 >> 32) ^ c[3] ^ k1, (uint32_t)p0};
    memcpy(c, next, sizeof c);
  }
  memcpy(out, c, sizeof c);
}

// The known answers that the authors publish (Random123, kat_vectors, philox4x32 10); the last has the
// digits of pi.
static const struct {
  uint64_t counter, stream, key;
  uint32_t words[4];
} answers[] = {
    {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {UINT64_MAX, UINT64_MAX, UINT64_MAX, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {0x85a308d3243f6a88, 0x0370734413198a2e, 0x299f31d0a4093822,
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

void test_philox(void) {
  static const uint64_t starts[] = {0, 0xfffffffa, UINT64_MAX - 5};
  for (bp_isa isa = BP_ISA_PORTABLE; isa <= BP_ISA_AVX512; isa++) {
    bp_philox_function kernel = bp_philox_for(isa);
    if (!kernel) continue;
    for (size_t i = 0; i < COUNT(answers); i++) {
      describe("philox, %s, answer %zu", bp_isa_name(isa), i);
      uint32_t *out = memory(4 * sizeof *out), by_definition[4];
      kernel(answers[i].key, answers[i].stream, answers[i].counter, 1, out);
      philox(answers[i].key, answers[i].stream, answers[i].counter, by_definition);
      for (size_t j = 0; j < 4; j++) {
        expect(out[j] == answers[i].words[j] && by_definition[j] == out[j], "word", j);
      }
      release();
    }
    // A run of counters carries into the high word and wraps at 2^64.
    for (size_t i = 0; i < COUNT(starts) * COUNT(sizes); i++) {
      uint64_t start = starts[i % COUNT(starts)];
      size_t n = sizes[i / COUNT(starts)];
      describe("philox, %s, n %zu", bp_isa_name(isa), n);
      uint32_t *out = memory(4 * n * sizeof *out), expected[4];
      kernel(11, 22, start, n, out);
      for (size_t j = 0; j < 4 * n; j++) {
        if (j % 4 == 0) philox(11, 22, start + j / 4, expected);
        expect(out[j] == expected[j % 4], "word", j);
      }
      release();
    }
  }
}

void test_uniform(const subject *s) {
  for (size_t i = 0; i < COUNT(sizes); i++) {
    size_t n = sizes[i], words_of_one = s->size / sizeof(uint32_t);
    describe("uniform, n %zu", n);
    uint32_t *words = memory(n * s->size);
    uint64_t state = i;
    for (size_t j = 0; j < n * words_of_one; j++) words[j] = (uint32_t)(random_word(&state) >> 32);
    // The least and the greatest.
    if (n > 1) {
      memset(words, 0, s->size);
      memset(words + words_of_one, 0xff, s->size);
    }
    void *out = result(s, n);
    s->kernels->uniform(n, words, out);
    for (size_t j = 0; j < n; j++) {
      double expected;
      if (s->scalar == BP_FLOAT32) {
        expected = ldexp(words[j] >> 8, -24);
      } else {
        uint64_t both = (uint64_t)words[2 * j + 1] << 32 | words[2 * j];
        expected = ldexp((double)(both >> 11), -53);
      }
      expect_near(number(s, out, (ptrdiff_t)j), expected, 0, "number", j);
    }
    release();
  }
}

void test_peak_flops(const subject *s) {
  void *sink = result(s, 1);
  expect(s->kernels->peak_flops(2, sink) > 0, "operations are counted", 0);
  expect(isfinite(number(s, sink, 0)), "their result", 0);
}
