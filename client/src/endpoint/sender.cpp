#include "client/endpoint/sender.hpp"

#include <cstddef>
#include <exception>

#include "bridge32/internal/protocol/error.hpp"

namespace bridge32::client {

void Sender::try_send(const wire::Envelope& envelope, std::string_view json) {
    const auto lock = lock_until(Clock::now() + times::kCancelPatience);
    if (lock.owns_lock()) channel_.try_send(envelope, json, {});
}

void Sender::refuse(std::vector<std::uint64_t>& invocations) noexcept {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    std::size_t refused = 0;
    try {
        const auto reply = protocol::error_text(
            {"Error", "the callback no longer exists: the call it was passed to has ended",
             "callback"});
        while (refused < invocations.size() &&
               channel_.try_send({wire::FrameKind::kCallbackReply, 0, invocations[refused], 0},
                                 reply, {})) {
            ++refused;
        }
    } catch (const std::exception&) {
        // The next thread that waits finds out.
    }
    invocations.erase(invocations.begin(),
                      invocations.begin() + static_cast<std::ptrdiff_t>(refused));
}

}  // namespace bridge32::client
