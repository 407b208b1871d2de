#pragma once
#include <zlib.h>

// deflateInit2 is a macro; 16 more window bits ask for a gzip wrapper.
static inline int talas_gzip_begin(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

// Negative window bits say that there is no wrapper at all.
static inline int talas_inflate_begin(z_streamp stream) {
    return inflateInit2(stream, -15);
}
