#include "report.hpp"

#include <algorithm>
#include <cstdio>

namespace {

int width_of(std::string_view text) { return static_cast<int>(text.size()); }

/// Pads on the left to `width` characters. printf would count a µ as two.
std::string right_aligned(const std::string& text, std::ptrdiff_t width) {
    const auto characters =
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return std::string(static_cast<std::size_t>(std::max(width - characters, std::ptrdiff_t{0})),
                       ' ') +
           text;
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3;) {
        i -= 3;
        digits.insert(i, ",");
    }
    return digits;
}

std::string readable(Duration time) {
    const double seconds = time.count();
    char text[32];
    if (seconds < 1e-3) {
        std::snprintf(text, sizeof text, "%.1f µs", seconds * 1e6);
    } else if (seconds < 1) {
        std::snprintf(text, sizeof text, "%.1f ms", seconds * 1e3);
    } else {
        std::snprintf(text, sizeof text, "%.2f s", seconds);
    }
    return text;
}

void print_heading(std::string_view text) { std::printf("\n%.*s\n", width_of(text), text.data()); }

void print_fact(std::string_view name, std::string_view text) {
    std::printf("  %-10.*s  %.*s\n", width_of(name), name.data(), width_of(text), text.data());
}

void print_call_heading() {
    std::printf("  %-10s  %13s  %13s  %10s  %9s\n", "method", "bytes there", "bytes back", "time",
                "speed");
}

void print_call(std::string_view method, std::uint64_t bytes_in, std::uint64_t bytes_out,
                Duration time) {
    const double megabytes = static_cast<double>(std::max(bytes_in, bytes_out)) / 1e6;
    std::printf("  %-10.*s  %13s  %13s  %s  %4.0f MB/s\n", width_of(method), method.data(),
                grouped(bytes_in).c_str(), grouped(bytes_out).c_str(),
                right_aligned(readable(time), 10).c_str(), megabytes / time.count());
}

void Checks::expect(bool good, std::string_view what) {
    std::printf("  %s  %.*s\n", good ? "ok    " : "WRONG ", width_of(what), what.data());
    all_good_ = all_good_ && good;
}
