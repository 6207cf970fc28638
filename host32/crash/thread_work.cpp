#include "host32/crash/thread_work.hpp"

#include "bridge32/internal/protocol/request.hpp"

namespace bridge32::host {

// The text of a request is never longer than this before its name ends.
std::string_view ThreadWork::method() const noexcept {
    return work_.starts_with('(') ? work_ : protocol::leading_name(work_);
}

}  // namespace bridge32::host
