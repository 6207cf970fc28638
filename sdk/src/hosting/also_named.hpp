// Having a loaded library taken for one that another library needs.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <string>

namespace bridge32::hosting {

/// While it lives, what is loaded finds `library`, which is loaded, under this name without a
/// folder, also if the library has no SONAME. Outlived by the library. No effect on Windows, which
/// goes by file names. One thread at a time.
class AlsoNamed {
public:
    AlsoNamed(const boost::dll::shared_library& library, std::string name);
    AlsoNamed(const AlsoNamed&) = delete;
    AlsoNamed& operator=(const AlsoNamed&) = delete;
    ~AlsoNamed();

private:
    std::string name_;
    void* loaded_ = nullptr;
    char* own_name_ = nullptr;
};

}  // namespace bridge32::hosting
