#include "os/no_size_signal.hpp"

namespace bridge32::os {

NoSizeSignal::NoSizeSignal() noexcept = default;
NoSizeSignal::~NoSizeSignal() { static_cast<void>(blocks_); }

}  // namespace bridge32::os
