#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// MARK: libcurl's binary interface (curl/curl.h)

enum {
  GLOBAL_DEFAULT = 3,
  // Options: numbers below 10000 take a long, from 10000 on a pointer, from 20000 on a function.
  LOW_SPEED_LIMIT = 19,
  LOW_SPEED_TIME = 20,
  NO_PROGRESS = 43,
  FOLLOW_LOCATION = 52,
  MAXIMUM_REDIRECTIONS = 68,
  CONNECT_TIMEOUT = 78,
  NO_SIGNAL = 99,
  PROTOCOLS = 181,
  REDIRECTION_PROTOCOLS = 182,
  SUPPRESS_CONNECT_HEADERS = 265,
  WRITE_DATA = 10001,
  URL = 10002,
  ERROR_BUFFER = 10010,
  HTTP_HEADER = 10023,
  HEADER_DATA = 10029,
  TRANSFER_DATA = 10057,
  WRITE_FUNCTION = 20011,
  HEADER_FUNCTION = 20079,
  TRANSFER_FUNCTION = 20219,
  // Bits of the options of protocols.
  HTTP = 1,
  HTTPS = 2,
  // Results.
  OK = 0,
  UNSUPPORTED_PROTOCOL = 1,
  MALFORMED_URL = 3,
  WRITE_ERROR = 23,
  ABORTED_BY_CALLBACK = 42,
};

/// After so many seconds without a connection, or without a byte, the request fails.
static const long PATIENCE = 60;
static const long REDIRECTIONS = 20;

typedef struct list list;

static struct {
  int (*global_init)(long flags);
  void *(*easy_init)(void);
  int (*easy_setopt)(void *handle, int option, ...);
  int (*easy_perform)(void *handle);
  void (*easy_cleanup)(void *handle);
  const char *(*easy_strerror)(int code);
  list *(*slist_append)(list *list, const char *text);
  void (*slist_free_all)(list *list);
} curl;

static char loading_error[BP_CURL_REASON_SIZE];
static pthread_once_t loading_once = PTHREAD_ONCE_INIT;

// MARK: Loading

static void note_loading_error(void) {
  const char *text = dlerror();
  snprintf(loading_error, sizeof loading_error, "%s", text ? text : "unknown");
}

static void load(void) {
#ifdef __APPLE__
  void *library = dlopen("/usr/lib/libcurl.4.dylib", RTLD_NOW);
#else
  void *library = dlopen("libcurl.so.4", RTLD_NOW);
  // The same library on GnuTLS, under the name that Debian gives it.
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW);
#endif
  if (!library) {
    note_loading_error();
    return;
  }
  const struct {
    const char *name;
    void *place;
  } functions[] = {
    {"curl_global_init", &curl.global_init},     {"curl_easy_init", &curl.easy_init},
    {"curl_easy_setopt", &curl.easy_setopt},     {"curl_easy_perform", &curl.easy_perform},
    {"curl_easy_cleanup", &curl.easy_cleanup},   {"curl_easy_strerror", &curl.easy_strerror},
    {"curl_slist_append", &curl.slist_append},   {"curl_slist_free_all", &curl.slist_free_all},
  };
  for (size_t index = 0; index < sizeof functions / sizeof functions[0]; index++) {
    void *function = dlsym(library, functions[index].name);
    if (!function) {
      note_loading_error();
      return;
    }
    memcpy(functions[index].place, &function, sizeof function);
  }
  int code = curl.global_init(GLOBAL_DEFAULT);
  if (code != OK) {
    snprintf(loading_error, sizeof loading_error, "%s", curl.easy_strerror(code));
  }
}

// MARK: What libcurl calls

static size_t take_header(char *bytes, size_t size, size_t count, void *data) {
  const bp_curl_receiver *receiver = data;
  return receiver->take_header(receiver->context, bytes, size * count) ? size * count : 0;
}

static size_t take_content(char *bytes, size_t size, size_t count, void *data) {
  const bp_curl_receiver *receiver = data;
  const uint8_t *content = (const uint8_t *)bytes;
  return receiver->take_content(receiver->context, content, size * count) ? size * count : 0;
}

static int report_transfer(
  void *data, int64_t total, int64_t now, int64_t upload_total, int64_t upload_now) {
  (void)total, (void)now, (void)upload_total, (void)upload_now;
  const bp_curl_receiver *receiver = data;
  return receiver->is_cancelled(receiver->context);
}

// MARK: Interface

bp_curl_end bp_curl_get(
  const char *address, const char *const *headers, const bp_curl_receiver *receiver,
  char reason[BP_CURL_REASON_SIZE]) {
  reason[0] = 0;
  pthread_once(&loading_once, load);
  if (loading_error[0]) {
    memcpy(reason, loading_error, BP_CURL_REASON_SIZE);
    return BP_CURL_NOT_LOADED;
  }
  void *handle = curl.easy_init();
  if (!handle) {
    snprintf(reason, BP_CURL_REASON_SIZE, "libcurl has no memory left");
    return BP_CURL_FAILED;
  }
  list *lines = NULL;
  for (; *headers; headers++) {
    list *longer = curl.slist_append(lines, *headers);
    if (longer) lines = longer;
  }
  curl.easy_setopt(handle, URL, address);
  curl.easy_setopt(handle, HTTP_HEADER, lines);
  curl.easy_setopt(handle, PROTOCOLS, (long)(HTTP | HTTPS));
  curl.easy_setopt(handle, REDIRECTION_PROTOCOLS, (long)(HTTP | HTTPS));
  curl.easy_setopt(handle, FOLLOW_LOCATION, 1L);
  curl.easy_setopt(handle, MAXIMUM_REDIRECTIONS, REDIRECTIONS);
  curl.easy_setopt(handle, CONNECT_TIMEOUT, PATIENCE);
  curl.easy_setopt(handle, LOW_SPEED_LIMIT, 1L);
  curl.easy_setopt(handle, LOW_SPEED_TIME, PATIENCE);
  curl.easy_setopt(handle, SUPPRESS_CONNECT_HEADERS, 1L);
  curl.easy_setopt(handle, NO_SIGNAL, 1L);
  curl.easy_setopt(handle, NO_PROGRESS, 0L);
  curl.easy_setopt(handle, ERROR_BUFFER, reason);
  curl.easy_setopt(handle, HEADER_FUNCTION, take_header);
  curl.easy_setopt(handle, HEADER_DATA, receiver);
  curl.easy_setopt(handle, WRITE_FUNCTION, take_content);
  curl.easy_setopt(handle, WRITE_DATA, receiver);
  curl.easy_setopt(handle, TRANSFER_FUNCTION, report_transfer);
  curl.easy_setopt(handle, TRANSFER_DATA, receiver);
  int code = curl.easy_perform(handle);
  curl.easy_cleanup(handle);
  curl.slist_free_all(lines);
  switch (code) {
    case OK: reason[0] = 0; return BP_CURL_COMPLETE;
    case WRITE_ERROR:
    case ABORTED_BY_CALLBACK: reason[0] = 0; return BP_CURL_STOPPED;
    case UNSUPPORTED_PROTOCOL:
    case MALFORMED_URL: reason[0] = 0; return BP_CURL_BAD_ADDRESS;
    default:
      if (!reason[0]) snprintf(reason, BP_CURL_REASON_SIZE, "%s", curl.easy_strerror(code));
      return BP_CURL_FAILED;
  }
}
