// Philox4x32-10: a counter-based generator of random words (J. K. Salmon, M. A. Moraes,
// R. O. Dror, D. E. Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011). Ten rounds of
// multiplication turn counter and key into four words. Lanes are counters; each 64-bit lane holds
// one 32-bit word, so that a product has room.

#define BP_COUNTERS (BP_VECTOR_BYTES / 8)
typedef uint64_t philox_words __attribute__((ext_vector_type(BP_COUNTERS)));

static void philox(uint64_t key, uint64_t stream, uint64_t counter, size_t n, uint32_t *out) {
  const uint64_t low = 0xffffffff;
  philox_words lane;
  for (int i = 0; i < BP_COUNTERS; i++) lane[i] = (uint64_t)i;
  for (size_t i = 0; i < n; i += BP_COUNTERS, counter += BP_COUNTERS) {
    philox_words position = lane + counter;
    philox_words c0 = position & low, c1 = position >> 32;
    philox_words c2 = (philox_words)(stream & low), c3 = (philox_words)(stream >> 32);
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
      philox_words p0 = (c0 & low) * 0xD2511F53u, p1 = (c2 & low) * 0xCD9E8D57u;
      c0 = (p1 >> 32) ^ c1 ^ k0;
      c1 = p1 & low;
      c2 = (p0 >> 32) ^ c3 ^ k1;
      c3 = p0 & low;
      // The key's Weyl sequence: the golden ratio and sqrt(3) - 1.
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    philox_words first = c0 | c1 << 32, second = c2 | c3 << 32;
    size_t count = n - i < BP_COUNTERS ? n - i : BP_COUNTERS;
    uint64_t pairs[2 * BP_COUNTERS];
    for (size_t j = 0; j < BP_COUNTERS; j++) {
      pairs[2 * j] = first[j];
      pairs[2 * j + 1] = second[j];
    }
    if (count == BP_COUNTERS) {
      __builtin_memcpy(out + 4 * i, pairs, sizeof pairs);
    } else {
      memcpy(out + 4 * i, pairs, count * 16);
    }
  }
}
#undef BP_COUNTERS

const bp_philox_function BP_PASTE(BP_PASTE(bp, BP_VARIANT), philox) = philox;
