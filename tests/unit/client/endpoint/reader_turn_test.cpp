// Who reads the ring: single steps, then all interleavings of threads that call, sleep and leave.
#include "client/endpoint/reader_turn.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_set>
#include <vector>

namespace reader_turn_test {

namespace {

using bridge32::client::ReaderTurn;

/// A caller does what Endpoint::start and Endpoint::wait do with the turn, the dispatcher what
/// Endpoint::read_idle does, one atomic operation or one step under the table's lock at a time. The
/// host answers each request at any time after it was sent. No sleep ends by itself but a leaver's.
class Model {
public:
    static constexpr int kMost = 3;

    struct Setting {
        int callers = 2;
        int calls_of_each = 1;
        bool dispatcher = false;
        bool last_one_leaves = false;  // its deadline may come while it sleeps
        bool forgets_to_wake = false;  // a fault, which the check must find
    };

    explicit Model(const Setting& setting) : setting_(setting) {}

    /// What went wrong in any of the interleavings; empty when nothing did.
    std::string check() {
        std::vector<State> open{State{}};
        while (!open.empty() && fault_.empty()) {
            const State state = open.back();
            open.pop_back();
            bool stuck = true;
            for (int who = 0; who < setting_.callers; ++who) {
                for (const bool by_deadline : {false, true})
                    stuck &=
                        !visit(state, open, [&](State& s) { return call(s, who, by_deadline); });
                stuck &= !visit(state, open, [&](State& s) { return answer(s, who); });
            }
            if (setting_.dispatcher)
                stuck &= !visit(state, open, [&](State& s) { return dispatch(s); });
            if (stuck) check_end(state);
        }
        return fault_;
    }
    std::size_t states() const noexcept { return seen_.size(); }

private:
    enum class At : std::uint8_t {
        kBegin,
        kList,
        kSend,
        kAttend,
        kTake,
        kLookAgain,
        kRead,
        kPut,
        kListBack,
        kEndOwn,
        kRelease,
        kWake,
        kLock,
        kCheck,
        kBeginSleep,
        kSleep,
        kAwake,
        kLeave,
        kLeft,
        kNext,
        kFinished
    };
    enum class Afterwards : std::uint8_t { kReturn, kGoOn };

    struct Caller {
        At at = At::kBegin;
        Afterwards afterwards = Afterwards::kReturn;  // of kRelease and kWake
        std::int8_t other = -1;                       // whose reply is to be put
        bool has_turn = false;
        bool listed = false;
        bool replied = false;
        bool asleep = false;
        bool woken = false;
        std::int8_t sent = 0;     // requests that the host may answer
        std::int8_t in_ring = 0;  // replies that nobody has read
        std::int8_t got = 0;      // calls that have ended
        std::int8_t left = 0;     // of those, without a reply
    };
    enum class DispatcherAt : std::uint8_t { kBorrow, kWait, kTake, kRead, kPut, kRelease, kWake };
    struct State {
        ReaderTurn::Word turn = 0;
        std::int8_t lock = -1;
        std::int8_t sleepers = 0;                // in `order`
        std::array<std::int8_t, kMost> order{};  // of going to sleep
        std::array<Caller, kMost> callers{};
        DispatcherAt dispatcher = DispatcherAt::kBorrow;
        std::int8_t dispatched = -1;
        std::int8_t reserved = 0;
    };
    // Its bytes tell one from another.
    static_assert(std::has_unique_object_representations_v<State>);

    template <class Step>
    bool visit(const State& state, std::vector<State>& open, const Step& step) {
        State next = state;
        if (!step(next)) return false;
        std::string key(reinterpret_cast<const char*>(&next), sizeof next);
        if (key == std::string(reinterpret_cast<const char*>(&state), sizeof state)) return false;
        check_readers(next);
        if (seen_.insert(std::move(key)).second) open.push_back(next);
        return true;
    }

    template <class Operation>
    static auto on_turn(State& state, const Operation& operation) {
        ReaderTurn turn(state.turn);
        struct Store {
            State& state;
            ReaderTurn& turn;
            ~Store() { state.turn = turn.state(); }
        } const store{state, turn};
        return operation(turn);
    }

    static bool reads(const Caller& caller) {
        switch (caller.at) {
            case At::kLookAgain:
            case At::kRead:
            case At::kPut:
            case At::kListBack:
            case At::kEndOwn:
            case At::kRelease:
                return true;
            default:
                return caller.has_turn;
        }
    }
    static int readers(const State& state) {
        const auto count = std::count_if(state.callers.begin(), state.callers.end(), reads);
        const bool dispatcher = state.dispatcher == DispatcherAt::kRead ||
                                state.dispatcher == DispatcherAt::kPut ||
                                state.dispatcher == DispatcherAt::kRelease;
        return static_cast<int>(count) + (dispatcher ? 1 : 0);
    }
    void check_readers(const State& state) {
        if (readers(state) > 1) fault_ = "two threads read";
    }
    void check_end(const State& state) {
        for (int who = 0; who < setting_.callers; ++who) {
            const auto& caller = state.callers[static_cast<std::size_t>(who)];
            if (caller.at != At::kFinished) fault_ = "a thread sleeps for ever";
        }
        ReaderTurn borrowed;
        borrowed.try_borrow();
        // A dispatcher that sleeps may have lost the turn, which it learns when it is woken.
        const bool free =
            state.turn == ReaderTurn().state() ||
            (state.dispatcher == DispatcherAt::kWait && state.turn == borrowed.state());
        if (fault_.empty() && !free) fault_ = "the turn is not free in the end";
    }

    static bool lock_is_free(const State& state) { return state.lock < 0; }
    static Caller& of(State& state, int who) {
        return state.callers[static_cast<std::size_t>(who)];
    }

    /// CallTable::put_reply.
    void put(State& state, int who) {
        Caller& receiver = of(state, who);
        if (!receiver.listed) return;  // it has left
        receiver.listed = false;
        receiver.replied = true;
        if (receiver.asleep) receiver.woken = true;
    }
    /// CallTable::wake_next.
    void wake_next(State& state) {
        for (int i = 0; i < state.sleepers; ++i) {
            Caller& sleeper = of(state, state.order[static_cast<std::size_t>(i)]);
            if (sleeper.replied) continue;
            sleeper.woken = true;
            return;
        }
    }
    static void wake_up(State& state, int who) {
        auto* const end = state.order.begin() + state.sleepers;
        std::copy(std::find(state.order.begin(), end, who) + 1, end,
                  std::find(state.order.begin(), end, who));
        --state.sleepers;
        state.order[static_cast<std::size_t>(state.sleepers)] = 0;
        of(state, who).asleep = false;
        of(state, who).woken = false;
    }
    bool take(State& state) {
        const bool taken = on_turn(state, [](ReaderTurn& turn) { return turn.try_take(); });
        if (!taken && readers(state) == 0) fault_ = "a caller cannot read although nobody does";
        return taken;
    }
    /// The first reply in the ring, whoever's it is: the host answers in any order.
    static int next_in_ring(const State& state) {
        for (int who = 0; who < kMost; ++who) {
            if (state.callers[static_cast<std::size_t>(who)].in_ring != 0) return who;
        }
        return -1;
    }

    /// The host answers a request.
    static bool answer(State& state, int who) {
        Caller& caller = of(state, who);
        if (caller.sent == 0) return false;
        --caller.sent;
        ++caller.in_ring;
        return true;
    }

    /// One step; false when it must wait.
    bool call(State& state, int who, bool by_deadline) {
        Caller& me = of(state, who);
        const bool may_leave = setting_.last_one_leaves && who == setting_.callers - 1 &&
                               me.got == setting_.calls_of_each - 1 && me.at == At::kSleep;
        if (by_deadline && !may_leave) return false;
        switch (me.at) {
            case At::kBegin:
                me.replied = false;
                me.has_turn = take(state);
                me.at = me.has_turn ? At::kSend : At::kList;
                return true;
            case At::kList:
                if (!lock_is_free(state)) return false;
                me.listed = true;
                me.at = At::kSend;
                return true;
            case At::kSend:
                ++me.sent;
                me.at = me.has_turn ? At::kRead : At::kAttend;
                me.has_turn = false;
                return true;
            case At::kAttend:
                if (!lock_is_free(state)) return false;
                me.at = me.replied ? At::kNext : At::kTake;
                return true;
            case At::kTake:
                me.at = take(state) ? At::kLookAgain : At::kLock;
                return true;
            case At::kLookAgain:
                me.at = me.replied ? At::kRelease : At::kRead;
                me.afterwards = Afterwards::kReturn;
                return true;
            case At::kRead: {
                const int found = next_in_ring(state);
                if (found < 0) return false;
                --of(state, found).in_ring;
                if (found == who) {
                    me.at = me.listed ? At::kEndOwn : At::kRelease;
                    me.afterwards = Afterwards::kReturn;
                } else {
                    me.other = static_cast<std::int8_t>(found);
                    me.at = At::kPut;
                }
                return true;
            }
            case At::kPut:
                if (!lock_is_free(state)) return false;
                put(state, me.other);
                me.other = -1;
                me.at = next_in_ring(state) < 0 ? At::kListBack : At::kRead;
                return true;
            case At::kListBack:
                if (!lock_is_free(state)) return false;
                me.listed = true;
                me.at = At::kRelease;
                me.afterwards = Afterwards::kGoOn;
                return true;
            case At::kEndOwn:
                if (!lock_is_free(state)) return false;
                me.listed = false;
                me.at = At::kRelease;
                return true;
            case At::kRelease: {
                const bool wakes = on_turn(state, [](ReaderTurn& turn) { return turn.release(); });
                me.at = wakes && !setting_.forgets_to_wake     ? At::kWake
                        : me.afterwards == Afterwards::kReturn ? At::kNext
                                                               : At::kTake;
                return true;
            }
            case At::kWake:
                if (!lock_is_free(state)) return false;
                wake_next(state);
                me.at = me.afterwards == Afterwards::kReturn ? At::kNext : At::kTake;
                return true;
            case At::kLock:
                if (!lock_is_free(state)) return false;
                state.lock = static_cast<std::int8_t>(who);
                me.at = At::kCheck;
                return true;
            case At::kCheck:
                if (me.replied) state.lock = -1;
                me.at = me.replied ? At::kNext : At::kBeginSleep;
                return true;
            case At::kBeginSleep:
                if (on_turn(state, [](ReaderTurn& turn) { return turn.begin_sleep(); })) {
                    me.asleep = true;
                    state.order[static_cast<std::size_t>(state.sleepers++)] =
                        static_cast<std::int8_t>(who);
                    state.lock = -1;
                    me.at = At::kSleep;
                } else {
                    me.at = At::kAwake;
                }
                return true;
            case At::kSleep:
                if (!lock_is_free(state) || !(me.woken || by_deadline)) return false;
                state.lock = static_cast<std::int8_t>(who);
                wake_up(state, who);
                me.at = At::kAwake;
                if (by_deadline) me.left = 1;
                return true;
            case At::kAwake:
                on_turn(state, [](ReaderTurn& turn) {
                    turn.end_sleep();
                    return true;
                });
                state.lock = -1;
                me.at = me.replied ? At::kNext : me.left != 0 ? At::kLeave : At::kTake;
                return true;
            case At::kLeave:
                if (!lock_is_free(state)) return false;
                me.listed = false;
                me.at = At::kLeft;
                return true;
            case At::kLeft: {
                const bool wakes = on_turn(state, [](ReaderTurn& turn) {
                    return turn.anyone_sleeps() && !turn.is_taken();
                });
                me.at = wakes && !setting_.forgets_to_wake ? At::kWake : At::kNext;
                me.afterwards = Afterwards::kReturn;
                return true;
            }
            case At::kNext:
                me.left = 0;
                me.at = ++me.got == setting_.calls_of_each ? At::kFinished : At::kBegin;
                return true;
            case At::kFinished:
                return false;
        }
        return false;
    }

    bool dispatch(State& state) {
        switch (state.dispatcher) {
            case DispatcherAt::kBorrow:
                if (on_turn(state, [](ReaderTurn& turn) { return turn.try_borrow(); }))
                    state.dispatcher = DispatcherAt::kWait;
                return true;
            case DispatcherAt::kWait:
                if (next_in_ring(state) < 0) return false;
                state.dispatcher = DispatcherAt::kTake;
                return true;
            case DispatcherAt::kTake:
                state.dispatcher =
                    on_turn(state, [](ReaderTurn& turn) { return turn.take_borrowed(); })
                        ? DispatcherAt::kRead
                        : DispatcherAt::kBorrow;
                return true;
            case DispatcherAt::kRead: {
                const int found = next_in_ring(state);
                state.dispatched = static_cast<std::int8_t>(found);
                if (found >= 0) --of(state, found).in_ring;
                state.dispatcher = found < 0 ? DispatcherAt::kRelease : DispatcherAt::kPut;
                return true;
            }
            case DispatcherAt::kPut:
                if (!lock_is_free(state)) return false;
                put(state, state.dispatched);
                state.dispatched = -1;
                state.dispatcher = DispatcherAt::kRead;
                return true;
            case DispatcherAt::kRelease:
                state.dispatcher =
                    on_turn(state, [](ReaderTurn& turn) { return turn.release(); }) &&
                            !setting_.forgets_to_wake
                        ? DispatcherAt::kWake
                        : DispatcherAt::kBorrow;
                return true;
            case DispatcherAt::kWake:
                if (!lock_is_free(state)) return false;
                wake_next(state);
                state.dispatcher = DispatcherAt::kBorrow;
                return true;
        }
        return false;
    }

    Setting setting_;
    std::string fault_;
    std::unordered_set<std::string> seen_;
};

}  // namespace

TEST_CASE("reader turn: one thread at a time has it") {
    ReaderTurn turn;
    CHECK_FALSE(turn.is_taken());

    CHECK(turn.try_take());

    CHECK(turn.is_taken());
    CHECK_FALSE(turn.try_take());
    CHECK_FALSE(turn.try_borrow());
    CHECK_FALSE(turn.release());
    CHECK(turn.try_take());
}

TEST_CASE("reader turn: the dispatcher gives way while it only waits") {
    ReaderTurn turn;
    REQUIRE(turn.try_borrow());
    CHECK_FALSE(turn.is_taken());
    CHECK_FALSE(turn.try_borrow());

    SUBCASE("a caller takes it, and the dispatcher learns that") {
        CHECK(turn.try_take());
        CHECK_FALSE(turn.take_borrowed());
        turn.release();
        CHECK_FALSE(turn.take_borrowed());
    }
    SUBCASE("nobody does, and the dispatcher reads") {
        CHECK(turn.take_borrowed());
        CHECK_FALSE(turn.try_take());
        CHECK_FALSE(turn.release());
    }
}

TEST_CASE("reader turn: who releases it learns of sleepers, who would sleep that nobody reads") {
    ReaderTurn turn;
    CHECK_FALSE(turn.begin_sleep());
    turn.end_sleep();
    REQUIRE(turn.try_borrow());
    CHECK_FALSE(turn.begin_sleep());  // it may take the turn itself
    turn.end_sleep();
    REQUIRE(turn.try_take());

    CHECK(turn.begin_sleep());
    CHECK(turn.begin_sleep());

    CHECK(turn.anyone_sleeps());
    CHECK(turn.release());
    turn.end_sleep();
    CHECK(turn.try_take());
    turn.end_sleep();
    CHECK_FALSE(turn.anyone_sleeps());
    CHECK_FALSE(turn.release());
    CHECK(turn.state() == 0);
}

TEST_CASE(
    "reader turn: in all interleavings one reads, nobody sleeps for ever, and callers go first") {
    Model::Setting setting;
    SUBCASE("two callers, three calls each") { setting = {2, 3}; }
    SUBCASE("three callers") { setting = {3, 1}; }
    SUBCASE("two callers beside the dispatcher") { setting = {2, 2, true}; }
    SUBCASE("three callers beside the dispatcher") { setting = {3, 1, true}; }
    SUBCASE("two callers, of which one may leave when its deadline comes") {
        setting = {2, 2, false, true};
    }
    SUBCASE("three callers, of which one may leave") { setting = {3, 1, false, true}; }
    Model model(setting);

    CHECK(model.check() == "");
    CHECK(model.states() > 5000);
}

TEST_CASE("reader turn: the check of interleavings finds a wake-up that is left out") {
    Model model({2, 1, false, false, true});
    CHECK(model.check() == "a thread sleeps for ever");
}

}  // namespace reader_turn_test
