// The functions of encoder.hpp.
#pragma once

#include "bridge32/internal/codec/encoder.hpp"

namespace bridge32 {

BRIDGE32_DETAIL_CODEC void Encoder::copy_attachments(std::size_t first) {
    for (std::size_t i = first; i < attachments_.size(); ++i) {
        auto& attachment = attachments_[i];
        const auto* const data = static_cast<const char*>(attachment.data);
        attachment.data =
            keep(std::string(data, data + static_cast<std::size_t>(attachment.size))).data();
    }
}

BRIDGE32_DETAIL_CODEC void Encoder::throw_too_deep() {
    throw CodecError("the value is nested deeper than " + std::to_string(kMaxDepth));
}

BRIDGE32_DETAIL_CODEC void Encoder::key(std::string_view name) {
    separate();
    const std::size_t at = text_.size() + 1;  // after the quote
    detail::write_string(text_, name);
    if (name.starts_with('$')) {
        text_.insert(at, 1, '$');
    }
    text_.push_back(':');
}

BRIDGE32_DETAIL_CODEC std::uint32_t Encoder::attach(const void* data, std::uint64_t size) {
    attachments_.push_back({data, size});
    return static_cast<std::uint32_t>(attachments_.size() - 1);
}

BRIDGE32_DETAIL_CODEC void Encoder::array(detail::Dtype dtype, std::span<const std::uint64_t> shape,
                                          const void* data, std::uint64_t size, Order order) {
    text_ += R"({"$array":{"dtype":")";
    text_ += detail::info(dtype).name;
    text_ += '"';
    end_array(shape, data, size, order);
}

BRIDGE32_DETAIL_CODEC void Encoder::structs(std::string_view dtype,
                                            std::span<const std::uint64_t> shape, const void* data,
                                            std::uint64_t size, Order order) {
    text_ += R"({"$array":{"dtype":)";
    text_ += dtype;
    end_array(shape, data, size, order);
}

BRIDGE32_DETAIL_CODEC void Encoder::end_array(std::span<const std::uint64_t> shape,
                                              const void* data, std::uint64_t size, Order order) {
    text_ += R"(,"shape":[)";
    for (const std::uint64_t n : shape) {
        separate();
        detail::write_integer(text_, n);
    }
    text_ += order == Order::fortran ? R"(],"order":"F","at":)" : R"(],"at":)";
    detail::write_integer(text_, attach(data, size));
    text_ += "}}";
}

BRIDGE32_DETAIL_CODEC void Encoder::function(std::shared_ptr<LocalFunction> function) {
    if (functions_ == nullptr) {
        throw CodecError("a function can only be an argument of a client's call");
    }
    text_ += R"({"$callback":{"id":)";
    detail::write_integer(text_, functions_->add(std::move(function)));
    text_ += "}}";
}

BRIDGE32_DETAIL_CODEC void Encoder::long_lived_function(std::uint64_t id) {
    text_ += R"({"$callback":{"id":)";
    detail::write_integer(text_, id);
    text_ += R"(,"long_lived":true}})";
}

BRIDGE32_DETAIL_CODEC void Encoder::bytes(const void* data, std::uint64_t size) {
    text_ += R"({"$bytes":{"at":)";
    detail::write_integer(text_, attach(data, size));
    text_ += "}}";
}

}  // namespace bridge32
