// The weights of attention of a block of queries, in the memory of their scores.

/// How many of the first columns row r may look at.
INLINE size_t K(attention_visible)(const bp_attention_block *block, size_t r) {
  ptrdiff_t count = block->visible + (ptrdiff_t)r * block->step;
  return count < 0 ? 0 : count < block->columns ? (size_t)count : (size_t)block->columns;
}

/// Scales the n scores of row r, adds the mask's numbers and makes -inf of what its flags hide.
INLINE void K(attention_mask)(const bp_attention_block *block, size_t r, size_t n, T *row) {
  K(row_scale)(n, (T)block->scale, row);
  if (block->numbers) {
    const T *numbers = (const T *)block->numbers + (ptrdiff_t)r * block->number_row;
    ptrdiff_t step = block->number_column;
    if (step == 1) for (size_t j = 0; j < n; j++) row[j] += numbers[j];
    else for (size_t j = 0; j < n; j++) row[j] += numbers[(ptrdiff_t)j * step];
  }
  if (block->flags) {
    const uint8_t *flags = block->flags + (ptrdiff_t)r * block->flag_row;
    ptrdiff_t step = block->flag_column;
    if (step == 1) for (size_t j = 0; j < n; j++) row[j] = flags[j] ? row[j] : (T)-INFINITY;
    else
      for (size_t j = 0; j < n; j++) row[j] = flags[(ptrdiff_t)j * step] ? row[j] : (T)-INFINITY;
  }
}

// Rows whose sums are kept, so that one vector log serves many rows.
#define BP_ROW_GROUP 64

static void K(attention_softmax)(const bp_attention_block *block, T *scores, T *log_sums) {
  T largest[BP_ROW_GROUP], sums[BP_ROW_GROUP];
  size_t rows = (size_t)block->rows, columns = (size_t)block->columns;
  for (size_t start = 0; start < rows; start += BP_ROW_GROUP) {
    size_t count = rows - start < BP_ROW_GROUP ? rows - start : BP_ROW_GROUP;
    for (size_t r = 0; r < count; r++) {
      T *row = scores + (start + r) * columns;
      size_t n = K(attention_visible)(block, start + r);
      K(attention_mask)(block, start + r, n, row);
      T maximum = K(row_maximum)(n, row);
      // Where all is hidden, exp(-inf - 0) is 0 and exp(-inf + inf) would be no number.
      largest[r] = maximum == (T)-INFINITY ? 0 : maximum;
      sums[r] = K(row_exp)(n, row, largest[r], row);
      K(row_scale)(n, sums[r] == 0 ? 0 : 1 / sums[r], row);
      K(fill)(columns - n, 0, row + n);
    }
    K(log_loop)(count, sums, log_sums + start);
    for (size_t r = 0; r < count; r++) {
      // Less than infinity by nothing: the exponential of any score less this is 0.
      log_sums[start + r] = sums[r] == 0 ? (T)INFINITY : largest[r] + log_sums[start + r];
    }
  }
}
#undef BP_ROW_GROUP

static void K(attention_weights)(const bp_attention_block *block, const T *log_sums, T *scores) {
  size_t rows = (size_t)block->rows, columns = (size_t)block->columns;
  for (size_t r = 0; r < rows; r++) {
    T *row = scores + r * columns;
    size_t n = K(attention_visible)(block, r);
    K(attention_mask)(block, r, n, row);
    K(row_exp)(n, row, log_sums[r], row);
    K(fill)(columns - n, 0, row + n);
  }
}
