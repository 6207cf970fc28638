// Raw bytes as a value, and the type of untyped values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge32 {

/// The type of untyped values. Bytes are its binary values.
using Json = nlohmann::json;

/// A byte string that owns its memory, or a share in it. As argument or result it travels
/// beside the JSON text, as it is. A copy has memory of its own. To pass bytes without owning
/// them, use std::span<const std::byte>.
class Bytes {
public:
    Bytes() = default;
    /// `size` zero bytes.
    explicit Bytes(std::size_t size) : own_(size) {}
    /// @{
    /// Copies `size` bytes from `data`.
    Bytes(const void* data, std::size_t size)
        : own_(static_cast<const std::uint8_t*>(data),
               static_cast<const std::uint8_t*>(data) + size) {}
    explicit Bytes(std::span<const std::byte> bytes) : Bytes(bytes.data(), bytes.size()) {}
    /// @}

    /// Takes over the vector's memory.
    Bytes(std::vector<std::uint8_t>&& data) noexcept : own_(std::move(data)) {}
    /// Copies the text's bytes, as they are.
    explicit Bytes(std::string_view text) : Bytes(text.data(), text.size()) {}
    /// Uses the `size` bytes at `data`, which stay valid while `owner` lives: shared memory, or
    /// a library's. Without an owner the caller sees to that.
    Bytes(std::uint8_t* data, std::size_t size, std::shared_ptr<void> owner) noexcept
        : adopted_(data), adopted_size_(size), owner_(std::move(owner)) {}

    /// @{
    /// A copy has memory of its own; a move passes the memory on.
    Bytes(const Bytes& other) : Bytes(other.data(), other.size()) {}
    Bytes(Bytes&& other) noexcept
        : own_(std::move(other.own_)),
          adopted_(std::exchange(other.adopted_, nullptr)),
          adopted_size_(std::exchange(other.adopted_size_, 0)),
          owner_(std::move(other.owner_)) {}
    Bytes& operator=(const Bytes& other) {
        if (this != &other) {
            own_.assign(other.begin(), other.end());
            disown();
        }
        return *this;
    }
    Bytes& operator=(Bytes&& other) noexcept {
        if (this != &other) {
            own_ = std::move(other.own_);
            adopted_ = std::exchange(other.adopted_, nullptr);
            adopted_size_ = std::exchange(other.adopted_size_, 0);
            owner_ = std::move(other.owner_);
        }
        return *this;
    }
    ~Bytes() = default;
    /// @}

    /// @{
    /// The first byte.
    std::uint8_t* data() noexcept { return adopted_ != nullptr ? adopted_ : own_.data(); }
    const std::uint8_t* data() const noexcept {
        return adopted_ != nullptr ? adopted_ : own_.data();
    }
    /// @}

    /// @{
    /// How many bytes there are, and whether there are none.
    std::size_t size() const noexcept { return adopted_ != nullptr ? adopted_size_ : own_.size(); }
    bool empty() const noexcept { return size() == 0; }
    /// @}

    /// New bytes are zero. Memory that was not allocated here is used on while `size` is not
    /// larger than before; otherwise the bytes move to ordinary memory.
    void resize(std::size_t size) {
        if (adopted_ == nullptr) {
            own_.resize(size);
        } else if (size <= adopted_size_) {
            adopted_size_ = size;
        } else {
            std::vector<std::uint8_t> larger(size);
            std::copy(begin(), end(), larger.begin());
            own_ = std::move(larger);
            disown();
        }
    }
    /// @{
    /// Not checked.
    std::uint8_t& operator[](std::size_t i) noexcept { return data()[i]; }
    std::uint8_t operator[](std::size_t i) const noexcept { return data()[i]; }
    /// @}

    /// @{
    /// As a range.
    std::uint8_t* begin() noexcept { return data(); }
    std::uint8_t* end() noexcept { return data() + size(); }
    const std::uint8_t* begin() const noexcept { return data(); }
    const std::uint8_t* end() const noexcept { return data() + size(); }
    /// @}

    /// A view of them, valid while they stay where they are.
    std::span<const std::byte> span() const noexcept {
        return std::as_bytes(std::span(data(), size()));
    }

    /// The same bytes.
    bool operator==(const Bytes& other) const noexcept {
        return std::equal(begin(), end(), other.begin(), other.end());
    }

    /// For structs with a member of this type.
    friend void to_json(Json& json, const Bytes& bytes) {
        json = Json::binary({bytes.begin(), bytes.end()});
    }
    friend void from_json(const Json& json, Bytes& bytes) {
        bytes = Bytes(std::vector<std::uint8_t>(json.get_binary()));
    }

private:
    void disown() noexcept {
        adopted_ = nullptr;
        adopted_size_ = 0;
        owner_.reset();
    }

    std::vector<std::uint8_t> own_;    // in use while `adopted_` is null
    std::uint8_t* adopted_ = nullptr;  // somebody else's memory, `owner_` keeps it
    std::size_t adopted_size_ = 0;
    std::shared_ptr<void> owner_;
};

}  // namespace bridge32
