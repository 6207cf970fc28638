// A library's objects as handles of the client.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/handle.hpp"
#include "value.hpp"

namespace bridge32::ffi {

class Memory;

/// Of one instance. Any thread.
class Handles {
public:
    /// Calls the function `name` of the library with one argument.
    using Free = std::function<void(const std::string& name, std::uint32_t object)>;

    explicit Handles(Free free) : free_(std::move(free)) {}
    Handles(const Handles&) = delete;
    Handles& operator=(const Handles&) = delete;

    /// The object that the next value, a handle, stands for. It is not ended as long as `memory`
    /// keeps what this gives it. Throws CodecError.
    std::uint32_t read(Decoder& in, const HandleKind& kind, Memory& memory);
    /// A handle of `object`, the same as long as there is one; null for 0. `borrowed`: it belongs
    /// to somebody else, so that the end of the handle is not its end. Throws CodecError.
    void write(Encoder& out, std::uint32_t object, const HandleKind& kind, bool borrowed = false);
    /// The library has ended the object: there is no handle of it any more.
    void end(std::uint32_t object, const HandleKind& kind);

private:
    class Object;
    using Key = std::pair<const void*, std::uint32_t>;

    struct Known {
        Object* object;
        detail::HandleToken token;
    };

    Free free_;
    std::mutex mutex_;
    std::map<Key, Known> known_;
};

}  // namespace bridge32::ffi
