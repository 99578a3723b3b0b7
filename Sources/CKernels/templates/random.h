// Random words to uniform numbers, and the loop that measures the machine's limit.

static void K(uniform)(size_t n, const uint32_t *words, T *out) {
  size_t i = 0;
  for (; i + BP_LANES <= n; i += BP_LANES) {
    VU raw;
#if BP_IS_F32
    __builtin_memcpy(&raw, words + i, sizeof raw);
    K(store)(out + i, __builtin_convertvector((VI)(raw >> 8), V) * 0x1p-24f);
#else
    __builtin_memcpy(&raw, words + 2 * i, sizeof raw);
    K(store)(out + i, __builtin_convertvector((VI)(raw >> 11), V) * 0x1p-53);
#endif
  }
  for (; i < n; i++) {
#if BP_IS_F32
    out[i] = (float)(words[i] >> 8) * 0x1p-24f;
#else
    uint64_t raw = (uint64_t)words[2 * i + 1] << 32 | words[2 * i];
    out[i] = (double)(raw >> 11) * 0x1p-53;
#endif
  }
}

static size_t K(peak_flops)(size_t rounds, T *sink) {
  // Twelve independent chains hide the latency of the multiply-add.
  V sum[12];
  for (int j = 0; j < 12; j++) sum[j] = K(splat)((T)j);
  const V factor = K(splat)((T)0.999), term = K(splat)((T)0.001);
  for (size_t round = 0; round < rounds; round++) {
    for (int repeat = 0; repeat < 8; repeat++) {
      for (int j = 0; j < 12; j++) sum[j] = K(fma)(sum[j], factor, term);
    }
  }
  V total = sum[0];
  for (int j = 1; j < 12; j++) total += sum[j];
  *sink = K(fold_add)(total);
  return rounds * 8 * 12 * 2 * BP_LANES;
}
