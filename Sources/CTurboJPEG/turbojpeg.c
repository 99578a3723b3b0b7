#define _GNU_SOURCE  // strcasestr
#include "CTurboJPEG.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// MARK: libturbojpeg's binary interface (turbojpeg.h)

enum {
  // Pixel formats.
  RGB = 0,
  GRAY = 6,
  RGBA = 7,
  // Colour spaces.
  CMYK = 3,
  YCCK = 4,
  // Severities.
  WARNING = 0,
};

static struct {
  void *(*init_decompress)(void);
  int (*decompress_header)(
    void *handle, const unsigned char *bytes, unsigned long count, int *width, int *height,
    int *subsampling, int *color_space);
  int (*decompress)(
    void *handle, const unsigned char *bytes, unsigned long count, unsigned char *pixels, int width,
    int pitch, int height, int format, int flags);
  int (*destroy)(void *handle);
  char *(*error_text)(void *handle);
  int (*error_code)(void *handle);
} jpeg;

static char loading_error[BP_JPEG_REASON_SIZE];
static pthread_once_t loading_once = PTHREAD_ONCE_INIT;

// MARK: Loading

static void note_loading_error(void) {
  const char *text = dlerror();
  snprintf(loading_error, sizeof loading_error, "%s", text ? text : "unknown");
}

static void load(void) {
#ifdef __APPLE__
  static const char *const names[] = {
    "libturbojpeg.dylib", "/opt/homebrew/lib/libturbojpeg.dylib", "/usr/local/lib/libturbojpeg.dylib"};
#else
  static const char *const names[] = {"libturbojpeg.so.0", "libturbojpeg.so"};
#endif
  void *library = NULL;
  for (size_t index = 0; !library && index < sizeof names / sizeof names[0]; index++) {
    library = dlopen(names[index], RTLD_NOW);
    // The first name is the one that a system has; why it was not found says most.
    if (!library && index == 0) note_loading_error();
  }
  if (!library) return;
  loading_error[0] = 0;
  const struct {
    const char *name;
    void *place;
  } functions[] = {
    {"tjInitDecompress", &jpeg.init_decompress}, {"tjDecompressHeader3", &jpeg.decompress_header},
    {"tjDecompress2", &jpeg.decompress},         {"tjDestroy", &jpeg.destroy},
    {"tjGetErrorStr2", &jpeg.error_text},        {"tjGetErrorCode", &jpeg.error_code},
  };
  for (size_t index = 0; index < sizeof functions / sizeof functions[0]; index++) {
    void *function = dlsym(library, functions[index].name);
    if (!function) {
      note_loading_error();
      return;
    }
    memcpy(functions[index].place, &function, sizeof function);
  }
}

bp_jpeg_end bp_jpeg_load(char reason[BP_JPEG_REASON_SIZE]) {
  reason[0] = 0;
  pthread_once(&loading_once, load);
  if (!loading_error[0]) return BP_JPEG_DONE;
  memcpy(reason, loading_error, BP_JPEG_REASON_SIZE);
  return BP_JPEG_NOT_LOADED;
}

// MARK: One picture

/// A decoder for one picture alone: what a damaged one leaves behind in it harms no other.
static void *make_decoder(char reason[BP_JPEG_REASON_SIZE]) {
  void *handle = jpeg.init_decompress();
  if (!handle) snprintf(reason, BP_JPEG_REASON_SIZE, "libturbojpeg has no memory left");
  return handle;
}

/// Whether what the decoder complains of leaves pixels out; the others that only warn are of bytes that do
/// no harm. Says in words what it is.
static bool is_damaged(void *handle, char reason[BP_JPEG_REASON_SIZE]) {
  bool only_warns = jpeg.error_code(handle) == WARNING;
  // Asking takes the text away.
  snprintf(reason, BP_JPEG_REASON_SIZE, "%s", jpeg.error_text(handle));
  return !only_warns || strcasestr(reason, "premature");
}

static bool read_header(
  void *handle, const uint8_t *bytes, size_t count, bp_jpeg_header *header,
  char reason[BP_JPEG_REASON_SIZE]) {
  int subsampling, color_space;
  int failed = jpeg.decompress_header(
    handle, bytes, count, &header->width, &header->height, &subsampling, &color_space);
  if (failed && is_damaged(handle, reason)) return false;
  header->is_cmyk = color_space == CMYK || color_space == YCCK;
  return true;
}

// MARK: Interface

bp_jpeg_end bp_jpeg_read_header(
  const uint8_t *bytes, size_t count, bp_jpeg_header *header, char reason[BP_JPEG_REASON_SIZE]) {
  if (bp_jpeg_load(reason) != BP_JPEG_DONE) return BP_JPEG_NOT_LOADED;
  void *handle = make_decoder(reason);
  if (!handle) return BP_JPEG_FAILED;
  bool is_read = read_header(handle, bytes, count, header, reason);
  jpeg.destroy(handle);
  return is_read ? BP_JPEG_DONE : BP_JPEG_FAILED;
}

int bp_jpeg_scaled(int length, int eighths) {
  return (int)(((int64_t)length * eighths + 7) / 8);
}

bp_jpeg_end bp_jpeg_decode(
  const uint8_t *bytes, size_t count, int eighths, int channels, uint8_t *pixels,
  char reason[BP_JPEG_REASON_SIZE]) {
  if (bp_jpeg_load(reason) != BP_JPEG_DONE) return BP_JPEG_NOT_LOADED;
  void *handle = make_decoder(reason);
  if (!handle) return BP_JPEG_FAILED;
  bp_jpeg_header header;
  bool is_decoded = read_header(handle, bytes, count, &header, reason);
  if (is_decoded) {
    int width = bp_jpeg_scaled(header.width, eighths);
    int height = bp_jpeg_scaled(header.height, eighths);
    int format = channels == 1 ? GRAY : channels == 3 ? RGB : RGBA;
    int failed = jpeg.decompress(
      handle, bytes, count, pixels, width, width * channels, height, format, 0);
    is_decoded = !failed || !is_damaged(handle, reason);
  }
  jpeg.destroy(handle);
  return is_decoded ? BP_JPEG_DONE : BP_JPEG_FAILED;
}
