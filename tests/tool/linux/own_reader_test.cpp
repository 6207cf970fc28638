// Our own reader of headers, held against libclang.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/tool/headers.hpp"
#include "tool/headers/edits.hpp"

namespace own_reader_linux_test {

namespace fs = std::filesystem;
namespace interfaces = bridge32::interfaces;
namespace tool = bridge32::tool;

namespace {

constexpr const char* kVendor =
    "#include <stddef.h>\n#include <stdint.h>\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
    "typedef struct vendor_device *VDEV;\ntypedef struct { unsigned size; int gain; double scale; "
    "char name[16]; } VINFO, *PVINFO;\n#define VENDOR_API extern __attribute__((stdcall))\n"
    "VENDOR_API int VOpen(int port, VDEV *device);\nVENDOR_API int VInfo(VDEV, VINFO *info);\n"
    "VENDOR_API int VRead(VDEV device, double *samples, int count, int *got);\n"
    "VENDOR_API int VScan(VDEV device, int (*level)(int channel, double value, void *user), "
    "void *user);\nconst char *VErrorText(int status);\nvoid VClose(VDEV device);\n"
    "int VRows(double x[3], const double y[], int n, uint8_t z[2][2], size_t (*f)(double a[2]));\n"
    "__attribute__((regparm(3))) void r(int, int);\n__attribute__((fastcall)) void g(PVINFO);\n"
    "typedef int VCALLBACK(const VINFO *info, char text[8]);\n"
    "enum vkind { VLOW, VHIGH = 0x80000000 };\nint VSet(enum vkind kind, VCALLBACK *f, void *);\n"
    "typedef unsigned char BOOL;\nBOOL VFlag(BOOL *x, const BOOL *y, unsigned n);\n"
    "int (*VChoose(int which))(int);\nvoid VVoid(const void *data, size_t data_len);\n"
    "#ifdef __cplusplus\n}\n#endif\n";

struct Compared {
    std::size_t headers = 0;
    std::size_t functions = 0;
    std::size_t only_clang = 0;
    std::size_t only_own = 0;
};

/// No function means something else: not its call, not what the rules decide.
void compare(const fs::path& header, Compared& compared) {
    if (!fs::exists(header)) return;
    tool::HeaderOptions options;
    options.headers = {header};
    options.target = test::kLinux32;
    options.clang_options = {"-I/usr/include/libxml2"};
    auto by_clang = tool::read_headers(*test::clang_library(), options);
    auto own = tool::read_headers_without_clang(options);
    CAPTURE(header.string());
    REQUIRE(by_clang.errors == std::vector<std::string>());
    tool::apply_rules(by_clang.declared);
    tool::apply_rules(own.declared);
    ++compared.headers;
    std::size_t same = 0;
    for (const auto& function : own.declared.functions) {
        CAPTURE(test::text_of(function));
        const auto* const other = by_clang.declared.function(function.name);
        if (other == nullptr) {
            ++compared.only_own;
            continue;
        }
        CAPTURE(test::text_of(*other));
        ++same;
        CHECK(tool::verdict_on(function) == tool::verdict_on(*other));
        // FILE has different names.
        if (tool::verdict_on(function) == tool::Verdict::refused) continue;
        CHECK(tool::shape_of(function.signature) == tool::shape_of(other->signature));
        for (std::size_t i = 0; i < function.signature.parameters.size(); ++i)
            CHECK(interfaces::text_of(function.signature.parameters[i].attributes) ==
                  interfaces::text_of(other->signature.parameters[i].attributes));
    }
    compared.functions += same;
    compared.only_clang += by_clang.declared.functions.size() - same;
    // Each that is missing is named, with the reason.
    for (const auto& function : by_clang.declared.functions) {
        if (own.declared.function(function.name) != nullptr) continue;
        CAPTURE(function.name);
        CHECK(std::any_of(own.left_out.begin(), own.left_out.end(), [&](const auto& one) {
            return one.reason.find(".h:") != std::string::npos;
        }));
    }
}

}  // namespace

TEST_CASE("own reader: the functions of public headers are those that libclang reads") {
    if (test::clang_library() == nullptr) return;
    Compared compared;

    for (const char* name : {"zlib.h",
                             "sqlite3.h",
                             "expat.h",
                             "lmdb.h",
                             "modbus/modbus.h",
                             "hidapi/hidapi.h",
                             "libusb-1.0/libusb.h",
                             "sql.h",
                             "sqlext.h",
                             "portaudio.h",
                             "sndfile.h",
                             "comedilib.h",
                             "iio.h",
                             "pcap.h",
                             "fitsio.h",
                             "gsl/gsl_sf_bessel.h",
                             "gsl/gsl_integration.h",
                             "jpeglib.h",
                             "png.h",
                             "bzlib.h",
                             "lzma.h",
                             "brotli/encode.h",
                             "ares.h",
                             "curses.h",
                             "idn2.h",
                             "magic.h",
                             "gcrypt.h",
                             "libxml2/libxml/parser.h"})
        compare(fs::path("/usr/include") / name, compared);
    test::TemporaryFolder folder;
    test::write(folder.path() / "vendor.h", kVendor);
    compare(folder.path() / "vendor.h", compared);

    MESSAGE(compared.headers << " headers: " << compared.functions << " functions are the same, "
                             << compared.only_clang << " only libclang reads, " << compared.only_own
                             << " only our own reader");
    CHECK(compared.headers >= 1);
    CHECK(compared.only_clang * 10 <= compared.functions);
}

}  // namespace own_reader_linux_test
