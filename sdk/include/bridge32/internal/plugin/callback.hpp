// A client's function as a parameter of a plugin's method.
//
//     void scan(int n, const bridge32::Callback<bool(int, double)>& point) {
//         for (int i = 0; i < n && point(i, measure(i)); ++i) {}
//     }
//
// If a library needs a C function, see `function` below.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/internal/plugin/c_function.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/plugin/context.hpp"
#include "bridge32/internal/protocol/callback.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/support/foreign_code.hpp"

namespace bridge32 {
namespace detail {

/// Receives a reply's text and attachments; must not throw.
using ReplyReceiver = void(void* user, std::string_view json,
                           std::span<const bridge32_attachment> attachments) noexcept;

/// One function of a client, shared by all copies of a Callback.
class RemoteFunction {
public:
    RemoteFunction(CallScope& scope, FunctionToken token);

    std::uint64_t id() const noexcept { return token_.id; }
    bool long_lived() const noexcept { return token_.long_lived; }

    /// Runs the function with the arguments in `args`, a JSON array, and passes the reply's text
    /// and attachments to `read`. Throws CallbackError with the function's exception, Error if it
    /// can no longer be run.
    template <class Read>
    void run(Encoder& request, const Read& read) const {
        // Carries what `read` throws over the host's C frames.
        struct Answer {
            const Read& read;
            std::exception_ptr error{};
        } answer{read};
        run(
            request,
            [](void* user, std::string_view json,
               std::span<const bridge32_attachment> attachments) noexcept {
                auto& self = *static_cast<Answer*>(user);
                try {
                    self.read(json, attachments);
                } catch (...) {
                    self.error = std::current_exception();
                }
            },
            &answer);
        if (answer.error != nullptr) {
            std::rethrow_exception(answer.error);
        }
    }

    /// For code inside C frames: true if the function has failed in this call.
    bool failed() const noexcept;
    /// Keeps the exception that is being handled until C frames are left; that of a long-lived
    /// function, which nobody gets, goes to the host's log.
    void keep_failure() const noexcept;

private:
    void run(Encoder& request, ReplyReceiver* receive, void* user) const;
    bridge32_call* running_call() const;

    ClientShare client_;
    std::shared_ptr<CallLife> life_;
    FunctionToken token_;
};

/// Throws CallbackError unless `reply` is a result.
void require_callback_result(const protocol::ReplyView& reply, std::string_view json);
[[noreturn]] void throw_empty_callback();
[[noreturn]] void throw_bad_callback_result(const CodecError& error);

/// The result, as an R that owns its memory. Throws CallbackError for an error.
template <class R>
R callback_result(std::string_view json, std::span<const bridge32_attachment> attachments) {
    const protocol::ReplyView reply(json, attachments);
    require_callback_result(reply, json);
    try {
        return reply.result<R>();
    } catch (const CodecError& error) {
        throw_bad_callback_result(error);
    }
}

}  // namespace detail

template <class Signature>
class Callback;

/// A function of the client with arguments `A` and result `R`, of any types that Codec supports. It
/// can be called from any thread (a library's timer, say) during the call it was passed to; if the
/// client passed it with `long_lived`, at any time. Cheap to copy. Calls that the client's function
/// makes run on the calling thread, nested.
template <class R, class... A>
class Callback<R(A...)> {
public:
    /// An empty callback; calling it throws Error.
    Callback() = default;

    /// True unless empty.
    explicit operator bool() const noexcept { return function_ != nullptr; }

    /// Runs the client's function and returns its result. Throws CallbackError with the function's
    /// exception, ConnectionClosed if the client is gone, Error if the callback's call has ended or
    /// calls are nested too deep, CodecError.
    BRIDGE32_DETAIL_ALWAYS_INLINE R operator()(const A&... arguments) const {
        if constexpr (std::is_void_v<R>) {
            run(detail::callback_result<void>, arguments...);
        } else {
            std::optional<R> result;
            run(
                [&](std::string_view json, auto attachments) {
                    result.emplace(detail::callback_result<R>(json, attachments));
                },
                arguments...);
            return std::move(*result);
        }
    }

    /// The callback as a C function of type `C`, by default R(A...), for libraries that take one.
    /// The parameters of `C` are assigned by their types: a number, text or a struct to one
    /// parameter each; a pointer to a struct to a struct; a pointer and a length to a std::span,
    /// std::vector, std::string or Bytes; and an additional `void*` (or last `long`) is user data:
    ///
    ///     auto f = point.function<int(int, double, void*)>();
    ///     lib_scan(n, f, f.user_data());
    ///
    /// `int*` and the like take results of the callback: the elements of a std::tuple, in the order
    /// of the results and parameters. A `char*` with a size takes a std::string or Bytes; an
    /// integer result of `C` is then the number of bytes. A std::string that is returned as a
    /// `const char*` lives until the same thread returns another one. Values are checked as
    /// arguments are: what does not fit, null where no std::optional is declared, and text that is
    /// not UTF-8 fail the call.
    ///
    /// For any other `C` pass an adapter, which gets the callback and the parameters of `C`:
    ///
    ///     auto f = log.function<void(int, const char*, va_list)>(
    ///         [](const auto& call, int level, const char* format, va_list arguments) {
    ///             call(level, bridge32::formatted(format, arguments));
    ///         });
    ///
    /// Each function runs its own callback, even if the library passes several of them the same
    /// user data. Without user data there can be kMaxTrampolines functions of each `C`; this throws
    /// Error if all are in use. Calling conventions are part of `C` (`int BRIDGE32_STDCALL(int)`).
    /// The function is valid as long as the returned object. An exception of the client's function
    /// cannot pass through the library: the C function returns zero, and so do its later calls, and
    /// the exception is thrown after the method's function has returned.
    template <class C = R(A...)>
    auto function() const {
        return function<C>(detail::ByTypes());
    }
    /// See above.
    template <class C, class Adapter>
    auto function(Adapter adapter) const {
        require();
        using Pointer = detail::function_pointer<C>;
        constexpr bool kKnown = detail::KnownFunction<Pointer>;
        static_assert(kKnown,
                      "a C function with `...` cannot be made from a callback: write a variadic "
                      "function of your own that calls Callback::guarded (see \"C functions\" in "
                      "the plugin guide)");
        if constexpr (kKnown) {
            using Made = CFunction<C, Callback, Adapter>;
            static_assert(
                Made::kFits || !std::is_same_v<Adapter, detail::ByTypes>,
                "the parameters of this C function cannot be assigned to the callback's by their "
                "types: pass an adapter, f.function<C>([](const auto& call, PARAMETERS OF C) { "
                "return call(ARGUMENTS); }) (see \"C functions\" in the plugin guide)");
            static_assert(Made::kFits || std::is_same_v<Adapter, detail::ByTypes>,
                          "the adapter of a C function must take the callback, `const auto& call`, "
                          "and then the parameters of C");
            if constexpr (Made::kFits) {
                return Made(*this, std::move(adapter));
            } else {
                return detail::NoCFunction();
            }
        } else {
            return detail::NoCFunction();
        }
    }

    /// For C frames, which exceptions cannot pass: runs `code`, which may call this, and returns
    /// its result, or zero if it throws. Its exception is thrown after the method's function has
    /// returned; that of a long-lived callback is written to the host's log.
    template <class Code>
    auto guarded(const Code& code) const noexcept -> decltype(code()) {
        try {
            if (!function_->failed()) {
                return code();
            }
        } catch (...) {
            function_->keep_failure();
        }
        return decltype(code())();
    }

    /// The same for a call with these arguments.
    R run_guarded(const A&... arguments) const noexcept {
        return guarded([&] { return (*this)(arguments...); });
    }

private:
    friend struct Codec<Callback>;

    template <class Read>
    void run(const Read& read, const A&... arguments) const {
        const detail::OwnCode own;
        require();
        Encoder request;
        protocol::write_callback(request, function_->id(), arguments...);
        function_->run(request, read);
    }

    void require() const {
        if (function_ == nullptr) {
            detail::throw_empty_callback();
        }
    }

    std::shared_ptr<const detail::RemoteFunction> function_;
};

namespace detail {
template <class T>
inline constexpr bool kIsCallback = false;
template <class Signature>
inline constexpr bool kIsCallback<Callback<Signature>> = true;
}  // namespace detail

/// {"$callback":…}, or null for an empty one. Read only in a plugin, for an argument of a call.
template <class R, class... A>
struct Codec<Callback<R(A...)>> {
    static constexpr std::string_view kTypeName = "function";

    static Callback<R(A...)> decode(Decoder& in) {
        Callback<R(A...)> callback;
        if (in.peek() == Kind::null) {
            in.reader().read_null();
            return callback;
        }
        if (in.tag() != detail::Tag::callback) {
            throw in.expected("a function");
        }
        callback.function_ =
            std::make_shared<const detail::RemoteFunction>(detail::current_scope(), in.function());
        return callback;
    }
};

}  // namespace bridge32
