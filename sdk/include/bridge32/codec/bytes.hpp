// Raw bytes as a value, and the type of untyped values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge32 {

/// The type of untyped values. Bytes are its binary values.
using Json = nlohmann::json;

/// A byte string that owns its memory. As argument or result it travels beside the JSON text,
/// as it is. To pass bytes without owning them, use std::span<const std::byte>.
class Bytes {
public:
    Bytes() = default;
    /// `size` zero bytes.
    explicit Bytes(std::size_t size) : data_(size) {}
    /// Copies `size` bytes from `data`.
    Bytes(const void* data, std::size_t size)
        : data_(static_cast<const std::uint8_t*>(data),
                static_cast<const std::uint8_t*>(data) + size) {}
    explicit Bytes(std::span<const std::byte> bytes) : Bytes(bytes.data(), bytes.size()) {}
    Bytes(std::vector<std::uint8_t>&& data) noexcept : data_(std::move(data)) {}
    explicit Bytes(std::string_view text) : Bytes(text.data(), text.size()) {}

    std::uint8_t* data() noexcept { return data_.data(); }
    const std::uint8_t* data() const noexcept { return data_.data(); }
    std::size_t size() const noexcept { return data_.size(); }
    bool empty() const noexcept { return data_.empty(); }
    void resize(std::size_t size) { data_.resize(size); }
    std::uint8_t& operator[](std::size_t i) noexcept { return data_[i]; }
    std::uint8_t operator[](std::size_t i) const noexcept { return data_[i]; }

    auto begin() noexcept { return data_.begin(); }
    auto end() noexcept { return data_.end(); }
    auto begin() const noexcept { return data_.begin(); }
    auto end() const noexcept { return data_.end(); }

    std::span<const std::byte> span() const noexcept { return std::as_bytes(std::span(data_)); }

    bool operator==(const Bytes&) const = default;

    /// For structs with a member of this type.
    friend void to_json(Json& json, const Bytes& bytes) { json = Json::binary(bytes.data_); }
    friend void from_json(const Json& json, Bytes& bytes) { bytes.data_ = json.get_binary(); }

private:
    std::vector<std::uint8_t> data_;
};

}  // namespace bridge32
