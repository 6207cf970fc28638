#include "os/give_back.hpp"

namespace bridge32::os {

void give_back(std::byte* /*begin*/, std::size_t /*size*/) noexcept {}

}  // namespace bridge32::os
