#include "diagnostics/trace.hpp"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "diagnostics/log.hpp"
#include "os/environment.hpp"
#include "os/fork.hpp"
#include "os/no_size_signal.hpp"
#include "os/path.hpp"
#include "os/process.hpp"
#include "os/user_folder.hpp"

namespace bridge32::diagnostics {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kBegin = "[\n";
constexpr std::string_view kEnd = "\n]\n";
constexpr std::size_t kMostKept = 64 * 1024;  // bytes

double microseconds(Clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
}

/// A small number for this thread.
unsigned own_thread() {
    static std::atomic<unsigned> next{1};
    thread_local const unsigned mine = next.fetch_add(1);
    return mine;
}

class Trace {
public:
    /// `goes_on`: in a child made by fork, whose parent has begun the file.
    explicit Trace(bool goes_on)
        : goes_on_(goes_on),
          file_(os::path_from_utf8(os::environment_variable("BRIDGE32_TRACE").value_or(""))) {
        file_ = os::absolute_path(file_);
    }
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    ~Trace() = default;

    const fs::path& file() const noexcept { return file_; }
    bool is_ours() const noexcept { return owner_.is_this(); }

    void begin(const std::string& name, bool is_host) {
        const std::lock_guard lock(mutex_);
        if (std::exchange(begun_, true)) return;
        require_writable(is_host);
        add(json{{"name", "process_name"},
                 {"ph", "M"},
                 {"pid", os::own_pid()},
                 {"tid", 0},
                 {"args", {{"name", name}}}});
        write();
    }

    void add(std::string_view name, std::string_view kind, Clock::time_point begin,
             std::uint64_t call_id) {
        const auto end = Clock::now();
        const json event = {{"name", name},
                            {"cat", kind},
                            {"ph", "X"},
                            {"ts", microseconds(begin.time_since_epoch())},
                            {"dur", microseconds(end - begin)},
                            {"pid", os::own_pid()},
                            {"tid", own_thread()},
                            {"args", {{"call", call_id}}}};
        const std::lock_guard lock(mutex_);
        add(event);
        if (kept_.size() > kMostKept) write();
    }

    void flush(bool at_once) {
        const std::lock_guard lock(mutex_);
        if (!kept_.empty() && (at_once || Clock::now() - written_ >= times::kTraceFlush)) write();
    }

private:
    /// Fails now rather than waiting forever for a turn. A client's program starts a new file.
    void require_writable(bool is_host) const {
        std::error_code ignored;
        if (!is_host && !goes_on_ && fs::is_regular_file(file_, ignored))
            fs::remove(file_, ignored);
        errno = 0;
        if (std::ofstream(file_, std::ios::binary | std::ios::app)) return;
        throw Error("cannot write " + os::utf8_of(file_) + ": " +
                    std::generic_category().message(errno));
    }

    void add(const json& event) {
        kept_ += kept_.empty() ? "" : ",\n";
        kept_ += event.dump(-1, ' ', false, json::error_handler_t::replace);
    }

    /// With the lock held. Only one process at a time, which the other file tells.
    void write() {
        const os::NoSizeSignal no_signal;
        const std::string events = std::exchange(kept_, {});  // lost when they cannot be written
        fs::path turn = file_;
        turn += ".lock";
        for (const auto deadline = Clock::now() + times::kTracePatience; Clock::now() < deadline;) {
            if (const auto owned = os::OwnedFile::claim(turn)) {
                append(events);
                break;
            }
            std::this_thread::sleep_for(times::kRoomLook);
        }
        written_ = Clock::now();
    }

    void append(const std::string& events) {
        std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
        std::string tail(kEnd.size(), '\0');
        if (file.seekg(-static_cast<std::streamoff>(kEnd.size()), std::ios::end) &&
            file.read(tail.data(), static_cast<std::streamsize>(tail.size())) && tail == kEnd) {
            file.seekp(-static_cast<std::streamoff>(kEnd.size()), std::ios::end);
            file << ",\n" << events << kEnd;
            return;
        }
        file.close();
        std::ofstream fresh(file_, std::ios::binary | std::ios::trunc);
        fresh << kBegin << events << kEnd;
        if (!fresh.flush()) throw Error("cannot write " + os::utf8_of(file_));
    }

    os::OwnerProcess owner_;
    std::mutex mutex_;
    bool goes_on_;
    fs::path file_;
    bool begun_ = false;
    std::string kept_;
    Clock::time_point written_{};
};

Trace& own_trace() {
    // Never destroyed: threads may still trace while the process ends. A child made by fork has one
    // of its own: its parent's events are written by the parent, whose threads may have the lock.
    static std::atomic<Trace*> current{nullptr};
    Trace* trace = current.load();
    if (trace != nullptr && trace->is_ours()) return *trace;
    auto fresh = std::make_unique<Trace>(trace != nullptr);
    const bool first = trace == nullptr;
    if (!current.compare_exchange_strong(trace, fresh.get())) return *trace;
    if (first) std::atexit([] { flush_trace(true); });
    return *fresh.release();
}

}  // namespace

fs::path trace_file() { return own_trace().file(); }

void begin_trace(const std::string& name, bool is_host) noexcept {
    if (!traces()) return;
    try {
        own_trace().begin(name, is_host);
    } catch (const std::exception& e) {
        detail::watched.fetch_and(~detail::kTraced);
        // The user who asked for a trace must learn this.
        if (!is_host) std::fprintf(stderr, "bridge32: no trace is written: %s\n", e.what());
        log(LogLevel::kError, e.what());
    }
}

void trace(std::string_view name, std::string_view kind, Clock::time_point begin,
           std::uint64_t call_id) noexcept {
    if (!traces()) return;
    try {
        own_trace().add(name, kind, begin, call_id);
    } catch (const std::exception& e) {
        log(LogLevel::kError, e.what());
    }
}

void flush_trace(bool at_once) noexcept {
    if (!traces()) return;
    try {
        own_trace().flush(at_once);
    } catch (const std::exception& e) {
        log(LogLevel::kError, e.what());
    }
}

}  // namespace bridge32::diagnostics
