// A plugin's source may include all of Windows, and old libraries' headers do, with its macros
// `near`, `small`, `interface`, `ERROR` and many more.
#include <windows.h>

#include <doctest/doctest.h>

#include <bridge32/library.hpp>
#include <bridge32/plugin.hpp>
#include <bridge32/text.hpp>

#include "unit/plugin/fake_host.hpp"

namespace windows_windows_header_test {

namespace {

class UsesWindows : public bridge32::Plugin {
public:
    UsesWindows() {
        method("ticks", ::GetTickCount, {});
        method("directory", [] {
            wchar_t buffer[MAX_PATH];
            return bridge32::Wide(buffer, ::GetCurrentDirectoryW(MAX_PATH, buffer));
        });
    }
};

}  // namespace

TEST_CASE("plugin: a source that includes <windows.h> has working methods") {
    bridge32::test::Loaded<UsesWindows> lib;

    CHECK(lib.result(R"({"method":"ticks","args":[],"kwargs":{}})").is_number_unsigned());
    CHECK(lib.result(R"({"method":"directory","args":[],"kwargs":{}})")
              .get<std::string>()
              .find(":\\") == 1);
}

}  // namespace windows_windows_header_test
