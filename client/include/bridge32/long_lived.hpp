// A callback that the plugin can keep after the call it was passed to.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/internal/client/call.hpp>
#include <cstdint>
#include <memory>
#include <utility>

namespace bridge32 {

/// From Client::long_lived: an argument for a method that keeps a callback. The plugin can call the
/// function while a copy of this object exists; afterwards its calls fail. The last copy's
/// destructor waits for a running call, unless it runs inside that call. May outlive the client.
class LongLivedFunction {
public:
    /// For Client::long_lived.
    LongLivedFunction(std::shared_ptr<detail::Caller> caller,
                      std::shared_ptr<LocalFunction> function)
        : entry_(std::make_shared<Entry>(std::move(caller), std::move(function))) {}

    /// Its number on the wire.
    std::uint64_t id() const noexcept { return entry_->id; }

private:
    struct Entry {
        Entry(std::shared_ptr<detail::Caller> its_caller, std::shared_ptr<LocalFunction> function)
            : caller(std::move(its_caller)), id(caller->add_long_lived(std::move(function))) {}
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() { caller->remove_long_lived(id); }

        std::shared_ptr<detail::Caller> caller;
        std::uint64_t id;
    };

    std::shared_ptr<Entry> entry_;
};

template <>
struct Codec<LongLivedFunction> {
    static void encode(Encoder& out, const LongLivedFunction& function) {
        out.long_lived_function(function.id());
    }
};

}  // namespace bridge32
