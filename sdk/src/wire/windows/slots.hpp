// The slots of a control segment, in which clients post the names of their channels.
#pragma once

#include <string>

#include "wire/control_layout.hpp"

namespace bridge32::wire {

/// A copy of what a client wrote, which is anything.
std::string name_in(const ControlSlot& slot);

}  // namespace bridge32::wire
