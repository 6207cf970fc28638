// The functions that the linker puts ours around (`--wrap`): the product itself has no hooks. A
// member function's first argument is `this`. Where the names are wrong, the program does not link
// or notes nothing, which `breakdown` finds.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "bridge32/plugin.h"
#include "marks.hpp"
#include "wire/channel.hpp"

#if __SIZEOF_POINTER__ == 8
#define BENCH_EXTENT "Lm18446744073709551615E"
#else
#define BENCH_EXTENT "Lj4294967295E"
#endif
#define BENCH_TRY_SEND                                                                    \
    "_ZN8bridge324wire7Channel8try_sendERKNS0_8EnvelopeESt17basic_string_viewIcSt11char_" \
    "traitsIcEE"                                                                          \
    "St4spanIK19bridge32_attachment" BENCH_EXTENT "E"
#define BENCH_RECEIVE "_ZN8bridge324wire7Channel7receiveERNS0_7MessageE"
#define BENCH_CALL "_ZN8bridge327hosting14PluginInstance4callER13bridge32_callRK16bridge32_request"

using Attachments = std::span<const bridge32_attachment>;

bool real_try_send(bridge32::wire::Channel* channel, const bridge32::wire::Envelope& envelope,
                   std::string_view json, Attachments attachments) asm("__real_" BENCH_TRY_SEND);
bool real_receive(bridge32::wire::Channel* channel,
                  bridge32::wire::Message& message) asm("__real_" BENCH_RECEIVE);
bool wrapped_try_send(bridge32::wire::Channel* channel, const bridge32::wire::Envelope& envelope,
                      std::string_view json, Attachments attachments) asm("__wrap_" BENCH_TRY_SEND);
bool wrapped_receive(bridge32::wire::Channel* channel,
                     bridge32::wire::Message& message) asm("__wrap_" BENCH_RECEIVE);

/// What both sides do around the real ones. `Marks`: ClientMarks or HostMarks.
template <class Marks>
bool noted_receive(Marks& marks, bridge32::wire::Channel* channel,
                   bridge32::wire::Message& message) {
    const auto begin = bench::now();
    if (!real_receive(channel, message)) return false;
    marks.receive_begin = begin;
    marks.receive_end = bench::now();
    return true;
}
template <class Marks>
bool noted_try_send(Marks& marks, bridge32::wire::Channel* channel,
                    const bridge32::wire::Envelope& envelope, std::string_view json,
                    Attachments attachments) {
    marks.send_begin = bench::now();
    const bool sent = real_try_send(channel, envelope, json, attachments);
    marks.send_end = bench::now();
    return sent;
}
