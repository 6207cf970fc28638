// The plugin `zlib`: compression and checksums with this machine's zlib.
#include <algorithm>
#include <bridge32/plugin.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>

#include "zlib_api.hpp"

namespace {

using Data = std::span<const std::byte>;

constexpr std::uint64_t kDefaultMaxSize = 256 * 1024 * 1024;
// One byte less than a vector can hold.
constexpr std::uint64_t kLargestSize = std::numeric_limits<std::ptrdiff_t>::max() - 1;

const zlib::Byte* start_of(Data data) { return reinterpret_cast<const zlib::Byte*>(data.data()); }

/// zlib counts in `unsigned int`, but sizes can be larger.
zlib::uInt clamp_to_uint(std::uint64_t size) {
    return static_cast<zlib::uInt>(
        std::min<std::uint64_t>(size, std::numeric_limits<zlib::uInt>::max()));
}

[[noreturn]] void fail(int code, const char* detail) {
    const std::string explained = detail == nullptr ? "" : std::string(" (") + detail + ")";
    switch (code) {
        case zlib::kDataError:
            throw std::runtime_error("zlib: data error: the input is damaged or not a zlib stream" +
                                     explained);
        case zlib::kNeedDictionary:
            throw std::runtime_error(
                "zlib: the stream was compressed with a preset dictionary, which this plugin "
                "does not have");
        case zlib::kMemoryError:
            throw std::runtime_error("zlib: out of memory" + explained);
        case zlib::kBufferError:
            throw std::runtime_error(
                "zlib: data error: the input ends before the end of the stream");
        case zlib::kVersionError:
            throw std::runtime_error("zlib: this library is not zlib 1.x" + explained);
        default:
            throw std::runtime_error("zlib: error " + std::to_string(code) + explained);
    }
}

[[noreturn]] void too_large(std::uint64_t max_size) {
    throw std::runtime_error("zlib: the original is larger than max_size, " +
                             std::to_string(max_size) + " bytes");
}

/// A running decompression, which the destructor ends.
class Inflater {
public:
    explicit Inflater(const zlib::Api& api) : api_(api) {
        const int code = api_.inflate_init(&stream, api_.version(), sizeof(zlib::Stream));
        if (code != zlib::kOk) fail(code, stream.message);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { api_.inflate_end(&stream); }

    int step() { return api_.inflate(&stream, 0); }

    zlib::Stream stream;

private:
    const zlib::Api& api_;
};

class Zlib : public bridge32::Plugin {
public:
    explicit Zlib(const bridge32::Json& kwargs) : api_(kwargs.value("library", zlib::kFile)) {
        method("compress", &Zlib::compress, {"data", {"level", 6}},
               "Compress data into a zlib stream (RFC 1950). level: 0 (store) to 9 (smallest), "
               "or -1, zlib's own choice.");
        method("decompress", &Zlib::decompress, {"data", {"max_size", kDefaultMaxSize}},
               "The original of one whole zlib stream. An original of more than max_size bytes "
               "is an error.");
        method("crc32", &Zlib::crc32, {"data", {"start", 0}},
               "CRC-32 of data, continuing from start, the CRC of what precedes it.");
        method("adler32", &Zlib::adler32, {"data", {"start", 1}},
               "Adler-32 of data, continuing from start.");
        property("version", [this] { return std::string(api_.version()); });
    }

    bridge32::Bytes compress(Data data, int level) const {
        if (level < -1 || level > 9) {
            throw bridge32::InvalidArgument("level is 0 to 9, or -1 for zlib's own choice, not " +
                                            std::to_string(level));
        }
        zlib::uLong size = api_.compress_bound(static_cast<zlib::uLong>(data.size()));
        bridge32::Bytes result(size);
        const int code = api_.compress(result.data(), &size, start_of(data),
                                       static_cast<zlib::uLong>(data.size()), level);
        if (code != zlib::kOk) fail(code, nullptr);
        result.resize(size);
        return result;
    }

    bridge32::Bytes decompress(Data data, std::uint64_t max_size) const {
        max_size = std::min(max_size, kLargestSize);
        Inflater inflater(api_);
        zlib::Stream& stream = inflater.stream;
        bridge32::Bytes result(first_guess(data.size(), max_size));
        std::size_t taken = 0;
        std::size_t made = 0;
        for (;;) {
            stream.next_in = start_of(data.subspan(taken));
            stream.avail_in = clamp_to_uint(data.size() - taken);
            stream.next_out = result.data() + made;
            stream.avail_out = clamp_to_uint(result.size() - made);

            const int code = inflater.step();
            taken = static_cast<std::size_t>(stream.next_in - start_of(data));
            made = static_cast<std::size_t>(stream.next_out - result.data());
            if (code == zlib::kStreamEnd) break;
            const bool full = made == result.size();
            if (code != zlib::kOk && !(code == zlib::kBufferError && full)) {
                fail(code, stream.message);
            }
            if (full) grow(result, max_size);
        }
        if (made > max_size) too_large(max_size);
        if (taken != data.size()) {
            throw std::runtime_error("zlib: data error: " + std::to_string(data.size() - taken) +
                                     " bytes follow the end of the stream");
        }
        result.resize(made);
        return result;
    }

    std::uint32_t crc32(Data data, std::uint32_t start) const {
        return checksum(api_.crc32, data, start);
    }

    std::uint32_t adler32(Data data, std::uint32_t start) const {
        return checksum(api_.adler32, data, start);
    }

private:
    static std::size_t first_guess(std::size_t compressed, std::uint64_t max_size) {
        const std::uint64_t guess = std::max<std::uint64_t>(4096, std::uint64_t{4} * compressed);
        return static_cast<std::size_t>(std::min({guess, max_size + 1, kDefaultMaxSize}));
    }

    /// One byte more than allowed shows whether the original is larger.
    static void grow(bridge32::Bytes& result, std::uint64_t max_size) {
        if (result.size() > max_size) too_large(max_size);
        const std::uint64_t doubled = std::uint64_t{2} * result.size();
        result.resize(static_cast<std::size_t>(std::min(doubled, max_size + 1)));
    }

    template <class Function>
    static std::uint32_t checksum(const Function& function, Data data, std::uint32_t start) {
        zlib::uLong value = start;
        while (!data.empty()) {
            const zlib::uInt size = clamp_to_uint(data.size());
            value = function(value, start_of(data), size);
            data = data.subspan(size);
        }
        return static_cast<std::uint32_t>(value);
    }

    zlib::Api api_;
};

}  // namespace

BRIDGE32_PLUGIN(Zlib)
