// Which structs this program or plugin describes with BRIDGE32_STRUCT.
#pragma once

#include "bridge32/internal/support/host.hpp"

namespace bridge32::detail {

struct StructLayout;

/// One described struct. Made before main(), or when the plugin is loaded: nothing is
/// allocated then, and the layout is made when somebody asks.
class StructRegistration {
public:
    explicit StructRegistration(const StructLayout& (*make)()) noexcept;
    StructRegistration(const StructRegistration&) = delete;
    StructRegistration& operator=(const StructRegistration&) = delete;

    const StructLayout& layout() const { return layout_(); }
    const StructRegistration* next() const noexcept { return next_; }
    /// Mentions the object, so that it exists.
    void use() const noexcept {}

private:
    const StructLayout& (*layout_)();
    const StructRegistration* next_;
};

/// The first of this binary's registrations, in no particular order.
BRIDGE32_DETAIL_OWN inline const StructRegistration*& struct_registry() noexcept {
    static constinit const StructRegistration* first = nullptr;
    return first;
}

inline StructRegistration::StructRegistration(const StructLayout& (*make)()) noexcept
    : layout_(make), next_(struct_registry()) {
    struct_registry() = this;
}

}  // namespace bridge32::detail
