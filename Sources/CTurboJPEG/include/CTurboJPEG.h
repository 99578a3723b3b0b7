// Decoding JPEG by the system's libturbojpeg, which is loaded when the first picture comes: nobody who
// has none needs it.
//
// Its headers are not needed to build: the functions below have been part of its binary interface
// since version 1.4 (2014), and version 3 still has them.
#ifndef BACKPROP_CTURBOJPEG_H
#define BACKPROP_CTURBOJPEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { BP_JPEG_REASON_SIZE = 256 };

typedef enum {
  BP_JPEG_DONE,
  BP_JPEG_NOT_LOADED,  ///< there is no libturbojpeg
  BP_JPEG_FAILED,      ///< the picture is damaged, or of a kind that is not decoded
} bp_jpeg_end;

/// What a JPEG says of itself.
typedef struct {
  int width, height;
  /// Whether its colours are those of printing (CMYK), which do not become red, green and blue here.
  bool is_cmyk;
} bp_jpeg_header;

/// Loads the library if that has not been done; says in words why it cannot.
bp_jpeg_end bp_jpeg_load(char reason[BP_JPEG_REASON_SIZE]);

/// Reads the header.
bp_jpeg_end bp_jpeg_read_header(
  const uint8_t *bytes, size_t count, bp_jpeg_header *header, char reason[BP_JPEG_REASON_SIZE]);

/// The length that `length` pixels have when a picture is decoded at `eighths` eighths of its size.
int bp_jpeg_scaled(int length, int eighths);

/// Decodes a picture.
///
/// @param eighths at what part of its size: 8 for all of it, 4, 2, 1. What it leaves out it does not
///   compute.
/// @param channels 1 for shades of gray, 3 for red, green and blue, 4 with an alpha of 255.
/// @param pixels as many bytes as the scaled lengths and the channels need.
bp_jpeg_end bp_jpeg_decode(
  const uint8_t *bytes, size_t count, int eighths, int channels, uint8_t *pixels,
  char reason[BP_JPEG_REASON_SIZE]);

#ifdef __cplusplus
}
#endif
#endif
