// A reply: {"result":VALUE}, or an error (error.hpp). The reply to a batch has a result that is an
// array of replies.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/json/plain_text.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/protocol/members.hpp"

namespace bridge32::protocol {

inline constexpr char kResultBegin[] = R"({"result":)";

/// @{
/// A result is `begin_result`, a value, `end_result`.
inline void begin_result(Encoder& out) { out.text() += std::string_view(kResultBegin); }
inline void end_result(Encoder& out) { out.text() += '}'; }
/// @}

/// @{
/// The reply to a batch is `begin_batch_result`, for each item `Encoder::next` and a reply,
/// `end_batch_result`.
inline void begin_batch_result(Encoder& out) { out.text() += R"({"result":[)"; }
inline void end_batch_result(Encoder& out) { out.text() += "]}"; }
/// @}

/// The reply to what returns nothing, such as close.
inline constexpr std::string_view kNullResult = R"({"result":null})";

/// Views a reply, which outlives it.
class BRIDGE32_DETAIL_CODEC_API ReplyView {
public:
    /// `keeper` keeps attachments for results that refer to them.
    explicit ReplyView(std::string_view json, std::span<const bridge32_attachment> attachments = {},
                       AttachmentKeeper* keeper = nullptr) noexcept
        : json_(json), attachments_(attachments), keeper_(keeper) {}

    /// True for a result. Throws CodecError if it is not an object.
    bool has_result() const {
        if (detail::begins_with(json_.data(), json_.data() + json_.size(), kResultBegin)) {
            return true;
        }
        return begins_with_result();
    }

    /// The result. Throws ProtocolError if it is none, CodecError if it is no `R`.
    template <class R>
    R result() const {
        Decoder in(result_on(), attachments_, keeper_);
        if constexpr (std::is_void_v<R>) {
            in.reader().skip_value();
            require_end(in.reader());
        } else {
            R value = in.value<R>();
            require_end(in.reader());
            return value;
        }
    }

    /// The result's text. Throws ProtocolError, CodecError.
    std::string_view result_text() const;

    /// The replies in the reply to a batch. Throws ProtocolError, CodecError.
    Items batch() const { return Items(result_on()); }

private:
    /// The result and what follows it.
    std::string_view result_on() const {
        if (detail::begins_with(json_.data(), json_.data() + json_.size(), kResultBegin)) {
            return json_.substr(sizeof kResultBegin - 1);
        }
        return find_result();
    }

    /// `reader` has read the result.
    void require_end(const Reader& reader) const {
        const std::string_view rest = reader.rest();
        if (rest.size() == 1 && rest.front() == '}') {
            return;
        }
        require_whole();  // there is more
    }

    // The same for a text of any form.
    bool begins_with_result() const;
    std::string_view find_result() const;
    void require_whole() const;

    std::string_view json_;
    std::span<const bridge32_attachment> attachments_;
    AttachmentKeeper* keeper_;
};

}  // namespace bridge32::protocol
