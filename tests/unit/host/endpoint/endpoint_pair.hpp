// A host's endpoint with a client that does what the test likes, both in this process.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "host32/endpoint/endpoint.hpp"

namespace bridge32 {

struct EndpointPair {
    EndpointPair() {
        client = wire::Channel::create(64 * 1024, wire::WaitMode::kAdaptive);
        auto attached = wire::Channel::attach(client->link_to_new_host(), nullptr);
        const wire::Doorbell bell = attached->own_bell();
        endpoint = std::make_shared<host::Endpoint>(std::move(attached), bell);
        endpoint->serve_nested_with([this](wire::Message& message, unsigned depth) {
            nested.emplace_back(message.json());
            depths.push_back(depth);
        });
    }

    /// From the client.
    void send(const wire::Envelope& envelope, const std::string& json) {
        REQUIRE(client->try_send(envelope, json, {}));
    }

    std::unique_ptr<wire::Channel> client;
    std::shared_ptr<host::Endpoint> endpoint;
    // What callbacks have requested, and how deep.
    std::vector<std::string> nested;
    std::vector<unsigned> depths;
};

}  // namespace bridge32
