// What must be done when a scope is left too early.
#pragma once

#include <utility>

namespace bridge32::detail {

/// Runs `undo`, which must not throw, unless `dismiss` came first: also when the scope is left by
/// the end of its thread.
template <class Undo>
class ScopeGuard {
public:
    explicit ScopeGuard(Undo undo) : undo_(std::move(undo)) {}
    ScopeGuard(const ScopeGuard&) = delete;
    ScopeGuard& operator=(const ScopeGuard&) = delete;
    ~ScopeGuard() {
        if (!dismissed_) undo_();
    }
    void dismiss() noexcept { dismissed_ = true; }

private:
    Undo undo_;
    bool dismissed_ = false;
};

}  // namespace bridge32::detail
