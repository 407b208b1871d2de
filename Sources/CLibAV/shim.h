// The headers of FFmpeg that Talas uses, and its function-like macros as functions.
#pragma once
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/crc.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

static inline int talas_averror(int errnum) { return AVERROR(errnum); }
static inline int talas_averror_eof(void) { return AVERROR_EOF; }
static inline int talas_averror_invaliddata(void) { return AVERROR_INVALIDDATA; }
static inline int64_t talas_nopts(void) { return AV_NOPTS_VALUE; }
