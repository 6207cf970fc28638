// What single parts of a small call cost in one thread, and what nlohmann::json would. Run by
// Google Benchmark, 64-bit.
#include <benchmark/benchmark.h>

#include <bridge32/client.hpp>
#include <bridge32/internal/protocol/reply.hpp>
#include <bridge32/internal/protocol/request.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "wire/channel.hpp"

namespace {

using bridge32::wire::Channel;
using nlohmann::json;

const std::string kRequest = R"({"method":"add","args":[1,2]})";
const std::string kReply = R"({"result":3})";

void encode_request(benchmark::State& state) {
    bridge32::Encoder request;
    int a = 1;
    int b = 2;
    for (auto _ : state) {
        benchmark::DoNotOptimize(a);
        benchmark::DoNotOptimize(b);
        request.clear();
        bridge32::protocol::write_call(request, "add", a, b);
        benchmark::DoNotOptimize(request.text().data());
    }
}
BENCHMARK(encode_request);

void encode_request_nlohmann(benchmark::State& state) {
    for (auto _ : state) {
        const std::string text =
            json{{"method", "add"}, {"args", {1, 2}}, {"kwargs", json::object()}}.dump();
        benchmark::DoNotOptimize(text.data());
    }
}
BENCHMARK(encode_request_nlohmann);

void take_request_apart(benchmark::State& state) {
    for (auto _ : state) {
        bridge32::protocol::RequestView view;
        view.read(kRequest);
        benchmark::DoNotOptimize(view.name());
    }
}
BENCHMARK(take_request_apart);

void take_request_apart_nlohmann(benchmark::State& state) {
    for (auto _ : state) {
        const json request = json::parse(kRequest);
        benchmark::DoNotOptimize(request.at("method").get<std::string>());
        benchmark::DoNotOptimize(request.at("args").at(0).get<int>());
        benchmark::DoNotOptimize(request.at("args").at(1).get<int>());
    }
}
BENCHMARK(take_request_apart_nlohmann);

void decode_reply(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(bridge32::protocol::ReplyView(kReply).result<int>());
}
BENCHMARK(decode_reply);

void decode_reply_nlohmann(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(json::parse(kReply).at("result").get<int>());
}
BENCHMARK(decode_reply_nlohmann);

/// Both ends in one process: written, read and released.
void through_the_ring(benchmark::State& state) {
    const auto client = Channel::create(256 * 1024, bridge32::wire::WaitMode::kSpin);
    const auto host = Channel::attach(client->link_to_new_host(), nullptr);
    bridge32::wire::Message message;
    for (auto _ : state) {
        client->try_send({bridge32::wire::FrameKind::kRequest, 0, 1, 0}, kRequest, {});
        host->receive(message);
        benchmark::DoNotOptimize(message.json().data());
        message.clear();
    }
}
BENCHMARK(through_the_ring);

void call_in_process(benchmark::State& state) {
    const bridge32::Client client(
        "bench", {.plugin_path = BENCH_PLUGINS, .mode = bridge32::Mode::in_process});
    for (auto _ : state)
        benchmark::DoNotOptimize(client.call<int>("add", 1, 2));
}
BENCHMARK(call_in_process);

void call_in_process_untyped(benchmark::State& state) {
    const bridge32::Client client(
        "bench", {.plugin_path = BENCH_PLUGINS, .mode = bridge32::Mode::in_process});
    for (auto _ : state)
        benchmark::DoNotOptimize(client.call("add", 1, 2));
}
BENCHMARK(call_in_process_untyped);

}  // namespace
