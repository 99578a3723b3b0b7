// The first `count` lanes of an AVX2 vector (0 < count <= all), and nothing beyond them. There are masked
// stores too, but they take some processors (AMD's up to Zen 4) a dozen clock cycles. Include where the
// instruction set is on.
static inline void store_first_f32(float *p, size_t count, __m256 v) {
  if (count == 8) {
    _mm256_storeu_ps(p, v);
    return;
  }
  __m128 part = _mm256_castps256_ps128(v);
  if (count & 4) {
    _mm_storeu_ps(p, part);
    part = _mm256_extractf128_ps(v, 1), p += 4;
  }
  if (count & 2) {
    _mm_storel_pi((__m64 *)p, part);
    part = _mm_movehl_ps(part, part), p += 2;
  }
  if (count & 1) _mm_store_ss(p, part);
}

static inline void store_first_f64(double *p, size_t count, __m256d v) {
  if (count == 4) {
    _mm256_storeu_pd(p, v);
    return;
  }
  __m128d part = _mm256_castpd256_pd128(v);
  if (count & 2) {
    _mm_storeu_pd(p, part);
    part = _mm256_extractf128_pd(v, 1), p += 2;
  }
  if (count & 1) _mm_store_sd(p, part);
}
