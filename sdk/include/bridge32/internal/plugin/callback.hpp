// A client's function, as a parameter of a plugin's method.
//
//     void scan(int n, const bridge32::Callback<bool(int, double)>& point) {
//         for (int i = 0; i < n && point(i, measure(i)); ++i) {}
//     }
//
// For a library that calls a C function, see `function` below.
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

namespace bridge32 {
namespace detail {

/// Gets a reply's text and attachments; must not throw.
using ReplyReceiver = void(void* user, std::string_view json,
                           std::span<const bridge32_attachment> attachments) noexcept;

/// One function of a client's: what all copies of a Callback share.
class RemoteFunction {
public:
    RemoteFunction(CallScope& scope, FunctionToken token);

    std::uint64_t id() const noexcept { return token_.id; }
    bool long_lived() const noexcept { return token_.long_lived; }

    /// Runs the function with the arguments in `args`, a JSON array, and hands the reply's text
    /// and attachments to `read`. Throws CallbackError with what the function threw, and Error
    /// when it cannot be run any more.
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

    /// For what goes on inside C frames: has the function failed in this call?
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

/// A function of the client's, of arguments `A` and result `R`, any types that Codec can write
/// and read. It can be called while the call that it was an argument of runs, from any thread
/// (a library's timer, say); one that the client passed as `long_lived`, at any time. Cheap to
/// copy. The calls that the client's function itself makes run on the calling thread, inside.
template <class R, class... A>
class Callback<R(A...)> {
public:
    /// No function; calling it throws Error.
    Callback() = default;

    /// Is there a function?
    explicit operator bool() const noexcept { return function_ != nullptr; }

    /// Runs the client's function and returns its result. Throws CallbackError with what the
    /// function threw, ConnectionClosed when the client has gone, Error when the callback's
    /// call is over or calls are nested too deep, CodecError.
    R operator()(const A&... arguments) const {
        require();
        Encoder request;
        protocol::write_callback(request, function_->id(), arguments...);
        if constexpr (std::is_void_v<R>) {
            function_->run(request, detail::callback_result<void>);
        } else {
            std::optional<R> result;
            function_->run(request, [&](std::string_view json, auto attachments) {
                result.emplace(detail::callback_result<R>(json, attachments));
            });
            return std::move(*result);
        }
    }

    /// The callback as a C function of type `C`, by default R(A...): for libraries that call
    /// one. Where `C` has one parameter more than the callback, a void* at its end or its
    /// beginning, that is user data, and `user_data()` is to be passed with it:
    ///
    ///     auto f = point.function<int(int, double, void*)>();
    ///     lib_scan(n, f, f.user_data());
    ///
    /// Without such a parameter the function comes from a pool of kMaxTrampolines for each `C`;
    /// when all are taken this throws Error. Calling conventions are part of `C`
    /// (`int BRIDGE32_STDCALL(int)`). The function is valid as long as the returned object,
    /// which holds a share in the callback. What the client's function throws cannot pass
    /// through the library: the C function then returns R{}, at once from then on, and the
    /// exception is thrown when the method's function has returned.
    template <class C = R(A...)>
    CFunction<C, Callback> function() const {
        require();
        return CFunction<C, Callback>(*this);
    }

    /// For C frames, which exceptions cannot pass: returns R{} when the callback fails. What it
    /// threw is thrown when the method's function has returned; for a long-lived callback it is
    /// written to the host's log.
    R run_guarded(const A&... arguments) const noexcept {
        try {
            if (!function_->failed()) {
                return (*this)(arguments...);
            }
        } catch (...) {
            function_->keep_failure();
        }
        return R();
    }

private:
    friend struct Codec<Callback>;

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

/// {"$callback":…}, or null for an empty one. Read in a plugin only, for an argument of a call.
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
