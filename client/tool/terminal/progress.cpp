#include "tool/terminal/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace bridge32::tool {

namespace {

constexpr int kBarWidth = 40;

double fraction(const Json& done, const Json& total) {
    if (!done.is_number() || !total.is_number() || total.get<double>() <= 0) return -1;
    return done.get<double>() / total.get<double>();
}

}  // namespace

double progress_of(const Json& value, std::string& text) {
    double done = -1;
    if (value.is_number()) {
        done = value.get<double>();
    } else if (value.is_array()) {
        for (const auto& part : value) {
            if (part.is_string()) text = part.get<std::string>();
        }
        if (!value.empty() && value[0].is_number()) done = value[0].get<double>();
        // [5, 20] is done and total; in [0.25, 3], the first is a fraction.
        if (value.size() > 1 && done >= 1 && value[1].is_number()) {
            done = fraction(value[0], value[1]);
        }
    } else if (value.is_object()) {
        if (value.contains("text") && value["text"].is_string()) text = value["text"];
        if (value.contains("done")) {
            done = value.contains("total")     ? fraction(value["done"], value["total"])
                   : value["done"].is_number() ? value["done"].get<double>()
                                               : -1;
        }
    } else if (value.is_string()) {
        text = value.get<std::string>();
    }
    if (done > 1) done /= 100;  // percent
    return std::isfinite(done) ? std::min(done, 1.0) : -1;
}

void Progress::update(const Json& value) {
    if (!shown_) return;
    std::string text;
    const double done = progress_of(value, text);
    std::string bar;
    if (done >= 0) {
        const auto full = static_cast<std::size_t>(std::lround(done * kBarWidth));
        std::array<char, 16> percent{};
        std::snprintf(percent.data(), percent.size(), "%3ld %%", std::lround(100 * done));
        bar = "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " +
              percent.data() + (text.empty() ? "" : "  ");
    }
    const std::lock_guard lock(mutex_);
    if (bar + text == drawn_) return;
    drawn_ = bar + text;
    std::fprintf(stderr, "\r\x1b[K%s", drawn_.c_str());
    std::fflush(stderr);
}

void Progress::clear() {
    const std::lock_guard lock(mutex_);
    if (drawn_.empty()) return;
    drawn_.clear();
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
}

}  // namespace bridge32::tool
