// Sorting by keys, the same for all types.
#include "tables.h"

enum {
  DIGIT_BITS = 8,
  DIGITS = 1 << DIGIT_BITS,
  // Fewer are sorted by insertion: counting digits would take longer.
  INSERTION_COUNT = 48,
};

static void sort_by_insertion(size_t n, bp_ranked *pairs) {
  for (size_t i = 1; i < n; i++) {
    bp_ranked pair = pairs[i];
    size_t j = i;
    for (; j > 0 && pairs[j - 1].key > pair.key; j--) pairs[j] = pairs[j - 1];
    pairs[j] = pair;
  }
}

const bp_ranked *bp_sort_ranked(size_t n, size_t key_bytes, bp_ranked *pairs, bp_ranked *spare) {
  if (n < INSERTION_COUNT) {
    sort_by_insertion(n, pairs);
    return pairs;
  }
  // Digit by digit from the last on, each time keeping the order of equal digits.
  size_t counts[sizeof(uint64_t)][DIGITS] = {{0}};
  for (size_t i = 0; i < n; i++) {
    for (size_t d = 0; d < key_bytes; d++) counts[d][pairs[i].key >> (d * DIGIT_BITS) & (DIGITS - 1)]++;
  }
  for (size_t d = 0; d < key_bytes; d++) {
    size_t shift = d * DIGIT_BITS;
    // Where all have one digit, nothing moves.
    if (counts[d][pairs[0].key >> shift & (DIGITS - 1)] == n) continue;
    for (size_t digit = 0, start = 0; digit < DIGITS; digit++) {
      size_t count = counts[d][digit];
      counts[d][digit] = start;
      start += count;
    }
    for (size_t i = 0; i < n; i++) {
      spare[counts[d][pairs[i].key >> shift & (DIGITS - 1)]++] = pairs[i];
    }
    bp_ranked *sorted = spare;
    spare = pairs;
    pairs = sorted;
  }
  return pairs;
}
