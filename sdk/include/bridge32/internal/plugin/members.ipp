// All methods and properties of a plugin, by name: part of the plugin runtime.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/member.hpp"
#include "bridge32/internal/support/suggest.hpp"

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN std::string_view kind_text(MemberKind kind) {
    return kind == MemberKind::method ? "method" : "property";
}

/// All methods and properties of a plugin, by name.
class Members {
public:
    /// Throws PluginError when the name is empty, not UTF-8 or taken, or after `close`.
    Member& add(std::unique_ptr<Member> member) {
        const std::string what = std::string(kind_text(member->kind)) + " " + member->name + ": ";
        if (closed_) {
            throw PluginError(
                what + "methods and properties must be registered in the plugin's constructor");
        }
        if (member->name.empty()) {
            throw PluginError("a " + std::string(kind_text(member->kind)) + " has an empty name");
        }
        try {
            Encoder().value(describe(*member));
        } catch (const CodecError& error) {
            throw PluginError(what + error.what());
        }
        const auto [found, is_new] = by_name_.emplace(member->name, member.get());
        if (!is_new) {
            throw PluginError(what + "there is already a " +
                              std::string(kind_text(found->second->kind)) + " of that name");
        }
        in_order_.push_back(std::move(member));
        return *in_order_.back();
    }

    /// From now on nothing is added: calls may run on several threads.
    void close() noexcept { closed_ = true; }

    /// Throws MethodNotFound, which says what there is in `plugin`.
    Member& find(MemberKind kind, std::string_view name, const std::string& plugin) const {
        const auto found = by_name_.find(name);
        if (found == by_name_.end() || found->second->kind != kind) {
            throw_not_found(kind, std::string(name), plugin);
        }
        return *found->second;
    }

    /// @{
    /// See set_concurrent in plugin.hpp.
    void set_concurrent() noexcept { concurrent_ = true; }
    bool concurrent() const noexcept { return concurrent_; }
    /// @}
    /// See set_types in plugin.hpp.
    void set_types(std::function<Json()> types) { types_ = std::move(types); }

    /// {"methods":[…],"properties":[…],"types":{…}}, the last if there are any.
    Json describe() const {
        Json methods = Json::array();
        Json properties = Json::array();
        for (const auto& member : in_order_) {
            (member->kind == MemberKind::method ? methods : properties)
                .push_back(describe(*member));
        }
        Json all = {{"methods", std::move(methods)}, {"properties", std::move(properties)}};
        Json types = types_ ? types_() : Json();
        if (!types.empty()) {
            all["types"] = std::move(types);
        }
        return all;
    }

private:
    static constexpr std::size_t kShortList = 12;

    /// Looks names up without making a std::string of them.
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const noexcept {
            return std::hash<std::string_view>()(name);
        }
    };

    static Json describe(const Member& member) {
        Json json = {{"name", member.name}, {"doc", member.doc}};
        if (member.idempotent) {
            json["idempotent"] = true;
        }
        if (!member.prototype.empty()) {
            json["prototype"] = member.prototype;
        }
        if (member.kind == MemberKind::property) {
            json["type"] = member.result;
            return json;
        }
        Json parameters = Json::array();
        for (const Parameter& parameter : member.parameters) {
            Json one = {{"name", parameter.name}, {"type", parameter.type}};
            if (parameter.has_default) {
                one["default"] = parameter.default_value;
            }
            parameters.push_back(std::move(one));
        }
        json["parameters"] = std::move(parameters);
        json["result"] = member.result;
        return json;
    }

    [[noreturn]] void throw_not_found(MemberKind kind, const std::string& name,
                                      const std::string& plugin) const {
        std::string text = plugin + " has no " + std::string(kind_text(kind)) + " `" + name + "`";
        if (by_name_.contains(name)) {
            throw MethodNotFound(text + (kind == MemberKind::method
                                             ? ": it is a property; read it instead"
                                             : ": it is a method; call it instead"));
        }
        std::vector<std::string> names;
        for (const auto& member : in_order_) {
            if (member->kind == kind) {
                names.push_back(member->name);
            }
        }
        const std::string hint = did_you_mean(nearest(name, names));
        text += (hint.empty() ? "." : ". " + hint);
        if (names.empty()) {
            text += " It has none";
        } else if (names.size() <= kShortList) {
            text += " It has " + quoted_list(names, "and");
        }
        throw MethodNotFound(text);
    }

    std::vector<std::unique_ptr<Member>> in_order_;
    std::unordered_map<std::string, Member*, Hash, std::equal_to<>> by_name_;
    std::function<Json()> types_;
    bool closed_ = false;
    bool concurrent_ = false;
};

}  // namespace bridge32::detail
