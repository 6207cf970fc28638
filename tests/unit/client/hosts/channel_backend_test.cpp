#include "client/hosts/channel_backend.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "bridge32/error.hpp"

namespace channel_backend_test {

using namespace bridge32;
using namespace bridge32::client;

namespace {

/// A backend, and the host's end of its channel, which the test plays.
class PlayedHost : public ChannelBackend {
public:
    PlayedHost()
        : ChannelBackend("plugin", {}, std::make_shared<Inbound>(Dispatch::poll),
                         [] { return true; }),
          host_(wire::Channel::attach(endpoint().channel().link_to_new_host(), nullptr)) {}

    void callback(std::uint64_t id, std::uint64_t related, std::string_view json) {
        host_->try_send({wire::FrameKind::kCallback, 0, id, related}, json, {});
    }
    bool close_now() noexcept { return close(Clock::now()); }
    void end() noexcept { endpoint().peer_died(); }
    bool broken() const noexcept { return broken_; }

    void terminate() override {}
    Streams shutdown(std::chrono::milliseconds) override { return {}; }
    bool crashed() const noexcept override { return false; }

private:
    void end_broken() noexcept override { broken_ = true; }
    [[noreturn]] void throw_peer_gone(std::string_view, Noticed, std::uint64_t) override {
        throw ConnectionClosed("the host has gone");
    }

    std::unique_ptr<wire::Channel> host_;
    bool broken_ = false;
};

}  // namespace

// With AddressSanitizer, what is left in the table is found: the call lay on the stack.
TEST_CASE("channel backend: a close that gets no answer leaves no call behind") {
    const auto backend = std::make_shared<PlayedHost>();
    constexpr std::uint64_t kClosing = 1;  // its number
    bool breaks = false;
    SUBCASE("in time") {}
    SUBCASE("because the host breaks the protocol after the time limit") {
        backend->callback(1, kClosing, R"({"callback":1,"args":[]})");
        backend->callback(2, kClosing, R"({"callback":)");
        breaks = true;
    }

    CHECK_FALSE(backend->close_now());

    CHECK(backend->broken() == breaks);
    backend->end();
}

}  // namespace channel_backend_test
