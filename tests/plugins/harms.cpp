// What a library can do to the process that it runs in without ending it at once.
#include <bridge32/plugin.hpp>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <locale>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faults.hpp"

namespace {

/// "1.000,5", as in most of Europe.
class Comma : public std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

class Harms : public bridge32::Plugin {
public:
    Harms() {
        // Returns what printf now makes of one half.
        method("set_locale", [](const std::string& name) {
            std::locale::global(std::locale(std::locale::classic(), new Comma));
            std::setlocale(LC_ALL, name.c_str());
            char text[16];
            std::snprintf(text, sizeof text, "%.1f", 0.5);
            return std::string(text);
        });
        method("halve", [](double x) { return x / 2; });
        method("same", [](const bridge32::Json& value) { return value; });
        // Returns how many blocks there was memory for.
        method("allocate", [this](std::uint64_t bytes, std::uint64_t block) {
            int count = 0;
            for (std::uint64_t sum = 0; sum < bytes; sum += block, ++count) {
                blocks_.emplace_back(new (std::nothrow) char[static_cast<std::size_t>(block)]);
                if (blocks_.back() == nullptr) break;
                blocks_.back()[0] = 1;
            }
            return count;
        });
        method("allocate_at_once", [this](std::uint64_t bytes) {
            blocks_.emplace_back(new char[static_cast<std::size_t>(bytes)]);
        });
        method("free", [this] { blocks_.clear(); });
        method("print", [](int lines) {
            const std::string line(99, '.');
            for (int i = 0; i < lines; ++i)
                std::puts(line.c_str());
        });
        method("deadlock", [] {
            std::mutex mutex;
            const std::lock_guard first(mutex);
            const std::lock_guard second(mutex);
        });
        // `library` has a function that calls what it is passed.
        method("throw_through", [](const std::string& library) {
            const bridge32::Library legacy(library);
            legacy.function<void(void (*)())>("call_back")(faults::throws);
        });
        method(
            "add", [](int a, int b) { return a + b; }, {"a", "b"}, "Does no harm.");
    }

private:
    std::vector<std::unique_ptr<char[]>> blocks_;
};

}  // namespace

BRIDGE32_PLUGIN(Harms)
