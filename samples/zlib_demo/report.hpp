// What zlib_demo prints: times, sizes and checks in aligned columns.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

using Duration = std::chrono::duration<double>;

/// "9,245,840"
std::string grouped(std::uint64_t number);

/// "0.8 µs", "12.3 ms" or "1.52 s"
std::string readable(Duration time);

/// A heading with an empty line above.
void print_heading(std::string_view text);

/// A fact with its name.
void print_fact(std::string_view name, std::string_view text);

/// The heading above the lines of print_call.
void print_call_heading();

/// One large call: bytes in, bytes out, duration, and the speed of the larger side.
void print_call(std::string_view method, std::uint64_t bytes_in, std::uint64_t bytes_out,
                Duration time);

/// Counts and prints checks.
class Checks {
public:
    void expect(bool good, std::string_view what);
    bool all_good() const noexcept { return all_good_; }

private:
    bool all_good_ = true;
};
