// Linked into a host of the breakdown's own.
#include "marks.hpp"
#include "wraps.hpp"

struct bridge32_call;
namespace bridge32::hosting {
class PluginInstance;
}

void real_call(bridge32::hosting::PluginInstance* instance, bridge32_call& call,
               const bridge32_request& request) asm("__real_" BENCH_CALL);
void wrapped_call(bridge32::hosting::PluginInstance* instance, bridge32_call& call,
                  const bridge32_request& request) asm("__wrap_" BENCH_CALL);

namespace {

bench::HostMarks call_marks{};
std::size_t calls = 0;

}  // namespace

bool wrapped_receive(bridge32::wire::Channel* channel, bridge32::wire::Message& message) {
    return noted_receive(call_marks, channel, message);
}

void wrapped_call(bridge32::hosting::PluginInstance* instance, bridge32_call& call,
                  const bridge32_request& request) {
    call_marks.call_begin = bench::now();
    real_call(instance, call, request);
    bench::Marks* const marks = bench::attached_marks();
    if (marks != nullptr && calls < bench::kMarkedCalls) marks->host[calls++] = call_marks;
}

bool wrapped_try_send(bridge32::wire::Channel* channel, const bridge32::wire::Envelope& envelope,
                      std::string_view json, Attachments attachments) {
    return noted_try_send(call_marks, channel, envelope, json, attachments);
}
