// A C function pointer that runs a callback, for libraries that accept only that.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/c_function_plan.hpp"
#include "bridge32/internal/plugin/c_function_values.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "bridge32/internal/support/function_traits.hpp"
#include "bridge32/internal/support/host.hpp"
#include "bridge32/library.hpp"

namespace bridge32 {

template <class Signature>
class Callback;

/// The maximum number of C functions without user data, for each signature.
inline constexpr std::size_t kMaxTrampolines = 32;

namespace detail {

/// Functions of a type with user data that have code of their own; more of them share it, and are
/// told apart by their user data.
inline constexpr std::size_t kSharingTrampolines = 8;

/// The functions of one type. Each has code of its own, which runs what is in its slot, whatever
/// user data the library passes: expat and libvlc pass the same to several functions.
class CFunctionPool {
public:
    struct Found {
        std::shared_ptr<void> state{};  // null when it was given back
        bool ambiguous = false;         // several, and none with this user data
    };

    /// The number of a slot, which now holds `state`, whose address is the user data. Throws Error
    /// when all are taken and must not be shared.
    std::size_t take(std::shared_ptr<void> state, std::size_t slots, bool shared);
    void give_back(std::size_t slot, const void* state) noexcept;
    /// What is in the slot. The caller keeps it while it runs.
    Found find(std::size_t slot, std::span<const std::uintptr_t> user_data);

private:
    std::mutex mutex_;
    std::array<std::vector<std::shared_ptr<void>>, kMaxTrampolines> slots_;
    std::size_t next_ = 0;
};

/// Each plugin has its own: see BRIDGE32_DETAIL_OWN.
template <class Code>
struct BRIDGE32_DETAIL_OWN CFunctionPoolOf {
    static inline CFunctionPool pool;
};

/// Without an adapter the parameters are assigned by their types: see CPlan.
struct ByTypes {};

/// What may be user data, as a number to compare.
template <class C>
std::uintptr_t as_user_data(const C& value) {
    if constexpr (std::is_same_v<C, void*>) {
        return reinterpret_cast<std::uintptr_t>(value);
    } else if constexpr (Integer<C> && sizeof(C) == sizeof(void*)) {
        return static_cast<std::uintptr_t>(value);
    } else {
        return 0;
    }
}

/// What a C function of `Pointer`'s type does: runs `Adapter` with the callback and the library's
/// arguments.
template <class Target, class Adapter, class CR, class CArguments>
struct CCode;

template <class R, class... A, class Adapter, class CR, class... CA>
struct CCode<Callback<R(A...)>, Adapter, CR, std::tuple<CA...>> {
    using Target = Callback<R(A...)>;
    static constexpr bool kByTypes = std::is_same_v<Adapter, ByTypes>;
    static constexpr CPlan kPlan = [] {
        if constexpr (kByTypes) {
            return CPlanFor<R, std::tuple<std::remove_cvref_t<A>...>, CR, std::tuple<CA...>>::kPlan;
        } else {
            return CPlan{.found = std::is_invocable_v<const Adapter&, const Target&, CA&...>};
        }
    }();
    static constexpr bool kHasUserData = kByTypes
                                             ? kPlan.user_data != kNoParameter
                                             : (kIsOneOf<CA, void*, long, unsigned long> || ...);
    static constexpr std::size_t kSlots = kHasUserData ? kSharingTrampolines : kMaxTrampolines;

    struct State {
        State(const Target& its_target, Adapter its_adapter)
            : target(its_target), adapter(std::move(its_adapter)) {}

        Target target;
        Adapter adapter;
        KeptTexts texts;
    };

    static CR run(std::size_t slot, CA&... arguments) noexcept {
        const std::array<std::uintptr_t, sizeof...(CA) + 1> user_data{as_user_data(arguments)...,
                                                                      0};
        const auto found = CFunctionPoolOf<CCode>::pool.find(slot, user_data);
        if (found.state == nullptr) {
            return CR();
        }
        auto& state = *static_cast<State*>(found.state.get());
        return state.target.guarded([&]() -> CR {
            if (found.ambiguous) {
                throw_shared_user_data();
            }
            if constexpr (!kByTypes) {
                return adapted(state, arguments...);
            } else {
                return by_types(state, std::tuple<CA&...>(arguments...),
                                std::index_sequence_for<A...>());
            }
        });
    }

private:
    static CR adapted(State& state, CA&... arguments) {
        const Target& target = state.target;
        if constexpr (std::is_void_v<CR>) {
            state.adapter(target, arguments...);
        } else {
            static_assert(
                !std::is_void_v<std::invoke_result_t<const Adapter&, const Target&, CA&...>>,
                "the adapter must return what the C function returns");
            return c_result<CR>(state.texts, std::as_const(state.adapter)(target, arguments...));
        }
    }

    template <class To, std::size_t i>
    static To argument(const std::tuple<CA&...>& all) {
        constexpr CSource kSource = kPlan.arguments[i];
        auto& value = std::get<kSource.at>(all);
        if constexpr (kSource.way == kDirect) {
            return direct_argument<To>(i, value);
        } else if constexpr (kSource.way == kPointee) {
            return pointee_argument<To>(i, value);
        } else {
            return elements_argument<To>(i, value,
                                         checked_length(i, std::get<kSource.length>(all)));
        }
    }

    template <std::size_t... i>
    static CR by_types(State& state, const std::tuple<CA&...>& all, std::index_sequence<i...>) {
        if constexpr (std::is_void_v<R>) {
            state.target(argument<std::remove_cvref_t<A>, i>(all)...);
        } else {
            auto result = state.target(argument<std::remove_cvref_t<A>, i>(all)...);
            if constexpr (kPlan.buffer != kNoParameter) {
                const std::size_t size =
                    fill_buffer(std::get<kPlan.buffer>(all),
                                checked_length(kResultOfCallback, std::get<kPlan.buffer_size>(all)),
                                result.data(), result.size(), std::is_same_v<R, std::string>);
                if constexpr (!std::is_void_v<CR>) {
                    return checked_number<CR>(kResultOfCallback, std::uint64_t{size});
                }
            } else if constexpr (std::is_same_v<typename Results<R>::type, R>) {
                return all_results(state, all, result,
                                   std::make_index_sequence<std::tuple_size_v<R>>());
            } else {
                std::tuple<R&> only(result);
                return all_results(state, all, only, std::index_sequence<0>());
            }
        }
    }

    template <class Tuple, std::size_t... k>
    static CR all_results(State& state, const std::tuple<CA&...>& all, Tuple& results,
                          std::index_sequence<k...>) {
        (
            [&] {
                if constexpr (kPlan.outs[k] != kNoParameter && k >= kPlan.first_out) {
                    write_out(std::get<k>(results), std::get<kPlan.outs[k]>(all));
                }
            }(),
            ...);
        if constexpr (!std::is_void_v<CR>) {
            return c_result<CR>(state.texts, std::move(std::get<0>(results)));
        }
    }
};

/// Stands for a function that cannot be made, so that what uses it is no further error.
struct NoCFunction {
    template <class T>
    operator T*() const noexcept;
    void* user_data() const noexcept;
};

/// The functions that `code<slot>` gives have the type of `Pointer`, convention included.
template <class Code, class Pointer>
struct Thunks;

#define BRIDGE32_DETAIL_THUNKS(spelling, name)                                   \
    template <class Code, class CR, class... CA>                                 \
    struct Thunks<Code, CR(spelling*)(CA...)> {                                  \
        template <std::size_t slot>                                              \
        BRIDGE32_ALIGN_STACK static CR spelling code(CA... arguments) noexcept { \
            const OwnCode own;                                                   \
            return Code::run(slot, arguments...);                                \
        }                                                                        \
    };

BRIDGE32_DETAIL_CONVENTIONS_BEGIN
BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(BRIDGE32_DETAIL_THUNKS)
BRIDGE32_DETAIL_CONVENTIONS_END
#undef BRIDGE32_DETAIL_THUNKS

}  // namespace detail

/// A C function of type `C` that runs a callback, from Callback::function. Converts to the
/// function's address, which is valid as long as this object. Movable.
template <class C, class Target, class Adapter = detail::ByTypes>
class CFunction {
    using Pointer = detail::function_pointer<C>;
    using Traits = detail::function_traits<Pointer>;
    using Code =
        detail::CCode<Target, Adapter, typename Traits::result, typename Traits::arguments>;
    using Pool = detail::CFunctionPoolOf<Code>;

public:
    /// False where C cannot be made of the callback.
    static constexpr bool kFits = Code::kPlan.found;

    /// Throws Error when all functions of this type without user data are in use.
    explicit CFunction(const Target& target, Adapter adapter = {})
        : state_(std::make_shared<typename Code::State>(target, std::move(adapter))),
          slot_(Pool::pool.take(state_, Code::kSlots, Code::kHasUserData)) {}
    /// Passes the function on.
    CFunction(CFunction&& other) noexcept = default;
    CFunction& operator=(CFunction&&) = delete;
    ~CFunction() {
        if (state_ != nullptr) {
            Pool::pool.give_back(slot_, state_.get());
        }
    }

    /// @{
    /// The function's address.
    Pointer get() const noexcept { return address(std::make_index_sequence<Code::kSlots>()); }
    operator Pointer() const noexcept { return get(); }
    /// @}

    /// The user data to pass to the library with the function. Functions that are registered
    /// together may share that of one of them. Only if `C` has a parameter for it.
    void* user_data() const noexcept {
        static_assert(Code::kHasUserData, "this C function has no parameter for user data");
        return state_.get();
    }

private:
    template <std::size_t... I>
    Pointer address(std::index_sequence<I...>) const noexcept {
        static constexpr std::array<Pointer, sizeof...(I)> kAll{
            &detail::Thunks<Code, Pointer>::template code<I>...};
        return kAll[slot_];
    }

    std::shared_ptr<typename Code::State> state_;
    std::size_t slot_;
};

}  // namespace bridge32
