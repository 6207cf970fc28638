#include "os/no_cancellation.hpp"

namespace bridge32::os {

NoCancellation::NoCancellation() noexcept = default;
NoCancellation::~NoCancellation() { static_cast<void>(before_); }

}  // namespace bridge32::os
