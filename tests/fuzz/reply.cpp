// Replies of a host, as a client reads them: every kind of result, untyped ones, and errors.
#include <bridge32/codec.hpp>
#include <bridge32/internal/client/typed_calls.hpp>
#include <complex>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "fuzz.hpp"
#include "protocol/throw_failure.hpp"

namespace fuzzed {

struct Point {
    double x;
    bool on;
    char name[6];
    std::int16_t table[2][3];
};
BRIDGE32_STRUCT(Point, x, on, name, table)

}  // namespace fuzzed

// Defined here, because call_lease.cpp would bring the whole client with it.
bridge32::detail::Call::~Call() = default;

namespace bridge32::fuzz {

namespace {

class Reply : public detail::Call {
public:
    explicit Reply(const Content& content) {
        reply_json = content.json();
        reply_attachments = content.attachments();
    }
    [[noreturn]] void throw_error(std::string_view json) override {
        protocol::throw_failure(protocol::read_error(json));
        std::abort();  // is not reached
    }
    std::uint64_t add(std::shared_ptr<LocalFunction>) override { return 1; }
    std::shared_ptr<const void> keep(std::uint32_t) override { return nullptr; }
};

template <class R>
void read(Reply& reply) {
    try {
        detail::read_or_explain<R>([] { return std::string(); }, reply, reply.reply_json);
    } catch (const InvalidArgument&) {  // the result does not fit
    } catch (const ProtocolError&) {    // it is none
    } catch (const CodecError&) {       // nor the text of one
    }
}

/// What is read can be written, and is the same when it is read again.
void round_trip(Reply& reply) {
    try {
        const auto value =
            protocol::ReplyView(reply.reply_json, reply.reply_attachments, &reply).result<Json>();
        Encoder again;
        again.value(value);
        const auto second = decode<Json>(again.text(), again.attachments());
        // As text, because a NaN is not equal to itself.
        Encoder once_more;
        once_more.value(second);
        require(once_more.text() == again.text(), "an untyped value survives");
    } catch (const ProtocolError&) {
    } catch (const CodecError&) {
    }
}

}  // namespace

void fuzz(Input input) {
    const Content content(input);
    Reply reply(content);
    if (protocol::is_error(reply.reply_json)) {
        try {
            reply.throw_error(reply.reply_json);
        } catch (const Error&) {
        }
        return;
    }
    read<void>(reply);
    read<int>(reply);
    read<double>(reply);
    read<std::string>(reply);
    read<std::vector<double>>(reply);
    read<std::vector<std::string>>(reply);
    read<NdArray<std::int32_t>>(reply);
    read<NdArray<const float>>(reply);
    read<Bytes>(reply);
    read<std::optional<std::complex<float>>>(reply);
    read<std::map<std::string, std::tuple<int, bool>>>(reply);
    read<std::vector<fuzzed::Point>>(reply);
    read<NdArray<fuzzed::Point>>(reply);
    round_trip(reply);
}

}  // namespace bridge32::fuzz
