// What an author says of a method or a property after its registration.
#pragma once

#include "bridge32/internal/plugin/member.hpp"

namespace bridge32 {

/// What `Plugin::method` and `Plugin::property` return: valid in the constructor only.
class Registered {
public:
    /// For Plugin alone.
    explicit Registered(detail::Member& member) noexcept : member_(&member) {}

    /// Twice is as good as once: `method("read", &X::read, {"a"}).idempotent()`. When the host
    /// dies in the middle of a call, a client that allows it (ClientOptions::repeat_idempotent)
    /// makes the call again in a new host. Calls of all others are never repeated.
    Registered& idempotent() noexcept {
        member_->idempotent = true;
        return *this;
    }

private:
    detail::Member* member_;
};

}  // namespace bridge32
