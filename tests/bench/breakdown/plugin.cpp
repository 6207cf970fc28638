// bench_marked: `add`, which notes when it ran.
#include <bridge32/plugin.hpp>
#include <cstddef>
#include <cstdint>

#include "marks.hpp"

class Marked : public bridge32::Plugin {
public:
    explicit Marked(const bridge32::Json& /*kwargs*/) : marks_(bench::attached_marks()) {
        method("add", [this](std::int32_t a, std::int32_t b) { return add(a, b); }, {"a", "b"});
    }

private:
    std::int32_t add(std::int32_t a, std::int32_t b) {
        const auto begin = bench::now();
        const std::int32_t sum = a + b;
        if (marks_ != nullptr && calls_ < bench::kMarkedCalls) {
            marks_->plugin[calls_++] = {begin, bench::now()};
        }
        return sum;
    }

    bench::Marks* marks_;
    std::size_t calls_ = 0;
};

BRIDGE32_PLUGIN(Marked)
