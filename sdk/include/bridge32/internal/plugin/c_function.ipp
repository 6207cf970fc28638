// The functions of c_function.hpp and c_function_values.hpp.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/c_function.hpp"

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN void throw_bad_argument(std::size_t i, const std::string& why) {
    throw InvalidArgument((i == kResultOfCallback
                               ? std::string("the result of a callback")
                               : "argument " + std::to_string(i + 1) + " of a callback") +
                          ": " + why);
}

BRIDGE32_DETAIL_PLUGIN void throw_null_argument(std::size_t i, std::string_view wanted) {
    throw_bad_argument(i, "the library passed null in place of " + std::string(wanted));
}

BRIDGE32_DETAIL_PLUGIN void throw_bad_length(std::size_t i, std::int64_t length) {
    throw_bad_argument(i, "the library passed " + std::to_string(length) + " as its length");
}

BRIDGE32_DETAIL_PLUGIN void throw_too_long(std::size_t size, std::size_t room) {
    throw_bad_argument(
        kResultOfCallback,
        std::to_string(size) + " bytes do not fit the library's buffer of " + std::to_string(room));
}

BRIDGE32_DETAIL_PLUGIN void throw_shared_user_data() {
    throw Error("a C function was called with user data that is not its own, and more than " +
                std::to_string(kSharingTrampolines) +
                " functions of its type are in use: pass each function its own user_data()");
}

BRIDGE32_DETAIL_PLUGIN void convert_number(std::size_t i, Dtype from, const void* value, Dtype to,
                                           void* out) {
    try {
        convert_number(from, value, to, out);
    } catch (const CodecError& error) {
        throw_bad_argument(i, error.message());
    }
}

BRIDGE32_DETAIL_PLUGIN double exact_double(std::size_t i, long double value) {
    const auto nearest = static_cast<double>(value);
    if (static_cast<long double>(nearest) != value && value == value) {
        throw_bad_argument(i, "a long double cannot be represented exactly by a float64");
    }
    return nearest;
}

BRIDGE32_DETAIL_PLUGIN const char* KeptTexts::keep(std::string text) {
    const std::lock_guard lock(mutex_);
    return (texts_[std::this_thread::get_id()] = std::move(text)).c_str();
}

BRIDGE32_DETAIL_PLUGIN std::size_t fill_buffer(void* buffer, std::size_t room, const void* data,
                                               std::size_t size, bool is_text) {
    if (buffer == nullptr) {
        return size;
    }
    if (size > room) {
        throw_too_long(size, room);
    }
    std::copy_n(static_cast<const char*>(data), size, static_cast<char*>(buffer));
    if (is_text && size < room) {
        static_cast<char*>(buffer)[size] = '\0';
    }
    return size;
}

BRIDGE32_DETAIL_PLUGIN std::size_t CFunctionPool::take(std::shared_ptr<void> state,
                                                       std::size_t slots, bool shared) {
    const std::lock_guard lock(mutex_);
    std::size_t best = next_ % slots;
    for (std::size_t n = 1; n < slots; ++n) {  // in turn, so that neighbours differ
        const std::size_t slot = (next_ + n) % slots;
        if (slots_[slot].size() < slots_[best].size()) {
            best = slot;
        }
    }
    if (!shared && !slots_[best].empty()) {
        throw Error("all " + std::to_string(kMaxTrampolines) +
                    " C functions of this signature are in use: release some, or use a C function "
                    "with user data");
    }
    slots_[best].push_back(std::move(state));
    next_ = best + 1;
    return best;
}

BRIDGE32_DETAIL_PLUGIN void CFunctionPool::give_back(std::size_t slot, const void* state) noexcept {
    std::shared_ptr<void> last;  // destroyed without the lock
    const std::lock_guard lock(mutex_);
    auto& all = slots_[slot];
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& its) { return its.get() == state; });
    if (found != all.end()) {
        last = std::move(*found);
        all.erase(found);
    }
}

BRIDGE32_DETAIL_PLUGIN CFunctionPool::Found CFunctionPool::find(
    std::size_t slot, std::span<const std::uintptr_t> user_data) {
    const std::lock_guard lock(mutex_);
    const auto& all = slots_[slot];
    if (all.empty()) {
        return {};
    }
    if (all.size() == 1) {
        return {all.front(), false};
    }
    for (const auto& its : all) {
        if (std::find(user_data.begin(), user_data.end(),
                      reinterpret_cast<std::uintptr_t>(its.get())) != user_data.end()) {
            return {its, false};
        }
    }
    return {all.front(), true};
}

}  // namespace bridge32::detail
