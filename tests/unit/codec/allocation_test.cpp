// Counts what the steady state allocates.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "support/allocation_count.hpp"
#include "unit/codec/codec_test.hpp"

namespace allocation_test {

namespace {

using bridge32::Argument;
using bridge32::Encoder;
using bridge32::test::allocation_count;

// How often `action` allocates, after it has been done before.
template <class Action>
std::uint64_t steady_allocations(Action&& action) {
    action();
    action();
    const std::uint64_t before = allocation_count();
    action();
    return allocation_count() - before;
}

}  // namespace

TEST_CASE("allocation: a call of two integers allocates nothing") {
    Encoder encoder;
    int sum = 0;

    const std::uint64_t count = steady_allocations([&] {
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

    const std::uint64_t writing = steady_allocations([&] {
        encoder.clear();
        encoder.value(std::tie(x, text));
        encoder.value(std::tuple(1.5, true, std::optional<int>(3), std::string_view("a\nb")));
        encoder.value(NAN);
    });
    encoder.clear();
    encoder.value(x);
    const std::string quoted = "\"" + text + "\"";
    const std::uint64_t reading = steady_allocations([&] {
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

}  // namespace allocation_test
