// Requests over HTTP by the system's libcurl, which is loaded when the first one is made: loading it
// and the thirty libraries that it needs takes longer than all else that a program does at its start.
//
// In C because libcurl's functions take a varying number of arguments, which Swift cannot call
// through a pointer. libcurl's headers are not needed to build: the numbers below are part of its
// binary interface, which has not changed since 2006.
#ifndef BACKPROP_CCURL_H
#define BACKPROP_CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Who takes what the server sends. Each function gets `context`; all are called on the thread of
/// the request.
typedef struct {
  void *context;
  /// Takes a line of a header, its end included; a redirection has headers of its own. False ends
  /// the request.
  bool (*take_header)(void *context, const char *line, size_t count);
  /// Takes a piece of the content. False ends the request.
  bool (*take_content)(void *context, const uint8_t *bytes, size_t count);
  /// Whether to end the request; asked about once a second and whenever something comes.
  bool (*is_cancelled)(void *context);
} bp_curl_receiver;

typedef enum {
  BP_CURL_COMPLETE,
  BP_CURL_STOPPED,      ///< the receiver wanted no more
  BP_CURL_BAD_ADDRESS,  ///< not an address of HTTP or HTTPS
  BP_CURL_FAILED,       ///< no connection, or a broken one
  BP_CURL_NOT_LOADED,   ///< there is no libcurl
} bp_curl_end;

enum { BP_CURL_REASON_SIZE = 256 };

/// Requests an address, follows redirections, and returns when the answer is there.
///
/// @param headers the request's own header lines (`"Range: bytes=5-"`); the last is NULL.
/// @param reason why it failed or nothing was loaded, in words; empty for the other ends.
bp_curl_end bp_curl_get(
  const char *address, const char *const *headers, const bp_curl_receiver *receiver,
  char reason[BP_CURL_REASON_SIZE]);

#ifdef __cplusplus
}
#endif
#endif
