#include <bridge32/client.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>

#include "system_time.hpp"

namespace {

/// Seconds since 1970 of a local time.
std::time_t seconds(const SystemTime& time) {
    std::tm parts{};
    parts.tm_year = time.year - 1900;
    parts.tm_mon = time.month - 1;
    parts.tm_mday = time.day;
    parts.tm_hour = time.hour;
    parts.tm_min = time.minute;
    parts.tm_sec = time.second;
    parts.tm_isdst = -1;
    return std::mktime(&parts);
}

std::filesystem::path path(const std::string& utf8) {
    return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

}  // namespace

int main() {
    const bridge32::Client kernel("kernel");

    const auto time = kernel.call<SystemTime>("local_time");
    const auto difference = std::abs(std::difftime(std::time(nullptr), seconds(time)));
    std::cout << "GetLocalTime          " << (difference <= 2 ? "our clock's time" : "wrong")
              << '\n';

    const auto folder = path(kernel.call<std::string>("current_directory"));
    std::cout << "GetCurrentDirectoryW  "
              << (std::filesystem::equivalent(folder, std::filesystem::current_path())
                      ? "the folder that we are in"
                      : "wrong")
              << '\n';

    const auto temporary = path(kernel.call<std::string>("temp_path"));
    std::cout << "GetTempPathA          "
              << (std::filesystem::is_directory(temporary) ? "a folder" : "wrong") << '\n';

    bool english = false;
    int count = 0;
    kernel.call("each_locale", [&](const std::string& locale) {
        ++count;
        english = english || locale == "00000409";
        return count < 1000;
    });
    std::cout << "EnumSystemLocalesA    "
              << (english && count > 1 ? "English, and others" : "wrong") << '\n';
}
