// The table behind handles, with several owners and threads.
#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "unit/plugin/fake_host.hpp"

namespace {

using bridge32::CodecError;
using bridge32::detail::HandleState;
using bridge32::detail::HandleTable;
using bridge32::detail::kEverybody;

struct Thing;
struct Other;

/// Notes its name when it is destroyed.
class Noted final : public bridge32::detail::HandleObject {
public:
    Noted(std::vector<std::string>& notes, std::string name)
        : notes_(notes), name_(std::move(name)) {}
    void* get() noexcept override { return this; }
    void destroy() override { notes_.push_back(name_); }

private:
    std::vector<std::string>& notes_;
    std::string name_;
};

struct Fixture {
    bridge32::test::FakeHost host;
    bridge32::detail::ForeignStates foreign{{}};
    std::shared_ptr<HandleTable> table = std::make_shared<HandleTable>(host, "lib", foreign);
    std::vector<std::string> notes;

    std::shared_ptr<HandleState> add(std::uint64_t owner, const std::string& name) {
        auto state = table->add(owner, std::make_unique<Noted>(notes, name),
                                bridge32::detail::handle_type<Thing>());
        state->sent();
        return state;
    }
    std::string refusal(std::uint64_t owner, const bridge32::detail::HandleToken& token) {
        try {
            table->find(owner, token, bridge32::detail::handle_type<Thing>());
        } catch (const CodecError& error) {
            return error.what();
        }
        return "found";
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "handle table: an owner's objects are found by it only") {
    const auto token = add(1, "a")->token();
    const auto everybodys = add(kEverybody, "b")->token();

    CHECK(refusal(1, token) == "found");
    CHECK(refusal(2, token).starts_with("this handle of Thing was not issued to this client"));
    CHECK(refusal(kEverybody, token).starts_with("this handle of Thing was not issued to"));
    CHECK(refusal(1, everybodys) == "found");
    CHECK(refusal(2, everybodys) == "found");
}

TEST_CASE_FIXTURE(Fixture, "handle table: a number of one owner with the secret of another") {
    const auto token = add(1, "a")->token();
    const auto second = add(2, "b")->token();
    const auto everybodys = add(kEverybody, "c")->token();
    const auto mixed = [](const auto& number, const auto& secret) {
        return bridge32::detail::HandleToken{"Thing",
                                             number.id.substr(0, 16) + secret.id.substr(16)};
    };

    CHECK(refusal(2, mixed(token, second)).find("was not issued to") != std::string::npos);
    CHECK(refusal(2, mixed(token, everybodys)).find("was not issued to") != std::string::npos);
    CHECK(refusal(2, mixed(everybodys, second)).find("was not issued to") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "handle table: what a client never got cannot be guessed from others") {
    const auto token = add(1, "a")->token();
    const auto secret =
        table->add(1, std::make_unique<Noted>(notes, "b"), bridge32::detail::handle_type<Thing>());

    CHECK(refusal(1, secret->token()).find("was not issued to") != std::string::npos);
    secret->sent();
    CHECK(refusal(1, secret->token()) == "found");
}

TEST_CASE_FIXTURE(Fixture, "handle table: an owner that has gone leaves nothing behind") {
    add(1, "a");
    add(2, "b");
    add(1, "c");
    auto kept = add(1, "d");

    table->owner_gone(1);
    CHECK(notes == std::vector<std::string>{"c", "a"});
    kept.reset();
    CHECK(notes == std::vector<std::string>{"c", "a", "d"});
    table->owner_gone(1);
    table->close();

    CHECK(notes == std::vector<std::string>{"c", "a", "d", "b"});
}

TEST_CASE_FIXTURE(Fixture, "handle table: a handle that outlives the plugin is refused") {
    const auto kept = add(1, "a");
    table->close();
    table.reset();

    CHECK_THROWS_AS(kept->object(), bridge32::InvalidArgument);
    CHECK_THROWS_AS(kept->destroy(), bridge32::InvalidArgument);
    CHECK(notes == std::vector<std::string>{"a"});
}

TEST_CASE_FIXTURE(Fixture, "handle table: threads that use and destroy the same object") {
    struct Counted final : bridge32::detail::HandleObject {
        explicit Counted(std::atomic<int>& its_ends) : ends(its_ends) {}
        void* get() noexcept override { return &alive; }
        void destroy() override {
            alive = false;
            ++ends;
        }
        std::atomic<bool> alive{true};
        std::atomic<int>& ends;
    };
    const auto type = bridge32::detail::handle_type<Counted>();
    std::atomic<int> ends{0};
    std::atomic<int> dead{0};
    std::atomic<int> uses{0};

    for (int round = 0; round < 200; ++round) {
        auto made = table->add(1, std::make_unique<Counted>(ends), type);
        made->sent();
        const auto token = made->token();
        made.reset();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                try {
                    for (int i = 0; i < 20; ++i) {
                        const auto use = table->find(1, token, type);
                        auto& alive = *static_cast<std::atomic<bool>*>(use->object());
                        if (!alive) ++dead;
                        ++uses;
                        if (i == 5 + t) return use->destroy();
                    }
                } catch (const CodecError&) {
                }
            });
        }
        for (auto& thread : threads)
            thread.join();
    }

    CHECK(ends == 200);
    CHECK(dead == 0);
    CHECK(uses >= 200);
}
