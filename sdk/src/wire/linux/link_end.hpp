// A Link's end on Linux: a socket, and what has come over it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "wire/link.hpp"
#include "wire/linux/local_socket.hpp"

namespace bridge32::wire {

struct Link::End {
    End(LocalSocket its_socket, std::string its_channel, bool only_sealed)
        : socket(std::move(its_socket)),
          channel(std::move(its_channel)),
          sealed_only(only_sealed) {}

    bool receive();

    LocalSocket socket;
    std::string channel;
    /// Set for a client: it has no handler for the fault that a truncated segment causes. A host
    /// has.
    bool sealed_only;
    /// By kind and number, until it is taken.
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::shared_ptr<const os::SegmentFile>> given;
};

}  // namespace bridge32::wire
