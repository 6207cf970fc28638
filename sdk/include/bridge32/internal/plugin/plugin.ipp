// All of a plugin that is no template, but for the codec and libraries. Included by plugin.hpp.
#pragma once

#include "bridge32/internal/plugin/c_function.ipp"
#include "bridge32/internal/plugin/callback.ipp"
#include "bridge32/internal/plugin/entry.ipp"
#if defined(BRIDGE32_DETAIL_CODEC_HERE)
#include "bridge32/internal/protocol/protocol.ipp"
#endif
