// Reads values from the text and the attachments of one message.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/codec/shape.hpp"
#include "bridge32/internal/json/reader.hpp"
#include "bridge32/internal/support/codec_error.hpp"
#include "bridge32/plugin.h"

namespace bridge32 {
namespace detail {

/// A `$array` of a message, checked: there are `count` elements of `dtype` at `data`, whose
/// alignment is not known. The memory may change while it is read.
struct ArrayView {
    Dtype dtype = Dtype::b1;
    std::string_view structure{};  // the dtype of structs, as the message has it
    std::size_t item_size = 1;     // of one element, in bytes
    std::array<std::uint64_t, kMaxDimensions> dimensions{};
    std::size_t dimension_count = 0;
    const std::byte* data = nullptr;
    std::size_t count = 0;
    Order order = Order::c;
    std::uint32_t at = 0;  // which attachment it is

    std::span<const std::uint64_t> shape() const noexcept {
        return {dimensions.data(), dimension_count};
    }
};

/// What an object is: the user's own, or one of the tagged objects.
enum class Tag : std::uint8_t { none, array, bytes, real, complex, callback, handle };

/// A `$callback`: a function of the client's.
struct FunctionToken {
    std::uint64_t id = 0;
    bool long_lived = false;  // it may be called after the call that it came with
};

/// A `$handle`: an object of the plugin's that the client holds.
struct HandleToken {
    std::string type;
    std::string id;
};

}  // namespace detail

/// Keeps attachments of a message beyond the message.
class AttachmentKeeper {
public:
    virtual ~AttachmentKeeper() = default;
    /// An object that keeps the memory of attachment `at` valid and unchanged while it lives;
    /// null when that one cannot be kept.
    virtual std::shared_ptr<const void> keep(std::uint32_t at) = 0;
};

/// Reads values of one message: a Reader over the text of one value, and the message's
/// attachments. Both must outlive the decoder. Every function throws CodecError.
///
/// Values own what they hold. With a `keeper`, an NdArray<const T> that is read holds a share
/// in the attachment's memory, otherwise in a copy of it.
class BRIDGE32_DETAIL_CODEC_API Decoder {
public:
    /// See the class.
    Decoder(std::string_view json, std::span<const bridge32_attachment> attachments,
            AttachmentKeeper* keeper = nullptr) noexcept
        : reader_(json), attachments_(attachments), keeper_(keeper) {}

    /// The next value, as a `T`.
    template <class T>
    T value() {
        return Codec<T>::decode(*this);
    }

    /// Reads the text itself.
    Reader& reader() noexcept { return reader_; }
    /// The kind of the next value. Tagged objects are objects.
    Kind peek() { return reader_.peek(); }
    /// Which of the tagged objects the next value is, if any. Consumes nothing.
    detail::Tag tag();

    /// The name of the next member of a user's object, like Reader::next_key. Valid until
    /// anything else is read.
    std::optional<std::string_view> next_key();

    /// @{
    /// The next value, which is the tagged object of that kind.
    detail::ArrayView array();
    std::span<const std::byte> bytes();
    /// @}

    /// `$bytes` as an array of uint8.
    detail::ArrayView byte_array();
    /// The owner of an attachment, null when there is none to be had.
    std::shared_ptr<const void> keep(std::uint32_t at) const {
        return keeper_ == nullptr ? nullptr : keeper_->keep(at);
    }
    /// The text of a `$float`.
    std::string_view real();
    /// @{
    /// Enters and leaves a `$complex`, which is an array of two.
    void enter_complex();
    void leave_complex();
    /// @}

    /// @{
    /// The content of a `$callback`, and of a `$handle`.
    detail::FunctionToken function();
    detail::HandleToken handle();
    /// @}

    /// The error for a value that is not what was expected: `what` is "a number".
    CodecError expected(std::string_view what);

private:
    void enter_tag();
    void leave_tag();
    const bridge32_attachment& attachment(std::uint32_t at) const;
    std::uint64_t read_shape(detail::ArrayView& view);
    void read_dtype(detail::ArrayView& view);

    Reader reader_;
    std::span<const bridge32_attachment> attachments_;
    AttachmentKeeper* keeper_;
    std::string scratch_;
};

}  // namespace bridge32
