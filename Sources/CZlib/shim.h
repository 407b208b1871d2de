#pragma once
#include <zlib.h>

// deflateInit2 is a macro; 16 more window bits ask for a gzip wrapper.
static inline int talas_gzip_begin(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
