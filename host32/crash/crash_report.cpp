#include "host32/crash/crash_report.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "host32/crash/thread_work.hpp"

namespace bridge32::host {

namespace {

constexpr std::size_t kMaxListeners = 1024;

/// Static, as everything here: the channel itself lies on the heap, which may be in ruins.
struct Listener {
    std::atomic<wire::Channel*> channel{nullptr};
    std::atomic<wire::CrashReport*> report{nullptr};  // of the channel; null while that is not set
};
constinit Listener listeners[kMaxListeners];
static_assert(std::atomic<wire::Channel*>::is_always_lock_free);

// Not on the stack: there is little of it in a handler.
constinit wire::CrashReport draft{};

template <class Visit>
void for_each_report(const Visit& visit) noexcept {
    for (auto& listener : listeners) {
        wire::CrashReport* const report = listener.report.load(std::memory_order_acquire);
        if (report != nullptr) visit(*report, listener.channel.load(std::memory_order_relaxed));
    }
}

void set_stage(wire::CrashReport& report, wire::CrashStage stage) noexcept {
    report.stage.store(static_cast<std::uint32_t>(stage), std::memory_order_release);
}

/// Copies the draft's bytes from `first` up to `last` to all clients.
void publish(wire::CrashStage stage, std::size_t first, std::size_t last) noexcept {
    for_each_report([&](wire::CrashReport& report, const wire::Channel*) {
        std::memcpy(reinterpret_cast<char*>(&report) + first,
                    reinterpret_cast<const char*>(&draft) + first, last - first);
        set_stage(report, stage);
    });
}

template <std::size_t Size>
std::uint32_t copy_text(char (&to)[Size], std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), Size);
    if (size != 0) std::memcpy(to, text.data(), size);  // of an empty view there is no address
    return static_cast<std::uint32_t>(size);
}

constexpr std::size_t kAfterStage = offsetof(wire::CrashReport, kind);
constexpr std::size_t kAfterTexts = offsetof(wire::CrashReport, frames);

void publish_call(const ThreadWork* work) noexcept {
    if (work != nullptr) {
        draft.call_id = work->call_id();
        draft.plugin_bytes = copy_text(draft.plugin, work->plugin());
        draft.method_bytes = copy_text(draft.method, work->method());
    }
    publish(wire::CrashStage::kCause, kAfterStage, kAfterTexts);
    for_each_report([work](wire::CrashReport& report, const wire::Channel* channel) {
        auto owner = wire::CrashOwner::kNobody;
        if (work != nullptr) {
            owner = &work->client() == channel ? wire::CrashOwner::kThisClient
                                               : wire::CrashOwner::kOtherClient;
        }
        report.owner = static_cast<std::uint32_t>(owner);
        set_stage(report, wire::CrashStage::kCall);
    });
}

}  // namespace

CrashListener::CrashListener(wire::Channel& channel) noexcept : channel_(&channel) {
    for (auto& listener : listeners) {
        wire::Channel* nobody = nullptr;
        if (!listener.channel.compare_exchange_strong(nobody, &channel)) continue;
        listener.report.store(&channel.crash_report(), std::memory_order_release);
        return;
    }
}

CrashListener::~CrashListener() {
    for (auto& listener : listeners) {
        if (listener.channel.load() != channel_) continue;
        listener.report.store(nullptr);
        listener.channel.store(nullptr);
        return;
    }
}

bool CrashListener::any() noexcept {
    return std::any_of(std::begin(listeners), std::end(listeners),
                       [](const auto& listener) { return listener.report.load() != nullptr; });
}

namespace crash_report {

void begin(const CrashCause& cause, const ThreadWork* work) noexcept {
    draft.kind = static_cast<std::uint32_t>(cause.kind);
    draft.code = cause.code;
    draft.detail = cause.detail;
    draft.flags = cause.flags;
    draft.thread = cause.thread;
    draft.address = cause.address;
    draft.instruction = cause.instruction;
    draft.stack = cause.stack;
    draft.call_id = 0;
    draft.owner = static_cast<std::uint32_t>(wire::CrashOwner::kNobody);
    draft.plugin_bytes = 0;
    draft.method_bytes = 0;
    draft.message_bytes = copy_text(draft.message, cause.message);
    draft.module_count = 0;
    draft.names_bytes = 0;
    draft.frame_count = 0;
    publish(wire::CrashStage::kCause, kAfterStage, kAfterTexts);
    publish_call(work);
}

void add_module(std::uint64_t begin, std::uint64_t end, std::string_view name) noexcept {
    const bool needed = draft.instruction >= begin && draft.instruction < end;
    const std::size_t room = wire::kCrashNamesBytes - draft.names_bytes;
    // The last place, and the room for one long name, are kept for what is needed.
    constexpr std::size_t kKeptBytes = 512;
    const std::size_t wanted = name.size() + (needed ? 0 : kKeptBytes);
    if (draft.module_count + (needed ? 0U : 1U) >= wire::kCrashModules || wanted > room) return;
    if (name.empty()) return;
    std::memcpy(draft.names + draft.names_bytes, name.data(), name.size());
    draft.modules[draft.module_count++] = {
        begin, end, draft.names_bytes, static_cast<std::uint32_t>(name.size()), {}};
    draft.names_bytes += static_cast<std::uint32_t>(name.size());
}

void publish_modules() noexcept {
    for_each_report([](wire::CrashReport& report, const wire::Channel*) {
        report.module_count = draft.module_count;
        report.names_bytes = draft.names_bytes;
    });
    publish(wire::CrashStage::kModules, offsetof(wire::CrashReport, modules),
            sizeof(wire::CrashReport));
}

bool is_code(std::uint64_t address) noexcept {
    return std::any_of(
        draft.modules, draft.modules + draft.module_count,
        [address](const auto& module) { return address >= module.begin && address < module.end; });
}

void publish_backtrace(std::span<const std::uint64_t> addresses) noexcept {
    const std::size_t count = std::min<std::size_t>(addresses.size(), wire::kCrashFrames);
    std::copy_n(addresses.begin(), count, draft.frames);
    for_each_report([count](wire::CrashReport& report, const wire::Channel*) {
        report.frame_count = static_cast<std::uint32_t>(count);
    });
    publish(wire::CrashStage::kBacktrace, offsetof(wire::CrashReport, frames),
            offsetof(wire::CrashReport, modules));
}

void tell_clients() noexcept {
    for (auto& listener : listeners) {
        wire::Channel* const channel = listener.channel.load();
        if (channel != nullptr) channel->set_host_state(wire::HostState::kCrashed);
    }
}

void withdraw() noexcept {
    for_each_report([](wire::CrashReport& report, const wire::Channel*) {
        set_stage(report, wire::CrashStage::kNone);
    });
}

}  // namespace crash_report

}  // namespace bridge32::host
