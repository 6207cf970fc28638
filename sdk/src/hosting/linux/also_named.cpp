#include "hosting/also_named.hpp"

#include <dlfcn.h>
#include <link.h>

#include <utility>

namespace bridge32::hosting {

// The loader compares the names of what is needed with `l_name`, and with the SONAME, of what is
// loaded already.
AlsoNamed::AlsoNamed(const boost::dll::shared_library& library, std::string name)
    : name_(std::move(name)) {
    link_map* map = nullptr;
    if (::dlinfo(library.native(), RTLD_DI_LINKMAP, &map) != 0) return;
    loaded_ = map;
    own_name_ = std::exchange(map->l_name, name_.data());
}

AlsoNamed::~AlsoNamed() {
    if (loaded_ != nullptr) static_cast<link_map*>(loaded_)->l_name = own_name_;
}

}  // namespace bridge32::hosting
