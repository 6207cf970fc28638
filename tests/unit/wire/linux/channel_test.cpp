// What only a system does that can take a segment's name away while it is mapped.
#include "wire/channel.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "os/segment.hpp"

using namespace bridge32;
using namespace bridge32::wire;

TEST_CASE("channel: a message whose memory cannot be mapped is unreadable; the next is fine") {
    const auto client = Channel::create(kMinRingBytes, WaitMode::kAdaptive);
    const auto host = Channel::attach(client->name(), nullptr);
    const auto request = [&](const std::string& json, std::uint64_t call_id) {
        return client->try_send({FrameKind::kRequest, 0, call_id}, json, {});
    };
    Message message;
    REQUIRE(request(std::string(1 << 20, ' '), 5));
    os::Segment::unlink(client->name() + ".c0");
    REQUIRE(request("[]", 6));

    REQUIRE(host->receive(message));
    CHECK_FALSE(message.readable());
    CHECK(message.kind() == FrameKind::kRequest);
    CHECK(message.call_id() == 5);
    CHECK(message.unreadable_reason().find("1048640 bytes (1 MiB)") != std::string::npos);

    REQUIRE(host->receive(message));
    CHECK(message.readable());
    CHECK(message.call_id() == 6);
    CHECK(message.json() == "[]");
}
