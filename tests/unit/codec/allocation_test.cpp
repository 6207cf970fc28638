// Counts what the steady state allocates, by replacing the global operator new.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "unit/codec/codec_test.hpp"

namespace {
thread_local std::size_t allocations = 0;
}

// Not inlined: GCC warns of a malloc paired with a delete where it sees only one of the two.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size != 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using bridge32::Argument;
using bridge32::Encoder;

// How often `action` allocates, after it has been done before.
template <class Action>
std::size_t steady_allocations(Action&& action) {
    action();
    action();
    const std::size_t before = allocations;
    action();
    return allocations - before;
}

}  // namespace

TEST_CASE("allocation: this test sees allocations") {
    CHECK(steady_allocations([] { ::operator delete(::operator new(1)); }) == 1);
}

TEST_CASE("allocation: a call of two integers allocates nothing") {
    Encoder encoder;
    int sum = 0;

    const std::size_t count = steady_allocations([&] {
        encoder.clear();
        encoder.text() += R"({"method":"add","args":)";
        encoder.value(std::tuple(1, 2));
        encoder.text() += R"(,"kwargs":{}})";

        bridge32::Reader reader(encoder.text());
        std::string scratch;
        Argument<int> a;
        Argument<int> b;
        reader.enter_object();
        while (const auto key = reader.next_key(scratch)) {
            if (*key != "args") {
                reader.skip_value();
                continue;
            }
            reader.enter_array();
            reader.next_element();
            a.decode(reader.skip_value(), encoder.attachments());
            reader.next_element();
            b.decode(reader.skip_value(), encoder.attachments());
            reader.next_element();
        }
        reader.finish();
        sum = a.get() + b.get();

        encoder.clear();
        encoder.text() += R"({"result":)";
        encoder.value(sum);
        encoder.text() += '}';
    });

    CHECK(sum == 3);
    CHECK(count == 0);
}

TEST_CASE("allocation: scalars, strings and views allocate nothing") {
    const std::vector<double> x(1000, 0.5);
    const std::string text(1000, 'x');
    Encoder encoder;

    const std::size_t writing = steady_allocations([&] {
        encoder.clear();
        encoder.value(std::tie(x, text));
        encoder.value(std::tuple(1.5, true, std::optional<int>(3), std::string_view("a\nb")));
        encoder.value(NAN);
    });
    encoder.clear();
    encoder.value(x);
    const std::string quoted = "\"" + text + "\"";
    const std::size_t reading = steady_allocations([&] {
        Argument<std::span<const double>> span;
        span.decode(encoder.text(), encoder.attachments());
        Argument<std::string_view> view;
        view.decode(quoted, {});
        Argument<double> number;
        number.decode(R"({"$float":"NaN"})", {});
        Argument<std::optional<std::tuple<int, bool>>> tuple;
        tuple.decode("[1,true]", {});
    });

    CHECK(writing == 0);
    CHECK(reading == 0);
}
