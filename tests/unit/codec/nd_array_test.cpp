// Arrays of any number of dimensions: whose memory they use, in which order, and how they travel.
#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "unit/codec/codec_test.hpp"

namespace nd_array_test {

using bridge32::Argument;
using bridge32::Bytes;
using bridge32::Encoder;
using bridge32::Json;
using bridge32::NdArray;
using bridge32::Order;
using codec_test::contains;
using codec_test::read;
using codec_test::refusal;
using codec_test::refusal_as;
using codec_test::round_trip;
using codec_test::sent_as;
using codec_test::text_of;

namespace {

// Gives owners, and counts those that are alive.
class Keeper : public bridge32::AttachmentKeeper {
public:
    std::shared_ptr<const void> keep(std::uint32_t at) override {
        asked.push_back(at);
        return refuses ? nullptr : token;
    }

    std::shared_ptr<int> token = std::make_shared<int>(1);
    std::vector<std::uint32_t> asked;
    bool refuses = false;
};

template <class T>
T kept(Encoder& message, Keeper& keeper) {
    bridge32::Decoder in(message.text(), message.attachments(), &keeper);
    T value = in.value<T>();
    in.reader().finish();
    return value;
}

// 2 by 3, element (i, j) is 10 i + j.
NdArray<int> sample(Order order) {
    NdArray<int> array({2, 3}, order);
    for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 3; ++j) {
            array(i, j) = 10 * i + j;
        }
    }
    return array;
}

}  // namespace

TEST_CASE("nd_array: adopted memory is used in place, and let go with the array") {
    auto owner = std::make_shared<std::array<double, 6>>();
    NdArray<double> array({2, 3}, owner->data(), owner);

    array(1, 2) = 4.5;
    NdArray<double> moved = std::move(array);
    NdArray<double> copy = moved;
    copy(1, 2) = 7;

    CHECK((*owner)[5] == 4.5);
    CHECK(moved.data() == owner->data());
    CHECK(owner.use_count() == 2);
    copy = moved;
    CHECK(copy.data() != owner->data());
    CHECK(copy == moved);
    moved = NdArray<double>({1});
    CHECK(owner.use_count() == 1);
    CHECK(copy(1, 2) == 4.5);
}

TEST_CASE("nd_array: a vector is taken over without a copy") {
    std::vector<double> data{1, 2, 3};
    const double* const first = data.data();

    CHECK(NdArray<double>({3, 1}, std::move(data)).data() == first);
    CHECK(NdArray<bool>({2}, std::vector<bool>{false, true})(1));
    CHECK(NdArray<double>({100, 100})(99, 99) == 0);
}

TEST_CASE("nd_array: Fortran's order is kept") {
    const NdArray<int> array = sample(Order::fortran);

    CHECK(array.data()[1] == 10);
    CHECK(array.data()[4] == 2);
    CHECK(array == sample(Order::c));
    CHECK(sample(Order::c) == array);
    CHECK(text_of(array) == R"({"$array":{"dtype":"<i4","shape":[2,3],"order":"F","at":0}})");
    const auto back = round_trip(array);
    CHECK(back.order() == Order::fortran);
    CHECK(back.data()[1] == 10);
    CHECK(sent_as<NdArray<double>>(array).order() == Order::fortran);
    CHECK(sent_as<NdArray<double>>(array)(1, 2) == 12.0);
    CHECK(sent_as<Json>(array) == Json::parse("[[0,1,2],[10,11,12]]"));
    CHECK(sent_as<std::vector<int>>(NdArray<int>({2}, Order::fortran)) == std::vector<int>(2));
    CHECK(refusal_as<std::vector<int>>(array) ==
          "expected an array with one dimension, found one with 2");
}

TEST_CASE("nd_array: arrays of other shape or content differ, whatever their order") {
    NdArray<int> other = sample(Order::fortran);
    other(1, 1) = 0;

    CHECK(other != sample(Order::c));
    CHECK(NdArray<int>({2, 3}) != NdArray<int>({3, 2}, Order::fortran));
    CHECK(NdArray<int>({2, 0}) == NdArray<int>({2, 0}, Order::fortran));
    CHECK(NdArray<int>({}, std::vector{1}) == NdArray<int>({}, std::vector{1}, Order::fortran));
}

TEST_CASE("nd_array: an order that is neither C nor F is refused") {
    const int data[] = {1, 2};
    const std::vector<bridge32_attachment> attached{{data, 8}};
    const auto text = [](const std::string& order) {
        return R"({"$array":{"dtype":"<i4","shape":[2],"order":)" + order + R"(,"at":0}})";
    };

    CHECK(read<NdArray<int>>(text("\"C\""), attached).order() == Order::c);
    CHECK(contains(refusal<NdArray<int>>(text("\"A\""), attached), "unknown order \"A\""));
    CHECK(refusal<Json>(text("1"), attached) != "nothing was thrown");
}

TEST_CASE("nd_array: every element type works") {
    CHECK(contains(text_of(NdArray<bool>({1})), "|b1"));
    CHECK(contains(text_of(NdArray<std::complex<float>>({1})), "<c8"));
    CHECK(round_trip(NdArray<std::uint16_t>({1}, std::vector<std::uint16_t>{7}))(0) == 7);
    const NdArray<bool> bools({2, 2}, std::vector<bool>{true, false, false, true});
    CHECK(round_trip(bools) == bools);
    CHECK(sent_as<Json>(bools) == Json::parse("[[true,false],[false,true]]"));
    CHECK(read<NdArray<bool>>("[[true,false],[false,true]]") == bools);
    CHECK(refusal_as<NdArray<int>>(bools) == "at [0]: expected an integer, found true");
    CHECK(refusal_as<NdArray<bool>>(sample(Order::c)) == "at [0]: expected true or false, found 0");
}

TEST_CASE("nd_array: a byte other than 0 and 1 is read as true for a bool") {
    const std::uint8_t data[] = {0, 1, 7, 255};
    const std::vector<bridge32_attachment> attached{{data, 4}};
    const std::string text = R"({"$array":{"dtype":"|b1","shape":[4],"at":0}})";
    const NdArray<bool> expected({4}, std::vector<bool>{false, true, true, true});
    Argument<NdArray<const bool>> argument;

    argument.decode(text, attached);
    const NdArray<const bool> view = argument.get();

    CHECK(view == NdArray<const bool>(expected));
    CHECK(read<NdArray<bool>>(text, attached) == expected);
    CHECK(reinterpret_cast<const std::uint8_t*>(view.data())[3] == 1);
}

TEST_CASE("nd_array: bytes are an array of uint8") {
    const Bytes bytes("ab");

    CHECK(sent_as<NdArray<std::uint8_t>>(bytes)(1) == 'b');
    CHECK(refusal_as<NdArray<const std::uint16_t>>(bytes) ==
          "expected an array of numbers, found bytes");
}

TEST_CASE("nd_array: a view of an array shares its memory, or takes it over") {
    NdArray<int> array = sample(Order::fortran);
    const int* const data = array.data();

    const NdArray<const int> view = array;
    const NdArray<const int> taken = std::move(array);
    const NdArray<const int> copy = taken;  // NOLINT(performance-unnecessary-copy-initialization)

    CHECK(view.data() == data);
    CHECK(view.owner() == nullptr);
    CHECK(view(1, 2) == 12);
    CHECK(view.order() == Order::fortran);
    CHECK(taken.owner() != nullptr);
    CHECK(copy.data() == data);
    CHECK(copy == view);
    CHECK(round_trip(view) == view);
    CHECK(NdArray<int>(view) == sample(Order::c));
    CHECK(NdArray<int>(view).data() != data);
    CHECK(NdArray<const int>().size() == 0);
}

TEST_CASE("nd_array: with a keeper, a view holds the attachment's memory") {
    const NdArray<double> sent({2, 1}, std::vector{1.5, 2.5}, Order::fortran);
    Encoder message;
    Keeper keeper;

    SUBCASE("alone") {
        message.value(sent);

        const auto view = kept<NdArray<const double>>(message, keeper);

        CHECK(view.data() == sent.data());
        CHECK(view == NdArray<const double>(sent));
        CHECK(view.order() == Order::fortran);
        CHECK(keeper.asked == std::vector<std::uint32_t>{0});
        CHECK(view.owner() == keeper.token);
    }
    SUBCASE("inside other values") {
        using View = NdArray<const double>;
        const std::tuple<int, NdArray<double>, std::vector<NdArray<double>>> values{
            1, sent, {sent, sent}};
        message.value(values);

        const auto views =
            kept<std::tuple<int, std::optional<View>, std::vector<View>>>(message, keeper);

        CHECK(keeper.asked == std::vector<std::uint32_t>{0, 1, 2});
        CHECK(keeper.token.use_count() == 4);
        CHECK(std::get<2>(views)[1].data() == std::get<2>(values)[1].data());
    }
    SUBCASE("another element type is converted") {
        message.value(sent);

        const auto view = kept<NdArray<const float>>(message, keeper);

        CHECK(keeper.asked.empty());
        CHECK(view(1, 0) == 2.5f);
        CHECK(view.owner() != nullptr);
    }
    SUBCASE("a keeper that has none to give leaves a copy") {
        message.value(sent);
        keeper.refuses = true;

        const auto view = kept<NdArray<const double>>(message, keeper);

        CHECK(view == NdArray<const double>(sent));
        CHECK(view.data() != sent.data());
        CHECK(view.owner() != nullptr);
    }
    SUBCASE("what owns its elements does not ask") {
        message.value(sent);

        CHECK(kept<NdArray<double>>(message, keeper) == sent);
        CHECK(keeper.asked.empty());
    }
    SUBCASE("nested arrays and bytes") {
        const std::tuple<Json, Bytes> values{Json::parse("[[1,2]]"), Bytes("x")};
        message.value(values);

        const auto [numbers, bytes] =
            kept<std::tuple<NdArray<const double>, NdArray<const std::uint8_t>>>(message, keeper);

        CHECK(numbers(0, 1) == 2);
        CHECK(bytes(0) == 'x');
        CHECK(keeper.asked == std::vector<std::uint32_t>{0});
    }
}

TEST_CASE("nd_array: without a keeper, a view that was read has its own copy") {
    const NdArray<double> sent({1}, std::vector{1.5});

    const auto view = sent_as<NdArray<const double>>(sent);

    CHECK(view(0) == 1.5);
    CHECK(view.data() != sent.data());
    CHECK(view.owner() != nullptr);
}

TEST_CASE("nd_array: a parameter views the request in place") {
    const NdArray<double> sent({2, 1}, std::vector{1.5, 2.5});
    Encoder message;
    message.value(sent);
    Argument<const NdArray<const double>&> view;
    Argument<std::optional<NdArray<const double>>> optional;
    Argument<NdArray<const float>> converted;

    view.decode(message.text(), message.attachments());
    optional.decode(message.text(), message.attachments());
    converted.decode(message.text(), message.attachments());

    CHECK(view.get().data() == sent.data());
    CHECK(view.get().owner() == nullptr);
    CHECK(view.get()(1, 0) == 2.5);
    CHECK(optional.get()->data() == sent.data());
    CHECK(converted.get()(1, 0) == 2.5f);
    optional.decode("null", {});
    CHECK(optional.get() == std::nullopt);
    view.decode("[[1],[2],[3]]", {});
    CHECK(view.get().shape() == std::vector<std::uint64_t>{3, 1});
}

TEST_CASE("nd_array: a view of data that is not aligned is a copy") {
    alignas(8) std::array<std::byte, 12> memory{};
    const std::vector<bridge32_attachment> attached{{memory.data() + 2, 8}};
    Argument<NdArray<const std::int32_t>> argument;

    argument.decode(R"({"$array":{"dtype":"<i4","shape":[2],"at":0}})", attached);

    const NdArray<const std::int32_t> view = argument.get();
    CHECK(view.size() == 2);
    CHECK(view.owner() != nullptr);
}

TEST_CASE("bytes: adopted memory is used in place until it is too small") {
    auto owner = std::make_shared<std::array<std::uint8_t, 4>>();
    owner->fill(7);
    Bytes bytes(owner->data(), owner->size(), owner);

    const Bytes copy = bytes;
    Bytes moved = std::move(bytes);
    moved.resize(3);
    moved[0] = 1;

    CHECK(copy.data() != owner->data());
    CHECK(copy.size() == 4);
    CHECK(moved.data() == owner->data());
    CHECK(moved.size() == 3);
    CHECK((*owner)[0] == 1);
    CHECK(round_trip(moved) == Bytes("\x01\x07\x07"));
    CHECK(Json(moved) == Json::binary({1, 7, 7}));
    CHECK(owner.use_count() == 2);
    moved.resize(5);
    CHECK(owner.use_count() == 1);
    CHECK(moved == Bytes(std::string_view("\x01\x07\x07\0\0", 5)));
    moved = Bytes(owner->data(), 2, owner);
    CHECK(moved.size() == 2);
    moved = copy;
    CHECK(moved == copy);
    CHECK(owner.use_count() == 1);
}

}  // namespace nd_array_test
