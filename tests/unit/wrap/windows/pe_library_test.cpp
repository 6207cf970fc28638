// Written DLLs are loaded and called. tests/libraries/wrap_stand_in_windows.c takes the place of
// bridge32wrap.dll.
#include "tool/wrap/pe_library.hpp"

#include <windows.h>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "client/wrap/drop_in.h"
#include "tests/unit/binary/test_files.hpp"
#include "tool/wrap/dll_description.hpp"

namespace windows_pe_library_test {

using namespace bridge32::tool;
namespace fs = std::filesystem;

namespace {

/// As in wrap_stand_in_windows.c.
struct Seen {
    const DropIn* drop_in;
    std::uint64_t number;
    std::uint64_t integers[4];
    double doubles[4];
    std::uint64_t stack[3];
};

LibraryDescription vendor() {
    LibraryDescription library;
    library.file_name = "vendor.dll";
    library.interface_file = "vendor.b32i";
    library.functions = {{"subtract", "", true, 7},
                         {"_Add@8", "", true, 5},
                         {"Add", "", true, 5},
                         {"", "", true, 12}};
    library.constants = {{"table", std::string("\1\2\3\0\5", 5), "", true, 6}};
    return library;
}

/// A written DLL, loaded, in a folder with a name that is not ASCII.
class Loaded {
public:
    explicit Loaded(const LibraryDescription& library) {
        const fs::path folder = folder_.path() / fs::path(u8"h\u00f6her \u2192");
        fs::create_directories(folder / "bridge32");
        fs::copy_file(test_files::library("wrap_stand_in"), runtime_path(folder));
        const fs::path file = folder / library.file_name;
        fs::rename(folder_.write("written", pe_library(library)), file);
        module_ = ::LoadLibraryW(file.c_str());
        REQUIRE(module_ != nullptr);
        path_ = file;
    }
    ~Loaded() {
        const HMODULE runtime = ::GetModuleHandleW(L"bridge32wrap.dll");
        ::FreeLibrary(module_);
        while (runtime != nullptr && ::GetModuleHandleW(L"bridge32wrap.dll") == runtime)
            ::FreeLibrary(runtime);
    }
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;

    static fs::path runtime_path(const fs::path& folder) {
        return folder / "bridge32" / "bridge32wrap.dll";
    }

    template <class T>
    T* find(const char* name) const {
        void* const found = reinterpret_cast<void*>(::GetProcAddress(module_, name));
        REQUIRE(found != nullptr);
        return reinterpret_cast<T*>(found);
    }
    template <class T>
    T* find(std::uint16_t ordinal) const {
        return find<T>(MAKEINTRESOURCEA(ordinal));
    }

    const Seen& seen() const {
        const HMODULE runtime = ::GetModuleHandleW(L"bridge32wrap.dll");
        REQUIRE(runtime != nullptr);
        return *reinterpret_cast<const Seen*>(
            reinterpret_cast<void*>(::GetProcAddress(runtime, "wrap_stand_in_seen")));
    }
    const fs::path& path() const { return path_; }

private:
    test_files::Folder folder_;
    fs::path path_;
    HMODULE module_ = nullptr;
};

}  // namespace

TEST_CASE("pe library: registers, stack arguments and the function's number arrive") {
    const Loaded vendor_dll(vendor());
    CHECK(::GetModuleHandleW(L"bridge32wrap.dll") == nullptr);  // only the first call needs it

    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        const int number =
            vendor_dll.find<int(int, double, long long, double, int, int, const char*)>("subtract")(
                1, 0.5, -3, 0.25, 5, 6, "text");

        CHECK(number == 0);
        const Seen& seen = vendor_dll.seen();
        CHECK(static_cast<std::int32_t>(seen.integers[0]) == 1);
        CHECK(seen.doubles[1] == 0.5);
        CHECK(static_cast<std::int64_t>(seen.integers[2]) == -3);
        CHECK(seen.doubles[3] == 0.25);
        CHECK(static_cast<std::int32_t>(seen.stack[0]) == 5);
        CHECK(static_cast<std::int32_t>(seen.stack[1]) == 6);
        CHECK(reinterpret_cast<const char*>(seen.stack[2]) == std::string("text"));
    }
    CHECK(vendor_dll.find<double(double)>("Add")(2.5) == 2.5);
    const DropIn& drop_in = *vendor_dll.seen().drop_in;
    CHECK(vendor_dll.seen().number == 1);  // that of the first name
    CHECK(drop_in.format == BRIDGE32_DROP_IN_FORMAT);
    CHECK(drop_in.functions == 4);
    CHECK(drop_in.interface_file == std::string("vendor.b32i"));
    CHECK(drop_in.names[0] == std::string("subtract"));
    CHECK(drop_in.names[1] == std::string("_Add@8"));
    CHECK(drop_in.names[3] == std::string("#12"));
    const_cast<DropIn&>(drop_in).runtime = const_cast<DropIn*>(&drop_in);  // it is writable
    CHECK(vendor_dll.find<int()>(std::uint16_t{12})() == 3);
    CHECK(vendor_dll.find<int>("_Add@8") == vendor_dll.find<int>(std::uint16_t{5}));
    CHECK(std::memcmp(vendor_dll.find<char>("table"), "\1\2\3\0\5", 5) == 0);
}

TEST_CASE("pe library: a 32-bit DLL's names, forwarders and version are those of the written one") {
    auto decorated = describe_dll(test_files::other_library("decorated"));
    CHECK(decorated.left_out.empty());
    const Loaded library(decorated.library);
    for (const char* name : {"subtract", "_subtract@8", "three", "_three@0", "multiply"}) {
        CAPTURE(name);
        CHECK(library.find<int>(name) != nullptr);
    }
    const int number = library.find<int()>("_subtract@8")();
    CHECK(library.seen().drop_in->names[number] == std::string("subtract"));
    CHECK(library.seen().drop_in->interface_file == std::string("libdecorated.dll.b32i"));

    const auto forwards = describe_dll(test_files::other_library("forwards"));
    const Loaded forwarding(forwards.library);
    for (const char* name : {"add", "sum", "lost"}) {
        CAPTURE(name);
        CHECK(forwarding.find<int()>(name)() >= 0);
    }
}

TEST_CASE("pe library: threads may make the first call at the same time") {
    auto library = vendor();
    library.functions.clear();
    for (std::uint32_t i = 0; i < 8; ++i)
        library.functions.push_back({"f" + std::to_string(i), "", true, 100 + i});
    const Loaded vendor_dll(library);
    std::vector<int> numbers(8, -1);

    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            const auto name = "f" + std::to_string(i);
            numbers[static_cast<std::size_t>(i)] = vendor_dll.find<int()>(name.c_str())();
        });
    for (auto& thread : threads)
        thread.join();

    CHECK(numbers == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7});
}

}  // namespace windows_pe_library_test
