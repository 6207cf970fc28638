// Our layouts of the structs of public headers, and libclang's.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <set>

#include "tests/tool/headers.hpp"
#include "tool/headers/type_reader.hpp"

namespace header_layouts_test {

namespace interfaces = bridge32::interfaces;
namespace tool = bridge32::tool;

namespace {

namespace fs = std::filesystem;

constexpr const char* kMingw = "/usr/share/mingw-w64/include/";

struct Compared {
    std::size_t headers = 0;
    std::size_t records = 0;
    std::size_t members = 0;
    std::size_t packed = 0;
    std::size_t bit_fields = 0;
};

/// The reader compares each record with libclang: size, alignment, and the offset of every member.
void compare(const std::string& folder, const std::vector<std::string>& names,
             interfaces::Target target, Compared& compared) {
    tool::HeaderOptions options;
    options.target = target;
    options.all_types = true;
    for (const auto& name : names) {
        const fs::path file = folder + name;
        if (fs::exists(file)) {
            options.headers.push_back(file);
        } else {
            MESSAGE("not compared, not here: " << file.string());  // the counts below decide
        }
    }
    if (options.headers.empty()) return;
    const auto content = tool::read_headers(*test::clang_library(), options);
    CAPTURE(folder);
    CAPTURE(names.front());
    CAPTURE(target.bits);
    CHECK(content.errors == std::vector<std::string>());
    for (const auto& one : content.left_out) {
        CAPTURE(one.name);
        CHECK(one.reason != tool::kNoLayout);
    }
    compared.headers += options.headers.size();
    std::set<const interfaces::Type*> seen;
    for (const auto* type : content.declared.types) {
        const auto& record = type->kind == interfaces::TypeKind::alias ? *type->of : *type;
        if (record.kind != interfaces::TypeKind::record || !record.is_complete ||
            !seen.insert(&record).second)
            continue;
        ++compared.records;
        compared.members += record.members.size();
        compared.packed += record.pack != 0 ? 1 : 0;
        for (const auto& member : record.members)
            compared.bit_fields += member.bits ? 1 : 0;
    }
}

}  // namespace

TEST_CASE("header layouts: of Linux' and libraries' headers, equal to libclang's") {
    if (test::clang_library() == nullptr) return;
    Compared compared;

    for (const auto target : {test::kLinux32, test::kLinux64}) {
        compare("/usr/include/", {"zlib.h",          "sqlite3.h",       "expat.h",
                                  "sql.h",           "sqlext.h",        "libusb-1.0/libusb.h",
                                  "hidapi/hidapi.h", "modbus/modbus.h", "lmdb.h",
                                  "portaudio.h",     "sndfile.h",       "comedilib.h",
                                  "iio.h",           "pcap.h",          "fitsio.h",
                                  "gsl/gsl_sf.h",    "stdio.h",         "stdlib.h",
                                  "time.h",          "signal.h",        "dirent.h",
                                  "netdb.h",         "pwd.h",           "grp.h",
                                  "termios.h",       "ucontext.h",      "math.h",
                                  "locale.h",        "elf.h",           "link.h",
                                  "ifaddrs.h"},
                target, compared);
        compare("/usr/include/linux/",
                {"input.h", "videodev2.h", "usbdevice_fs.h", "can.h", "serial.h", "ethtool.h",
                 "fb.h", "hidraw.h", "i2c.h", "perf_event.h", "spi/spidev.h", "nl80211.h", "bpf.h",
                 "cdrom.h", "fuse.h", "kvm.h", "hdreg.h", "joystick.h", "ppdev.h"},
                target, compared);
    }

    MESSAGE(compared.headers << " headers, " << compared.records << " structs with "
                             << compared.members << " members; " << compared.packed << " packed, "
                             << compared.bit_fields << " bit-fields");
    // What comes with a compiler, and with scripts/setup.
    CHECK(compared.headers >= 60);
    CHECK(compared.records >= 1000);
    CHECK(compared.packed >= 10);
    CHECK(compared.bit_fields >= 100);
}

TEST_CASE("header layouts: of Windows' headers, equal to libclang's") {
    if (test::clang_library() == nullptr) return;
    if (!fs::exists(std::string(kMingw) + "windows.h")) {
        MESSAGE("[skipped] there are no headers of MinGW");
        return;
    }
    Compared compared;

    for (const auto target : {test::kWindows32, test::kWindows64}) {
        compare(kMingw,
                {"winsock2.h", "windows.h", "mmsystem.h", "setupapi.h", "iphlpapi.h", "winioctl.h",
                 "sqlext.h"},
                target, compared);
    }

    MESSAGE(compared.headers << " headers, " << compared.records << " structs with "
                             << compared.members << " members; " << compared.packed << " packed, "
                             << compared.bit_fields << " bit-fields");
    CHECK(compared.headers >= 14);
    CHECK(compared.records >= 3000);
    CHECK(compared.packed >= 200);
}

}  // namespace header_layouts_test
