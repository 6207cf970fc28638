#include "client/endpoint/function_registry.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

namespace function_registry_test {

namespace {

using bridge32::client::FunctionRegistry;
using bridge32::client::ThrownExceptions;

struct Nothing : bridge32::LocalFunction {
    void run(std::string_view, std::span<const bridge32_attachment>, bridge32::Encoder&) override {}
};

}  // namespace

TEST_CASE("functions: one that was removed cannot be used") {
    FunctionRegistry registry;
    const auto id = registry.add(std::make_shared<Nothing>(), nullptr);
    CHECK(registry.knows(id));
    CHECK(registry.use(id));

    registry.remove(id);

    CHECK_FALSE(registry.knows(id));
    CHECK_FALSE(registry.use(id));
    CHECK_FALSE(registry.use(id + 1));
    registry.remove(id);
}

TEST_CASE("functions: removing one waits while it runs on another thread") {
    FunctionRegistry registry;
    const auto id = registry.add(std::make_shared<Nothing>(), nullptr);
    std::atomic<bool> running{false};
    std::atomic<bool> over{false};
    std::thread runner([&] {
        const auto use = registry.use(id);
        running = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        over = true;
    });
    while (!running)
        std::this_thread::yield();

    registry.remove(id);

    CHECK(over);
    runner.join();
}

TEST_CASE("functions: one that removes itself does not wait for itself") {
    FunctionRegistry registry;
    const auto id = registry.add(std::make_shared<Nothing>(), nullptr);
    const auto use = registry.use(id);
    registry.remove(id);
    CHECK_FALSE(registry.knows(id));
}

TEST_CASE("functions: what one throws is found under its number, and under no other") {
    FunctionRegistry registry;
    const auto thrown = std::make_shared<ThrownExceptions>();
    const auto id = registry.add(std::make_shared<Nothing>(), thrown);
    std::uint64_t number = 0;
    try {
        throw std::out_of_range("x");
    } catch (...) {
        number = registry.use(id).keep_exception(std::current_exception());
    }

    CHECK(number != 0);
    CHECK_THROWS_AS(std::rethrow_exception(thrown->find(number)), std::out_of_range);
    CHECK(thrown->find(0) == nullptr);
    CHECK(thrown->find(number + 1) == nullptr);
    CHECK(thrown->find(~std::uint64_t{0}) == nullptr);

    const auto other = registry.add(std::make_shared<Nothing>(), nullptr);
    CHECK(registry.use(other).keep_exception(nullptr) == 0);
}

}  // namespace function_registry_test
