#pragma once
// The type checks are macros that only C sees.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <string.h>

static inline CURLcode talas_curl_prepare(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// curl_easy_setopt and curl_easy_getinfo take arguments of any type, which Swift cannot call.

static inline CURLcode talas_curl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

static inline CURLcode talas_curl_set_number(CURL *handle, CURLoption option, long number) {
    return curl_easy_setopt(handle, option, number);
}

static inline CURLcode talas_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

static inline long talas_curl_response_code(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

// What is still to be sent.
struct talas_curl_bytes {
    const char *next;
    size_t left;
};

static inline size_t talas_curl_read(char *into, size_t size, size_t count, void *context) {
    struct talas_curl_bytes *bytes = (struct talas_curl_bytes *)context;
    size_t taken = size * count < bytes->left ? size * count : bytes->left;
    memcpy(into, bytes->next, taken);
    bytes->next += taken;
    bytes->left -= taken;
    return taken;
}

static inline CURLcode talas_curl_set_source(CURL *handle, struct talas_curl_bytes *bytes) {
    CURLcode status = curl_easy_setopt(handle, CURLOPT_READFUNCTION, talas_curl_read);
    return status == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_READDATA, bytes) : status;
}
