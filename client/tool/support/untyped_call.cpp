#include "tool/support/untyped_call.hpp"

#include <utility>

#include "tool/support/arguments.hpp"
#include "tool/support/description.hpp"

namespace bridge32 {

void Codec<tool::AnyValue>::encode(Encoder& out, const tool::AnyValue& value) {
    if (const auto* const json = std::get_if<Json>(&value)) return out.value(*json);
    const auto& array = std::get<tool::AnyArray>(value);
    out.array(array.dtype, array.shape, array.data.data(), array.data.size(), array.order);
}

void Codec<tool::Positional>::encode(Encoder& out, const tool::Positional& arguments) {
    bool first = true;
    for (const auto& value : arguments.values) {
        if (!first) out.text() += ',';
        first = false;
        out.value(value);
    }
}

tool::Result Codec<tool::Result>::decode(Decoder& in) {
    if (in.peek() != Kind::object || in.tag() != detail::Tag::array) return {in.value<Json>()};
    Decoder copy = in;
    const detail::ArrayView view = copy.array();
    if (view.dtype == detail::Dtype::structure) return {in.value<Json>()};
    in.array();
    tool::AnyArray array;
    array.dtype = view.dtype;
    array.shape.assign(view.shape().begin(), view.shape().end());
    array.order = view.order;
    array.data.assign(view.data, view.data + view.count * view.item_size);
    return {std::move(array)};
}

namespace tool {

AnyValue invoke(const Client& client, const Json& description, const std::string& name,
                const std::vector<std::string>& words) {
    if (words.empty() && !find_property(description, name).is_null())
        return client.get<Result>(name).value;
    Positional positional;
    std::vector<NamedArgument> by_name;
    for (auto& argument : parse_arguments(words, find_method(description, name))) {
        if (argument.name.empty()) {
            positional.values.push_back(std::move(argument.value));
        } else {
            by_name.emplace_back(argument.name, std::move(argument.value));
        }
    }
    return client.call<Result>(name, positional, Named(std::move(by_name))).value;
}

}  // namespace tool

}  // namespace bridge32
