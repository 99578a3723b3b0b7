// Products with quantized weights in plain vector C, for every processor.
#include <string.h>

#include "quantized.h"

typedef int32_t whole_of_four __attribute__((vector_size(16)));

// The products of byte `i` of each lane.
static inline whole_of_four product_of_byte(whole_of_four w, whole_of_four x, int i) {
  typedef uint32_t bits __attribute__((vector_size(16)));
  whole_of_four unsigned_byte = (whole_of_four)((bits)w >> (8 * i)) & 0xff;
  whole_of_four signed_byte = (whole_of_four)((bits)x << (24 - 8 * i)) >> 24;
  return unsigned_byte * signed_byte;
}

#define NAME portable
#define LANES 4
#define VECTORS 1
#define ROWS 4
#define WORDS 0
#define DOT(sum, w, x)                                                                 \
  ((sum) + product_of_byte(w, x, 0) + product_of_byte(w, x, 1) + product_of_byte(w, x, 2) + \
   product_of_byte(w, x, 3))
#include "quantized_template.h"
