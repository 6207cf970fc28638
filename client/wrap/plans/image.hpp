// The arguments of one call as the 32-bit library sees them: words, and the memory they point to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "interface/direct_call.hpp"

namespace bridge32::wrap {

/// Which way the bytes of an object go.
enum class Travel : std::uint8_t { in, both, out };

class Image {
public:
    /// The object that stands for the words.
    static constexpr std::uint32_t kWords = 0;

    explicit Image(std::uint32_t words);

    /// An object of `size` bytes, cleared.
    std::uint32_t add(std::size_t size, Travel travel);
    /// One whose bytes are at `from`, which stays as it is.
    std::uint32_t add(const std::byte* from, std::size_t size, Travel travel);
    /// It ends at an unreadable page.
    void guard(std::uint32_t object) { objects_[object].guarded = true; }
    /// It lies at `address` of the library's memory.
    void put_at(std::uint32_t object, std::uint32_t address) {
        objects_[object].elsewhere = address;
    }

    /// Bytes of an object that was added cleared, or of the words.
    std::byte* at(std::uint32_t object, std::uint32_t offset = 0);
    /// The pointer at `offset` in `object` leads to `target`.
    void point(std::uint32_t object, std::uint32_t offset, std::uint32_t target);

    /// The request; `head` is completed.
    std::span<const std::byte> request(interfaces::DirectCall head);

    /// @{
    /// After the call.
    void take_reply(std::span<const std::byte> reply);
    /// Of a call that was not made with `request`.
    void set_result(const interfaces::DirectResult& result) noexcept { result_ = result; }
    const interfaces::DirectResult& result() const noexcept { return result_; }
    std::span<const std::byte> text() const noexcept { return text_; }
    /// What an object that travels back has in it now.
    const std::byte* returned(std::uint32_t object) const;
    /// What it had in it before; null: nothing was sent.
    const std::byte* sent(std::uint32_t object) const;
    /// Whether the function has written behind it.
    bool overrun(std::uint32_t object) const;
    /// Where an object was.
    std::uint32_t address(std::uint32_t object) const {
        const Object& its = objects_[object];
        return its.elsewhere != 0 ? its.elsewhere : result_.base + its.at;
    }
    std::size_t size(std::uint32_t object) const { return objects_[object].size; }
    /// What `point` has put there; nothing if it has not.
    std::optional<std::uint32_t> pointer(std::uint32_t object, std::uint32_t offset) const;
    /// A number that stands for a pointer whose memory is not passed on: where a process of 32 bits
    /// has nothing, so that a function that uses it crashes.
    std::uint32_t stand_in(const std::byte* pointer);
    /// The program's memory that is at `address` of the library's; null: none of this call's is.
    /// Throws Error if it lies in memory of this call that the program has otherwise.
    const std::byte* program_pointer(std::uint32_t address) const;
    /// The object that this leads to.
    std::optional<std::uint32_t> target(std::uint32_t object, std::uint32_t offset) const;
    /// @}

private:
    struct Object {
        const std::byte* from = nullptr;  // null: `own`
        std::vector<std::byte> own{};
        std::size_t size = 0;
        Travel travel = Travel::in;
        bool guarded = false;
        std::uint32_t elsewhere = 0;
        std::uint32_t at = 0;
    };
    struct Pointer {
        std::uint32_t object;
        std::uint32_t offset;
        std::uint32_t target;
    };

    bool has_canary(const Object& object) const noexcept {
        return object.travel != Travel::in && !object.guarded && object.elsewhere == 0;
    }
    std::size_t room(const Object& object) const noexcept;
    void place(interfaces::DirectCall& head);

    std::vector<Object> objects_;
    std::vector<Pointer> pointers_{};
    std::vector<const std::byte*> stand_ins_{};
    std::unique_ptr<std::byte[]> request_{};
    interfaces::DirectResult result_{};
    std::span<const std::byte> memory_{};  // of the reply
    std::span<const std::byte> text_{};
    std::uint32_t back_ = 0;
    std::size_t sent_ = 0;  // where the memory begins in the request
};

}  // namespace bridge32::wrap
