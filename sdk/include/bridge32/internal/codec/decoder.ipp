// The functions of decoder.hpp.
#pragma once

#include <limits>

#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/number.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_CODEC Dtype find_dtype(std::string_view name) {
    for (std::size_t i = 0; i < kDtypes.size(); ++i) {
        if (kDtypes[i].name == name) {
            return static_cast<Dtype>(i);
        }
    }
    throw CodecError("unknown dtype \"" + std::string(name.substr(0, 16)) + "\"");
}

BRIDGE32_DETAIL_CODEC void throw_structs() {
    throw CodecError("expected an array of numbers, found one of structs");
}

BRIDGE32_DETAIL_CODEC Order find_order(std::string_view name) {
    if (name == "C" || name == "F") {
        return name == "C" ? Order::c : Order::fortran;
    }
    throw CodecError("unknown order \"" + std::string(name.substr(0, 16)) +
                     "\" of an array; it must be C or F");
}

/// A number of a tagged object. Not "2.0": other readers of the text take that for a real number.
template <class T>
T natural_from(Number number) {
    if (!number.integer) {
        throw CodecError("expected an integer, found " + std::string(number.text.substr(0, 40)));
    }
    return integer_from<T>(number);
}

}  // namespace detail

BRIDGE32_DETAIL_CODEC detail::Tag Decoder::tag() {
    if (peek() != Kind::object) {
        return detail::Tag::none;
    }
    Reader ahead = reader_;
    ahead.enter_object();
    const auto key = ahead.next_key(scratch_);
    if (!key || !key->starts_with('$') || key->starts_with("$$")) {
        return detail::Tag::none;
    }
    if (*key == "$array") {
        return detail::Tag::array;
    }
    if (*key == "$bytes") {
        return detail::Tag::bytes;
    }
    if (*key == "$float") {
        return detail::Tag::real;
    }
    if (*key == "$complex") {
        return detail::Tag::complex;
    }
    if (*key == "$callback") {
        return detail::Tag::callback;
    }
    if (*key == "$handle") {
        return detail::Tag::handle;
    }
    throw CodecError("unknown tag \"" + std::string(key->substr(0, 40)) + "\"");
}

BRIDGE32_DETAIL_CODEC std::optional<std::string_view> Decoder::next_key() {
    auto key = reader_.next_key(scratch_);
    if (key && key->starts_with('$')) {
        key->remove_prefix(1);
        if (!key->starts_with('$')) {
            throw CodecError("a tag beside other members: \"$" + std::string(key->substr(0, 40)) +
                             "\"");
        }
    }
    return key;
}

BRIDGE32_DETAIL_CODEC void Decoder::enter_tag() {
    reader_.enter_object();
    reader_.next_key(scratch_);
}

BRIDGE32_DETAIL_CODEC void Decoder::leave_tag() {
    if (const auto key = reader_.next_key(scratch_)) {
        throw CodecError("a tagged object must have one member; also found \"" +
                         std::string(key->substr(0, 40)) + "\"");
    }
}

BRIDGE32_DETAIL_CODEC const bridge32_attachment& Decoder::attachment(std::uint32_t at) const {
    if (at >= attachments_.size()) {
        throw CodecError("no attachment " + std::to_string(at) + "; the message has " +
                         std::to_string(attachments_.size()));
    }
    if (attachments_[at].size > (std::numeric_limits<std::size_t>::max)()) {
        throw CodecError("attachment " + std::to_string(at) + " is larger than the address space");
    }
    return attachments_[at];
}

// Reads the dimensions, and returns the number of elements. A dimension of zero makes none,
// whatever the others are; their product must not overflow all the same.
BRIDGE32_DETAIL_CODEC std::uint64_t Decoder::read_shape(detail::ArrayView& view) {
    view.dimension_count = 0;
    constexpr std::uint64_t kMost = (std::numeric_limits<std::uint64_t>::max)() / 16;
    std::uint64_t count = 1;
    bool empty = false;
    reader_.enter_array();
    while (reader_.next_element()) {
        const auto n = detail::natural_from<std::uint64_t>(reader_.read_number());
        if (view.dimension_count == kMaxDimensions) {
            throw CodecError("an array of more than " + std::to_string(kMaxDimensions) +
                             " dimensions");
        }
        if (n != 0 && count > kMost / n) {
            throw CodecError("the array's shape has too many elements");
        }
        view.dimensions[view.dimension_count++] = n;
        count *= n == 0 ? 1 : n;
        empty = empty || n == 0;
    }
    return empty ? 0 : count;
}

// A struct's dtype is an object, of which only the size is looked at here.
BRIDGE32_DETAIL_CODEC void Decoder::read_dtype(detail::ArrayView& view) {
    if (reader_.peek() != Kind::object) {
        view.dtype = detail::find_dtype(reader_.read_string(scratch_));
        view.item_size = detail::info(view.dtype).size;
        return;
    }
    Reader ahead = reader_;
    view.dtype = detail::Dtype::structure;
    view.structure = reader_.skip_value();
    view.item_size = 0;
    ahead.enter_object();
    while (const auto key = ahead.next_key(scratch_)) {
        if (*key == "itemsize") {
            view.item_size = detail::natural_from<std::uint32_t>(ahead.read_number());
        } else {
            ahead.skip_value();
        }
    }
    if (view.item_size == 0) {
        throw CodecError("the dtype of a struct needs an itemsize");
    }
}

BRIDGE32_DETAIL_CODEC detail::ArrayView Decoder::array() {
    detail::ArrayView view;
    bool has_dtype = false;
    std::optional<std::uint64_t> count;
    std::optional<std::uint32_t> at;
    enter_tag();
    reader_.enter_object();
    while (const auto key = reader_.next_key(scratch_)) {
        if (*key == "dtype") {
            read_dtype(view);
            has_dtype = true;
        } else if (*key == "shape") {
            count = read_shape(view);
        } else if (*key == "at") {
            at = detail::natural_from<std::uint32_t>(reader_.read_number());
        } else if (*key == "order") {
            view.order = detail::find_order(reader_.read_string(scratch_));
        } else {
            throw CodecError("unknown member \"" + std::string(key->substr(0, 40)) +
                             "\" of an array");
        }
    }
    leave_tag();
    if (!has_dtype || !count || !at) {
        throw CodecError("an array needs dtype, shape and at");
    }
    const bridge32_attachment& found = attachment(*at);
    if (found.size / view.item_size != *count || found.size % view.item_size != 0) {
        throw CodecError("the array's shape needs " + std::to_string(*count * view.item_size) +
                         " bytes, attachment " + std::to_string(*at) + " has " +
                         std::to_string(found.size));
    }
    view.at = *at;
    view.count = static_cast<std::size_t>(*count);
    view.data = static_cast<const std::byte*>(found.data);
    return view;
}

BRIDGE32_DETAIL_CODEC detail::ArrayView Decoder::byte_array() {
    std::optional<std::uint32_t> at;
    enter_tag();
    reader_.enter_object();
    while (const auto key = reader_.next_key(scratch_)) {
        if (*key != "at") {
            throw CodecError("unknown member \"" + std::string(key->substr(0, 40)) + "\" of bytes");
        }
        at = detail::natural_from<std::uint32_t>(reader_.read_number());
    }
    leave_tag();
    if (!at) {
        throw CodecError("bytes need at");
    }
    const bridge32_attachment& found = attachment(*at);
    return {.dtype = detail::Dtype::u1,
            .dimensions = {found.size},
            .dimension_count = 1,
            .data = static_cast<const std::byte*>(found.data),
            .count = static_cast<std::size_t>(found.size),
            .at = *at};
}

BRIDGE32_DETAIL_CODEC std::span<const std::byte> Decoder::bytes() {
    const detail::ArrayView view = byte_array();
    return {view.data, view.count};
}

BRIDGE32_DETAIL_CODEC std::string_view Decoder::real() {
    enter_tag();
    std::string unused;
    const std::string_view text = reader_.read_string(unused);
    leave_tag();
    if (!unused.empty()) {
        throw CodecError("a $float must not contain escapes");
    }
    return text;
}

BRIDGE32_DETAIL_CODEC void Decoder::enter_complex() {
    enter_tag();
    reader_.enter_array();
}

BRIDGE32_DETAIL_CODEC void Decoder::leave_complex() {
    if (reader_.next_element()) {
        throw CodecError("a complex number must have two parts");
    }
    leave_tag();
}

BRIDGE32_DETAIL_CODEC detail::FunctionToken Decoder::function() {
    detail::FunctionToken token;
    bool has_id = false;
    enter_tag();
    reader_.enter_object();
    while (const auto key = reader_.next_key(scratch_)) {
        if (*key == "id") {
            token.id = detail::natural_from<std::uint64_t>(reader_.read_number());
            has_id = true;
        } else if (*key == "long_lived") {
            token.long_lived = reader_.read_bool();
        } else {
            throw CodecError("unknown member \"" + std::string(key->substr(0, 40)) +
                             "\" of a function");
        }
    }
    leave_tag();
    if (!has_id) {
        throw CodecError("a function needs id");
    }
    return token;
}

BRIDGE32_DETAIL_CODEC detail::HandleToken Decoder::handle() {
    detail::HandleToken token;
    std::string unescaped;
    enter_tag();
    reader_.enter_object();
    while (const auto key = reader_.next_key(scratch_)) {
        if (*key == "type") {
            token.type = reader_.read_string(unescaped);
        } else if (*key == "id") {
            token.id = reader_.read_string(unescaped);
        } else {
            throw CodecError("unknown member \"" + std::string(key->substr(0, 40)) +
                             "\" of a handle");
        }
    }
    leave_tag();
    if (token.id.empty()) {
        throw CodecError("a handle needs id");
    }
    return token;
}

BRIDGE32_DETAIL_CODEC CodecError Decoder::expected(std::string_view what) {
    const auto but = [&](std::string_view found) {
        return CodecError("expected " + std::string(what) + ", found " + std::string(found));
    };
    switch (tag()) {
        case detail::Tag::none:
            break;
        case detail::Tag::array:
            return but("an array");
        case detail::Tag::bytes:
            return but("bytes");
        case detail::Tag::real:
            return but(real());
        case detail::Tag::complex:
            return but("a complex number");
        case detail::Tag::callback:
            return but("a function");
        case detail::Tag::handle:
            return but("a handle");
    }
    return reader_.expected(what);
}

}  // namespace bridge32
