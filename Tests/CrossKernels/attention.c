// The weights of attention of a block of queries, masked in every way.
#include "check.h"

typedef enum { NO_MASK, NUMBERS, NUMBERS_OF_COLUMNS, FLAGS, FLAGS_OF_ROWS, MASKS } mask;

// Visible keys of the first row, and how many more each row after it has.
static const ptrdiff_t visible[][2] = {{1000, 0}, {-1, 1}, {2, 1}};

// Of one score, scaled and masked.
static double masked(const subject *s, const bp_attention_block *block, const void *scores,
                     ptrdiff_t row, ptrdiff_t column) {
  double score = number(s, scores, row * block->columns + column) * rounded(s, block->scale);
  if (column >= block->visible + row * block->step) return -INFINITY;
  if (block->numbers) {
    score += number(s, block->numbers, row * block->number_row + column * block->number_column);
  }
  if (block->flags && !block->flags[row * block->flag_row + column * block->flag_column]) {
    return -INFINITY;
  }
  return score;
}

// What `found` and `sums` should be.
static void check(const subject *s, const bp_attention_block *block, const void *scores,
                  const void *found, const void *sums) {
  for (ptrdiff_t row = 0; row < block->rows; row++) {
    double largest = -INFINITY, sum = 0;
    for (ptrdiff_t j = 0; j < block->columns; j++) {
      largest = fmax(largest, masked(s, block, scores, row, j));
    }
    for (ptrdiff_t j = 0; j < block->columns && largest > -INFINITY; j++) {
      sum += exp(masked(s, block, scores, row, j) - largest);
    }
    double tolerance = 64 * s->epsilon * fmax(1, isfinite(largest) ? fabs(largest) : 1);
    expect_near(number(s, sums, row), sum == 0 ? INFINITY : largest + log(sum), tolerance,
                "log of a sum", (size_t)row);
    for (ptrdiff_t j = 0; j < block->columns; j++) {
      double exact = sum == 0 ? 0 : exp(masked(s, block, scores, row, j) - largest) / sum;
      expect_near(number(s, found, row * block->columns + j), exact,
                  exact == 0 ? 0 : tolerance * fmax(exact, 1e-6), "weight",
                  (size_t)(row * block->columns + j));
    }
  }
}

static void check_all(const subject *s, bool again) {
  static const ptrdiff_t shapes[][2] = {{1, 1}, {3, 5}, {70, 9}, {4, 33}};
  for (size_t i = 0; i < COUNT(shapes) * MASKS * COUNT(visible); i++) {
    const ptrdiff_t *shape = shapes[i % COUNT(shapes)];
    mask kind = (mask)(i / COUNT(shapes) % MASKS);
    bp_attention_block block = {.rows = shape[0], .columns = shape[1], .scale = 0.37};
    block.visible = visible[i / COUNT(shapes) / MASKS][0];
    block.step = visible[i / COUNT(shapes) / MASKS][1];
    if (block.visible > block.columns) block.visible = block.columns;
    describe("attention %td x %td, mask %d, visible %td, step %td", block.rows, block.columns,
             (int)kind, block.visible, block.step);
    size_t n = (size_t)(block.rows * block.columns), rows = (size_t)block.rows;
    void *scores = operand(s, n, 1, 4, i), *weights = copy_of(s, n, scores), *sums = result(s, rows);
    if (kind == NUMBERS || kind == NUMBERS_OF_COLUMNS) {
      block.numbers = operand(s, n, 1, 1, i + 4);
      block.number_row = kind == NUMBERS ? block.columns : 1;
      block.number_column = kind == NUMBERS ? 1 : block.rows;
    } else if (kind == FLAGS || kind == FLAGS_OF_ROWS) {
      uint8_t *flags = memory(kind == FLAGS ? n : rows);
      for (size_t j = 0; j < (kind == FLAGS ? n : rows); j++) flags[j] = j * 5 % 7 < 4;
      block.flags = flags;
      block.flag_row = kind == FLAGS ? block.columns : 1;
      block.flag_column = kind == FLAGS;
    }
    s->kernels->attention_softmax(&block, weights, sums);
    if (again) {
      memcpy(weights, scores, n * s->size);
      s->kernels->attention_weights(&block, sums, weights);
    }
    check(s, &block, scores, weights, sums);
    release();
  }
}

void test_attention_softmax(const subject *s) {
  check_all(s, false);
  describe("attention of NaN");
  bp_attention_block block = {.rows = 1, .columns = 3, .visible = 3, .scale = 1};
  void *scores = result(s, 3), *sums = result(s, 1);
  for (ptrdiff_t j = 0; j < 3; j++) put(s, scores, j, NAN);
  s->kernels->attention_softmax(&block, scores, sums);
  for (ptrdiff_t j = 0; j < 3; j++) expect(isnan(number(s, scores, j)), "NaN stays", (size_t)j);
}

void test_attention_weights(const subject *s) { check_all(s, true); }
