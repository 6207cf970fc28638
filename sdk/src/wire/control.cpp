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

/// Removes the files, and on Linux the sockets, of hosts that were killed.
void sweep_dead_hosts() {
    std::error_code error;
    for (std::filesystem::directory_iterator it(os::user_runtime_folder(), error), end;
         !error && it != end; it.increment(error)) {
        if (it->path().extension() != kFileSuffix || os::OwnedFile::is_owned(it->path())) continue;
        const auto file = os::OwnedFile::claim(it->path());  // removes it at its end
        if (!file) continue;
        std::filesystem::remove(std::filesystem::path(it->path()).replace_extension(".socket"),
                                error);
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

Visit find_host(const std::string& name) {
    const auto file = file_of(name);
    if (!os::OwnedFile::is_owned(file)) {
        sweep_dead_hosts();
        throw ConnectionClosed("no shared host named \"" + name +
                               "\" is running. Start it with: host32 --serve " + name);
    }
    return visit(name, file);
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
    reception_.emplace(*file_, file_of(name), segment_, bell_);
}

ControlServer::~ControlServer() { withdraw(); }

void ControlServer::introduce() noexcept {
    auto& mine = header();
    mine.wire_version = kWireVersion;
    mine.header_bytes = sizeof(ControlHeader);
    mine.host_pid = os::own_pid();
    mine.host_bits = static_cast<std::uint32_t>(os::own_bits());
    mine.host_features = kFeatures;
    mine.started_ms = started_ms_;
    std::atomic_thread_fence(std::memory_order_release);
    mine.magic = kControlMagic;
}

void ControlServer::look_after(Clock::time_point now) {
    introduce();
    reception_->look_after(now);
}

void ControlServer::publish(std::uint32_t clients, std::uint64_t calls) noexcept {
    header().clients.store(clients, std::memory_order_relaxed);
    header().calls_low.store(static_cast<std::uint32_t>(calls), std::memory_order_relaxed);
    header().calls_high.store(static_cast<std::uint32_t>(calls >> 32U), std::memory_order_relaxed);
}

void ControlServer::withdraw() noexcept {
    const std::lock_guard lock(withdrawing_);
    reception_->close();
    file_.reset();
}

ControlClient::ControlClient(const std::string& name) : ControlClient(find_host(name), name) {}

ControlClient::ControlClient(Visit visit, const std::string& name)
    : link_(std::move(visit.link)),
      segment_(std::move(visit.control)),
      host_bell_(header().host_bell, bell_name(), WaitMode::kAdaptive) {
    if (segment_.size() < sizeof(ControlHeader) || header().magic != kControlMagic) {
        throw ProtocolError("the control segment of the shared host \"" + name + "\" is malformed");
    }
    if (header().wire_version != kWireVersion) {
        throw ProtocolError(version_mismatch("the shared host \"" + name + "\"",
                                             header().wire_version, "", "this client"));
    }
    host_pid_ = link_.peer_pid(header().host_pid);
}

void ControlClient::link(Channel& channel) {
    channel.use_peer_bell(bell_words(), bell_name());
    channel.link_to(std::move(link_));
}

ControlFacts ControlClient::facts() const noexcept {
    const auto& from = header();
    const std::uint64_t high = from.calls_high.load(std::memory_order_relaxed);
    return {host_pid_, from.host_bits, from.clients.load(std::memory_order_relaxed),
            high << 32U | from.calls_low.load(std::memory_order_relaxed), from.started_ms};
}

void ControlClient::ask_to_stop() noexcept {
    header().stop.store(1);
    host_bell_.ring();
}

}  // namespace bridge32::wire
