// What an author can declare about a method or property after its registration.
#pragma once

#include "bridge32/internal/plugin/member.hpp"

namespace bridge32 {

/// The result of `Plugin::method` and `Plugin::property`; valid only in the constructor.
class Registered {
public:
    /// For Plugin.
    explicit Registered(detail::Member& member) noexcept : member_(&member) {}

    /// Declares that repeating the call has no further effect: `method("read", &X::read,
    /// {"a"}).idempotent()`. If the host dies during the call, a client that allows it
    /// (ClientOptions::repeat_idempotent) repeats the call in a new host. Other calls are never
    /// repeated.
    Registered& idempotent() noexcept {
        member_->idempotent = true;
        return *this;
    }

private:
    detail::Member* member_;
};

}  // namespace bridge32
