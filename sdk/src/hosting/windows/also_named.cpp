#include "hosting/also_named.hpp"

#include <utility>

namespace bridge32::hosting {

AlsoNamed::AlsoNamed(const boost::dll::shared_library& /*library*/, std::string name)
    : name_(std::move(name)) {}

AlsoNamed::~AlsoNamed() = default;

}  // namespace bridge32::hosting
