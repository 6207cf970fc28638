#include "wire/control.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/names.hpp"
#include "base/times.hpp"
#include "bridge32/error.hpp"

namespace bridge32::wire {

namespace {

constexpr std::size_t kLongestHostName = 64;
constexpr const char* kFileSuffix = ".host";

std::filesystem::path file_of(const std::string& name) {
    if (!is_host_name(name)) {
        throw Error("\"" + name +
                    "\" is not a valid name for a shared host: use at most 64 letters, digits, "
                    "'.', '_' and '-'");
    }
    return os::user_runtime_folder() / (name + kFileSuffix);
}

/// Removes what hosts that were killed left behind: the file, and the segment it names.
void sweep_dead_hosts() {
    std::error_code error;
    for (std::filesystem::directory_iterator it(os::user_runtime_folder(), error), end;
         !error && it != end; it.increment(error)) {
        if (it->path().extension() != kFileSuffix || os::OwnedFile::is_owned(it->path())) continue;
        const auto file = os::OwnedFile::claim(it->path());
        if (!file) continue;
        const std::string stale = os::OwnedFile::read(it->path());
        if (is_unguessable_name(stale)) os::Segment::unlink(stale);
    }
}

os::OwnedFile claim(const std::string& name) {
    sweep_dead_hosts();
    auto file = os::OwnedFile::claim(file_of(name));
    if (!file) {
        throw Error("a shared host named \"" + name +
                    "\" is already running. Stop it, or choose another name");
    }
    return std::move(*file);
}

os::Segment find_segment(const std::string& name) {
    const auto file = file_of(name);
    const std::string segment = os::OwnedFile::read(file);
    const bool owned = os::OwnedFile::is_owned(file);
    if (owned && !is_unguessable_name(segment)) {
        throw StartupError("the shared host \"" + name + "\" is still starting");
    }
    if (!owned) {
        sweep_dead_hosts();
        throw ConnectionClosed("no shared host named \"" + name +
                               "\" is running. Start it with: host32 --serve " + name);
    }
    return os::Segment::open(segment);
}

/// A copy of what a client wrote, which is anything.
std::string name_in(const ControlSlot& slot) {
    char copy[kChannelNameBytes];
    std::memcpy(copy, slot.channel, sizeof copy);
    const char* const end = std::find(copy, copy + sizeof copy, '\0');
    return std::string(static_cast<const char*>(copy), end);
}

}  // namespace

std::vector<std::string> shared_host_names() {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(os::user_runtime_folder(), error), end;
         !error && it != end; it.increment(error)) {
        if (it->path().extension() != kFileSuffix || !os::OwnedFile::is_owned(it->path())) continue;
        const std::string name = it->path().stem().string();
        if (is_host_name(name)) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool is_host_name(const std::string& name) noexcept {
    return !name.empty() && name.size() <= kLongestHostName && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '.' || c == '_' || c == '-';
           });
}

ControlServer::ControlServer(const std::string& name)
    : file_(claim(name)),
      segment_(os::Segment::create(unguessable_name(), sizeof(ControlHeader))),
      bell_(header().host_bell, segment_.name() + "-host", WaitMode::kAdaptive) {
    new (segment_.data()) ControlHeader{};
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    started_ms_ = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
    introduce();
    file_->write(segment_.name());
}

ControlServer::~ControlServer() { withdraw(); }

void ControlServer::introduce() noexcept {
    auto& mine = header();
    mine.wire_version = kWireVersion;
    mine.header_bytes = sizeof(ControlHeader);
    mine.host_pid = os::own_pid();
    mine.host_bits = static_cast<std::uint32_t>(os::own_bits());
    mine.started_ms = started_ms_;
    std::atomic_thread_fence(std::memory_order_release);
    mine.magic = kControlMagic;
}

bool ControlServer::ready() const noexcept {
    return header().posts.load(std::memory_order_acquire) != seen_posts_;
}

std::optional<std::string> ControlServer::take() {
    const std::uint32_t posts = header().posts.load(std::memory_order_acquire);
    for (std::uint32_t looked_at = 0; looked_at < kControlSlots; ++looked_at) {
        auto& slot = header().slots[next_slot_];
        next_slot_ = (next_slot_ + 1) % kControlSlots;
        if ((slot.state.load(std::memory_order_acquire) & kSlotPosted) == 0) continue;
        const std::string name = name_in(slot);
        slot.state.store(0, std::memory_order_release);
        if (is_unguessable_name(name)) return name;
    }
    seen_posts_ = posts;
    return std::nullopt;
}

void ControlServer::look_after_slots(Clock::time_point now) {
    introduce();
    for (std::uint32_t i = 0; i < kControlSlots; ++i) {
        auto& slot = header().slots[i];
        std::uint32_t state = slot.state.load();
        if (state != claims_[i].state) claims_[i] = {state, now};
        if (state == 0) continue;
        if ((state & kSlotPosted) != 0) {
            seen_posts_ = header().posts.load() - 1;  // its client died before it said so
        } else if (now - claims_[i].since >= times::kClaimLife) {
            slot.state.compare_exchange_strong(state, 0);
        }
    }
}

void ControlServer::publish(std::uint32_t clients, std::uint64_t calls) noexcept {
    header().clients.store(clients, std::memory_order_relaxed);
    header().calls_low.store(static_cast<std::uint32_t>(calls), std::memory_order_relaxed);
    header().calls_high.store(static_cast<std::uint32_t>(calls >> 32U), std::memory_order_relaxed);
}

void ControlServer::withdraw() noexcept {
    const std::lock_guard lock(withdrawing_);
    file_.reset();
    segment_.unlink();
}

ControlClient::ControlClient(const std::string& name)
    : segment_(find_segment(name)),
      host_bell_(header().host_bell, segment_.name() + "-host", WaitMode::kAdaptive) {
    if (segment_.size() < sizeof(ControlHeader) || header().magic != kControlMagic) {
        throw ProtocolError("the control segment of the shared host \"" + name + "\" is malformed");
    }
    if (header().wire_version != kWireVersion) {
        throw ProtocolError("the shared host \"" + name + "\" uses version " +
                            std::to_string(header().wire_version) +
                            " of the wire protocol and this client version " +
                            std::to_string(kWireVersion) +
                            ". Use a client and a host of the same bridge32 release");
    }
}

ControlFacts ControlClient::facts() const noexcept {
    const auto& from = header();
    const std::uint64_t high = from.calls_high.load(std::memory_order_relaxed);
    return {from.host_pid, from.host_bits, from.clients.load(std::memory_order_relaxed),
            high << 32U | from.calls_low.load(std::memory_order_relaxed), from.started_ms};
}

void ControlClient::ask_to_stop() noexcept {
    header().stop.store(1);
    host_bell_.ring();
}

bool ControlClient::post(const std::string& channel) {
    for (auto& slot : header().slots) {
        std::uint32_t free = 0;
        std::uint32_t claimed = os::own_pid();
        if (!slot.state.compare_exchange_strong(free, claimed)) continue;
        std::memset(slot.channel, 0, sizeof slot.channel);
        std::memcpy(slot.channel, channel.data(),
                    std::min(channel.size(), sizeof slot.channel - 1));
        // Whoever sleeps in between has lost the slot, and somebody else may have it.
        if (!slot.state.compare_exchange_strong(claimed, claimed | kSlotPosted)) continue;
        header().posts.fetch_add(1);
        host_bell_.ring();
        return true;
    }
    return false;
}

bool ControlClient::posted(const std::string& channel) const {
    const auto& slots = header().slots;
    return std::any_of(std::begin(slots), std::end(slots), [&](const ControlSlot& slot) {
        return (slot.state.load(std::memory_order_acquire) & kSlotPosted) != 0 &&
               name_in(slot) == channel;
    });
}

}  // namespace bridge32::wire
