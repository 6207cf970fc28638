#include "wrap/copies.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::wrap {

namespace {
constexpr std::uint32_t kFirstToken = 0x10001;  // no small number, which libraries give a meaning
constexpr std::uint32_t kStep = 4;
}  // namespace

const std::byte* Copies::keep(std::uint32_t address, std::span<const std::byte> data) {
    const std::lock_guard lock(mutex_);
    std::vector<std::byte>& kept = kept_[address];
    if (kept.size() < data.size()) {
        if (!kept.empty()) {
            grown_.push_back(std::move(kept));
        }
        kept.assign(std::max<std::size_t>(2 * data.size(), 64), std::byte{});
    }
    // A thread may be reading what has not changed.
    if (!data.empty() && std::memcmp(kept.data(), data.data(), data.size()) != 0) {
        std::memcpy(kept.data(), data.data(), data.size());
    }
    return kept.data();
}

std::byte* Copies::give(std::uint32_t address, std::span<const std::byte> data) {
    auto* const given = static_cast<std::byte*>(std::malloc(data.size()));
    if (given == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(given, data.data(), data.size());
    const std::lock_guard lock(mutex_);
    given_[given] = address;
    return given;
}

std::uint32_t Copies::take_back(const void* given) {
    const std::lock_guard lock(mutex_);
    const auto found = given_.find(given);
    if (found == given_.end()) {
        throw Error("memory that the library did not return was given back to it");
    }
    const std::uint32_t address = found->second;
    given_.erase(found);
    std::free(const_cast<void*>(given));
    return address;
}

std::uint32_t Tokens::token(const void* pointer) {
    if (pointer == nullptr) {
        return 0;
    }
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = tokens_.try_emplace(
        pointer, kFirstToken + kStep * static_cast<std::uint32_t>(pointers_.size()));
    if (is_new) {
        pointers_.push_back(pointer);
    }
    return entry->second;
}

void* Tokens::pointer(std::uint32_t token) {
    if (token == 0) {
        return nullptr;
    }
    const std::lock_guard lock(mutex_);
    const std::uint32_t number = (token - kFirstToken) / kStep;
    if (token < kFirstToken || (token - kFirstToken) % kStep != 0 || number >= pointers_.size()) {
        throw Error("the library passed user data that it was not given");
    }
    return const_cast<void*>(pointers_[number]);
}

}  // namespace bridge32::wrap
