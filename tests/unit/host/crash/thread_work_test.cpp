#include "host32/crash/thread_work.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string_view>
#include <thread>

namespace thread_work_test {

using namespace bridge32;
using host::ThreadWork;

namespace {

struct Client {
    std::unique_ptr<wire::Channel> channel = wire::Channel::create(4096, wire::WaitMode::kBlock);
    std::unique_ptr<wire::Channel> hosts_end =
        wire::Channel::attach(channel->link_to_new_host(), nullptr);
};

}  // namespace

TEST_CASE("thread work: nested work is the innermost, and then the outer again") {
    const Client client;
    CHECK(ThreadWork::of_this_thread() == nullptr);
    const ThreadWork outer(*client.hosts_end, 1, "lab", "(constructor)");
    {
        const ThreadWork inner(*client.hosts_end, 2, "lab", R"({"get":"version"})");
        CHECK(ThreadWork::of_this_thread()->call_id() == 2);
        CHECK(inner.method() == "version");
    }
    CHECK(ThreadWork::of_this_thread()->call_id() == 1);
    CHECK(outer.method() == "(constructor)");
    for (const std::string_view odd : {"", "{", R"({"method":"without end)", R"({"args":[]})"})
        CHECK(ThreadWork(*client.hosts_end, 3, "lab", odd).method().empty());
}

TEST_CASE("thread work: another thread has its own") {
    const Client client;
    const ThreadWork work(*client.hosts_end, 1, "lab", "(constructor)");
    const ThreadWork* elsewhere = &work;
    std::thread([&] { elsewhere = ThreadWork::of_this_thread(); }).join();
    CHECK(elsewhere == nullptr);
}

}  // namespace thread_work_test
