// Headers that tests write, and libclang to read them with.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "interface/spelling.hpp"
#include "interface/writer.hpp"
#include "tests/tool/support.hpp"
#include "tool/headers/clang.hpp"
#include "tool/headers/header_reader.hpp"
#include "tool/headers/own_reader.hpp"
#include "tool/headers/rules.hpp"

namespace test {

/// Null, and said so, if this machine has none.
inline const bridge32::tool::clang::Library* clang_library() {
    static const auto found = []() -> std::optional<bridge32::tool::clang::Library> {
        try {
            return std::optional<bridge32::tool::clang::Library>(std::in_place);
        } catch (const bridge32::Error&) {
            return std::nullopt;
        }
    }();
    if (!found) MESSAGE("[skipped] there is no libclang");
    return found ? &*found : nullptr;
}

inline constexpr bridge32::interfaces::Target kLinux32{bridge32::interfaces::Platform::linux_, 32};
inline constexpr bridge32::interfaces::Target kLinux64{bridge32::interfaces::Platform::linux_, 64};
inline constexpr bridge32::interfaces::Target kWindows32{bridge32::interfaces::Platform::windows_,
                                                         32};
inline constexpr bridge32::interfaces::Target kWindows64{bridge32::interfaces::Platform::windows_,
                                                         64};

/// A header with this text, read without the rules.
inline bridge32::tool::HeaderContent read_header(const bridge32::tool::clang::Library& library,
                                                 const std::string& text,
                                                 bridge32::interfaces::Target target = kLinux32) {
    TemporaryFolder folder;
    write(folder.path() / "vendor.h", text);
    bridge32::tool::HeaderOptions options;
    options.headers = {folder.path() / "vendor.h"};
    options.target = target;
    return bridge32::tool::read_headers(library, options);
}

/// The same by our own reader.
inline bridge32::tool::HeaderContent read_header_by_own(
    const std::string& text, bridge32::interfaces::Target target = kLinux32) {
    TemporaryFolder folder;
    write(folder.path() / "vendor.h", text);
    bridge32::tool::HeaderOptions options;
    options.headers = {folder.path() / "vendor.h"};
    options.target = target;
    return bridge32::tool::read_headers_without_clang(options);
}

/// The declaration of a function, with its attributes.
inline std::string text_of(const bridge32::interfaces::Function& function) {
    namespace interfaces = bridge32::interfaces;
    interfaces::Type type{interfaces::TypeKind::function};
    type.signature = function.signature;
    type.signature.convention = interfaces::Convention::unstated;
    return interfaces::spell(type, function.name, true) + interfaces::text_of(function.attributes);
}

}  // namespace test
