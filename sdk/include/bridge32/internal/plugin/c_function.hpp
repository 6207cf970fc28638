// A C function pointer that runs a callback, for libraries that accept only that.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/support/function_traits.hpp"
#include "bridge32/internal/support/host.hpp"
#include "bridge32/library.hpp"

namespace bridge32 {

template <class Signature>
class Callback;

/// The maximum number of C functions without user data, for each signature.
inline constexpr std::size_t kMaxTrampolines = 32;

namespace detail {

/// Where a C function carries its user data.
enum class UserData { none, first, last };

template <class Arguments, std::size_t Count>
constexpr UserData user_data_of() {
    constexpr std::size_t kHas = std::tuple_size_v<Arguments>;
    if constexpr (kHas == Count) {
        return UserData::none;
    } else {
        static_assert(kHas == Count + 1,
                      "the C function must have the callback's parameters, optionally with a void* "
                      "first or last");
        if constexpr (std::is_same_v<std::tuple_element_t<kHas - 1, Arguments>, void*>) {
            return UserData::last;
        } else {
            static_assert(
                std::is_same_v<std::tuple_element_t<0, Arguments>, void*>,
                "the C function's extra parameter must be a void* and the first or last one");
            return UserData::first;
        }
    }
}

/// The functions of one pool. Each runs the target in its slot.
template <class Target>
class TrampolinePool {
public:
    /// The number of a free slot, which now holds `target`. Throws Error when all are taken.
    std::size_t take(const Target& target) {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < kMaxTrampolines; ++i) {
            if (!slots_[i]) {
                slots_[i].emplace(target);
                return i;
            }
        }
        throw Error("all " + std::to_string(kMaxTrampolines) +
                    " C functions of this signature are in use: release some, or use a C function "
                    "with user data");
    }
    void give_back(std::size_t slot) noexcept {
        const std::lock_guard lock(mutex_);
        slots_[slot].reset();
    }
    /// A copy, so that the slot may be given back while it runs. Empty when it was already.
    std::optional<Target> get(std::size_t slot) {
        const std::lock_guard lock(mutex_);
        return slots_[slot];
    }

private:
    std::mutex mutex_;
    std::array<std::optional<Target>, kMaxTrampolines> slots_;
};

/// Each plugin has its own: see BRIDGE32_DETAIL_OWN.
template <class C, class Target>
struct BRIDGE32_DETAIL_OWN Trampolines {
    static inline TrampolinePool<Target> pool;
};

/// A callback's `const std::string&` is a `const char*` in C: what it refers to then is a value of
/// its own, which lives until the call returns.
template <class To, class From>
using Converted =
    std::conditional_t<std::is_lvalue_reference_v<To> &&
                           !std::is_same_v<std::remove_cvref_t<To>, std::remove_cvref_t<From>>,
                       std::remove_cvref_t<To>, To>;

template <class To, class From>
Converted<To, From> convert_argument(From&& argument) {
    return static_cast<Converted<To, From>>(std::forward<From>(argument));
}

/// The functions that `pointer<slot>` gives have the type of `Pointer`, convention included.
template <class C, class Target, class Signature, class Pointer, class Result, class Arguments>
struct Thunks;

#define BRIDGE32_DETAIL_THUNKS(spelling, name)                                                  \
    template <class C, class Target, class R, class... A, class CR, class... CA>                \
    struct Thunks<C, Target, R(A...), CR(spelling*)(CA...), CR, std::tuple<CA...>> {            \
        static constexpr UserData kUserData = user_data_of<std::tuple<CA...>, sizeof...(A)>();  \
        static CR spelling with_data(CA... arguments) noexcept {                                \
            std::tuple<CA...> all(std::forward<CA>(arguments)...);                              \
            constexpr bool kFirst = kUserData == UserData::first;                               \
            void* const data = std::get < kFirst ? 0 : sizeof...(A) > (all);                    \
            return run(*static_cast<const Target*>(data), all, std::index_sequence_for<A...>(), \
                       std::integral_constant < std::size_t, kFirst ? 1 : 0 > ());              \
        }                                                                                       \
        template <std::size_t slot>                                                             \
        static CR spelling pooled(CA... arguments) noexcept {                                   \
            const auto target = Trampolines<C, Target>::pool.get(slot);                         \
            if (!target) {                                                                      \
                return CR();                                                                    \
            }                                                                                   \
            std::tuple<CA...> all(std::forward<CA>(arguments)...);                              \
            return run(*target, all, std::index_sequence_for<A...>(),                           \
                       std::integral_constant<std::size_t, 0>());                               \
        }                                                                                       \
        template <std::size_t... I, std::size_t skip>                                           \
        static CR run(const Target& target, std::tuple<CA...>& all, std::index_sequence<I...>,  \
                      std::integral_constant<std::size_t, skip>) noexcept {                     \
            if constexpr (std::is_void_v<CR>) {                                                 \
                target.run_guarded(convert_argument<A>(std::get<I + skip>(all))...);            \
            } else {                                                                            \
                return static_cast<CR>(                                                         \
                    target.run_guarded(convert_argument<A>(std::get<I + skip>(all))...));       \
            }                                                                                   \
        }                                                                                       \
    };

BRIDGE32_DETAIL_CONVENTIONS_BEGIN
BRIDGE32_DETAIL_EACH_CALLBACK_CONVENTION(BRIDGE32_DETAIL_THUNKS)
BRIDGE32_DETAIL_CONVENTIONS_END
#undef BRIDGE32_DETAIL_THUNKS

}  // namespace detail

/// A C function of type `C` that runs a callback, from Callback::function. Converts to the
/// function's address, which is valid as long as this object. Movable.
template <class C, class Target>
class CFunction;

/// The one that there is.
template <class C, class R, class... A>
class CFunction<C, Callback<R(A...)>> {
    using Target = Callback<R(A...)>;
    using Pointer = detail::function_pointer<C>;
    using Traits = detail::function_traits<Pointer>;
    using Thunks = detail::Thunks<C, Target, R(A...), Pointer, typename Traits::result,
                                  typename Traits::arguments>;
    // Where the user data points, and whoever has the address keeps it from moving.
    using Kept = std::unique_ptr<const Target>;

public:
    /// Throws Error when all functions of this type without user data are in use.
    explicit CFunction(const Target& target) {
        if constexpr (Thunks::kUserData == detail::UserData::none) {
            slot_ = detail::Trampolines<C, Target>::pool.take(target);
        } else {
            target_ = std::make_unique<const Target>(target);
        }
    }
    /// Passes the function on.
    CFunction(CFunction&& other) noexcept
        : target_(std::move(other.target_)), slot_(std::exchange(other.slot_, kMaxTrampolines)) {}
    CFunction& operator=(CFunction&&) = delete;
    ~CFunction() {
        if constexpr (Thunks::kUserData == detail::UserData::none) {
            if (slot_ != kMaxTrampolines) {
                detail::Trampolines<C, Target>::pool.give_back(slot_);
            }
        }
    }

    /// @{
    /// The function's address.
    Pointer get() const noexcept {
        if constexpr (Thunks::kUserData == detail::UserData::none) {
            return pooled(std::make_index_sequence<kMaxTrampolines>());
        } else {
            return &Thunks::with_data;
        }
    }
    operator Pointer() const noexcept { return get(); }
    /// @}

    /// The user data to pass to the library with the function. Only if `C` has a void* for it.
    void* user_data() const noexcept {
        static_assert(Thunks::kUserData != detail::UserData::none,
                      "this C function has no parameter for user data");
        return const_cast<Target*>(target_.get());
    }

private:
    template <std::size_t... I>
    Pointer pooled(std::index_sequence<I...>) const noexcept {
        static constexpr std::array<Pointer, kMaxTrampolines> kAll{&Thunks::template pooled<I>...};
        return kAll[slot_];
    }

    Kept target_;
    std::size_t slot_ = kMaxTrampolines;
};

}  // namespace bridge32
