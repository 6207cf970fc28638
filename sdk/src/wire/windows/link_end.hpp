// A Link's end on Windows: the names that both sides know.
#pragma once

#include <cstdint>
#include <string>

#include "wire/control_layout.hpp"
#include "wire/doorbell.hpp"
#include "wire/link.hpp"

namespace bridge32::wire {

struct Link::End {
    std::string channel;
    /// Of a shared host, whose slots a client posts its channel in; outlives the link's use. Null:
    /// the host knows the channel's name from its command line, or from a slot.
    ControlHeader* control = nullptr;
    std::string bell = {};  ///< the name of the control segment's
};

}  // namespace bridge32::wire
