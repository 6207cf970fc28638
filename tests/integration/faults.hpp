// What the tests of faults share: what must be said of a crash, and what must not be left of it.
#pragma once

#include <doctest/doctest.h>

#include <bridge32/client.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "integration/support.hpp"
#include "os/process.hpp"
#include "support/belongings.hpp"

namespace test {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
// ASan looks for leaks in a child that was forked, and takes its time over any end.
inline constexpr std::chrono::seconds kSoon{10};
#else
inline constexpr bool kSanitized = false;
/// The longest that a caller waits for the error.
inline constexpr std::chrono::seconds kSoon{2};
#endif

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Counts before and after: nothing of a test is left when this goes. Make it before the clients.
class NothingLeft {
public:
    NothingLeft() {
        static const bool warm = [] {
            client("crashes").shutdown();  // what the first client makes once for all
            return true;
        }();
        static_cast<void>(warm);
        segments_ = segments();
        before_ = bridge32::test::belongings();
    }
    NothingLeft(const NothingLeft&) = delete;
    NothingLeft& operator=(const NothingLeft&) = delete;
    ~NothingLeft() {
        CHECK(no_segments_but(segments_));
        CHECK(eventually([this] { return bridge32::test::belongings() == before_; }));
        const auto now = bridge32::test::belongings();
        CHECK(now.descriptors == before_.descriptors);
        CHECK(now.threads == before_.threads);
        CHECK(now.children == before_.children);
    }

private:
    std::set<std::string> segments_;
    bridge32::test::Belongings before_;
};

/// Options with which the next call after a crash has a new host.
inline bridge32::ClientOptions restarting() {
    auto result = options();
    result.restart = bridge32::Restart::on_crash;
    result.shutdown_timeout = std::chrono::milliseconds(500);
    return result;
}

/// Runs `work`, which must throw a HostCrashed, and soon.
template <class Work>
bridge32::HostCrashed crash_of(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<bridge32::HostCrashed> crash;
    try {
        work();
    } catch (const bridge32::HostCrashed& e) {
        crash = e;
    }
    REQUIRE(crash.has_value());
    CHECK(std::chrono::steady_clock::now() - start < kSoon);
    return *crash;
}

/// The host of `c` is another one now, and works.
inline void check_restarted(const bridge32::Client& c) { CHECK(c.call<int>("add", 1, 2) == 3); }

/// Does some frame of the backtrace lie in a function of that name?
inline bool went_through(const bridge32::HostCrashed& crash, const std::string& function) {
    for (const auto& frame : crash.backtrace()) {
        if (contains(frame.symbol, function)) return true;
    }
    return false;
}

}  // namespace test
