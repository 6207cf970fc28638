#include "os/message_pump.hpp"

namespace bridge32::os {

void enter_apartment() {}

void pump_messages() noexcept {}

}  // namespace bridge32::os
