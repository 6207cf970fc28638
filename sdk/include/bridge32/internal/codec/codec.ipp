// All of the codec that is no template. Included by codec.hpp.
#pragma once

#include "bridge32/internal/codec/decoder.ipp"
#include "bridge32/internal/codec/elements.ipp"
#include "bridge32/internal/codec/encoder.ipp"
#include "bridge32/internal/codec/number.ipp"
#include "bridge32/internal/codec/scalars.ipp"
#include "bridge32/internal/codec/struct_codec.ipp"
#include "bridge32/internal/codec/struct_compare.ipp"
#include "bridge32/internal/codec/struct_layout.ipp"
#include "bridge32/internal/codec/untyped.ipp"
#include "bridge32/internal/codec/wide_text.ipp"
#include "bridge32/internal/json/decimal.ipp"
#include "bridge32/internal/json/reader.ipp"
#include "bridge32/internal/json/writer.ipp"
#include "bridge32/internal/support/codec_error.ipp"
