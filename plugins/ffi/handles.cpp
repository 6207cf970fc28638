#include "handles.hpp"

#include <optional>

#include "memory.hpp"

namespace bridge32::ffi {

using detail::HandleState;
using detail::HandleStore;

/// What a handle stands for: a pointer or a number.
class Handles::Object final : public detail::HandleObject {
public:
    Object(Handles& all, std::uint32_t object, const HandleKind& kind, bool borrowed)
        : all_(all), object_(object), kind_(&kind), borrowed_(borrowed) {}
    ~Object() override { forget(); }

    void* get() noexcept override { return reinterpret_cast<void*>(object_); }
    void destroy() override {
        forget();
        if (!borrowed_ && !kind_->free.empty()) {
            all_.free_(kind_->free, object_);
        }
    }
    void set_ended() noexcept { borrowed_ = true; }
    bool is_borrowed() const noexcept { return borrowed_; }
    /// What was borrowed is the client's now.
    void own(const HandleKind& kind) noexcept {
        kind_ = &kind;
        borrowed_ = false;
    }

private:
    void forget() noexcept {
        const std::lock_guard lock(all_.mutex_);
        const auto found = all_.known_.find({kind_->tag, object_});
        if (found != all_.known_.end() && found->second.object == this) {
            all_.known_.erase(found);
        }
    }

    Handles& all_;
    const std::uint32_t object_;
    const HandleKind* kind_;
    bool borrowed_;
};

namespace {

HandleStore& handle_store() {
    HandleStore* const current = HandleStore::current();
    if (current == nullptr) {
        throw CodecError("a handle can be passed only during a call and on its thread");
    }
    return *current;
}

detail::HandleType type_of(const HandleKind& kind) { return {kind.tag, kind.name}; }

}  // namespace

std::uint32_t Handles::read(Decoder& in, const HandleKind& kind, Memory& memory) {
    if (in.tag() != detail::Tag::handle) {
        throw in.expected("a handle of " + kind.name);
    }
    const std::shared_ptr<HandleState> state = handle_store().find(in.handle(), type_of(kind));
    memory.keep(state);
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(state->object()));
}

void Handles::write(Encoder& out, std::uint32_t object, const HandleKind& kind, bool borrowed) {
    if (object == 0 && !kind.is_number) {
        return out.value(nullptr);
    }
    std::optional<detail::HandleToken> token;
    bool is_owned = false;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = known_.find({kind.tag, object}); found != known_.end()) {
            token = found->second.token;
            is_owned = !found->second.object->is_borrowed();
        }
    }
    if (token) {
        try {
            const auto state = handle_store().find(*token, type_of(kind));
            if (!borrowed) {
                const std::lock_guard lock(mutex_);
                if (const auto found = known_.find({kind.tag, object}); found != known_.end()) {
                    found->second.object->own(kind);
                }
            }
            state->sent();
            return detail::write_handle(out, state->token());
        } catch (const CodecError&) {
            borrowed = borrowed || is_owned;  // of another client, whose it is
        }
    }
    auto made = std::make_unique<Object>(*this, object, kind, borrowed);
    Object* const its = made.get();
    const auto state = handle_store().add(std::move(made), type_of(kind));
    if (!token || !borrowed) {
        const std::lock_guard lock(mutex_);
        known_[{kind.tag, object}] = {its, state->token()};
    }
    state->sent();
    detail::write_handle(out, state->token());
}

void Handles::end(std::uint32_t object, const HandleKind& kind) {
    detail::HandleToken token;
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find({kind.tag, object});
        if (found == known_.end()) {
            return;
        }
        found->second.object->set_ended();
        token = found->second.token;
    }
    try {
        handle_store().find(token, type_of(kind))->destroy();
    } catch (const CodecError&) {  // it is gone already
    }
}

}  // namespace bridge32::ffi
