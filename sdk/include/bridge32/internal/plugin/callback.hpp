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

/// One function of a client's: what all copies of a Callback share.
class RemoteFunction {
public:
    RemoteFunction(CallScope& scope, FunctionToken token)
        : client_(scope.its_host(), scope.call()), life_(scope.life()), token_(token) {}

    std::uint64_t id() const noexcept { return token_.id; }

    /// Runs the function with the arguments in `args`, a JSON array, and hands the reply's text
    /// and attachments to `read`. Throws CallbackError with what the function threw, and Error
    /// when it cannot be run any more.
    template <class Read>
    void run(Encoder& request, const Read& read) const {
        const CallLife::Use use(*life_);
        if (use.call() == nullptr && !token_.long_lived) {
            throw Error(
                "a callback was used after the call that it was passed to: the client must pass "
                "it as Client::long_lived(function) for that");
        }
        Answer<Read> answer{&read, nullptr};
        const auto& its_host = client_.its_host();
        bridge32_call* const call = use.call() != nullptr ? use.call() : running_call();
        const auto code = clients_of(its_host).invoke(
            &its_host, client_.get(), call, request.text().data(), size_of(request.text()),
            request.attachments().data(), static_cast<std::uint32_t>(request.attachments().size()),
            Answer<Read>::receive, &answer);
        throw_unless_ok(code, "the callback cannot be run");
        if (answer.error != nullptr) {
            std::rethrow_exception(answer.error);
        }
    }

    CallLife& life() const noexcept { return *life_; }
    bool long_lived() const noexcept { return token_.long_lived; }
    /// For what a long-lived callback threw, when nobody is there to get it.
    void log(std::string_view text) const noexcept {
        client_.its_host().log(&client_.its_host(), BRIDGE32_LOG_ERROR, text.data(), size_of(text));
    }

private:
    /// Carries what `read` throws over the host's C frames.
    template <class Read>
    struct Answer {
        const Read* read;
        std::exception_ptr error;

        static void BRIDGE32_ABI receive(void* user, const char* json, std::uint32_t json_size,
                                         const bridge32_attachment* attachments,
                                         std::uint32_t attachment_count) noexcept {
            auto& self = *static_cast<Answer*>(user);
            try {
                (*self.read)(std::string_view(json, json_size),
                             std::span(attachments, attachment_count));
            } catch (...) {
                self.error = std::current_exception();
            }
        }
    };

    /// The call that runs on this thread, when it is of the same client: a long-lived function
    /// then belongs to it, and runs where that client waits.
    bridge32_call* running_call() const {
        const CallScope* const scope = CallScope::current;
        const auto& its_host = client_.its_host();
        if (scope == nullptr || &scope->its_host() != &its_host) {
            return nullptr;
        }
        const auto& clients = clients_of(its_host);
        bridge32_peer* const caller = clients.client_of(&its_host, scope->call());
        if (caller == nullptr) {
            return nullptr;
        }
        const bool same = clients.id(&its_host, caller) == clients.id(&its_host, client_.get());
        clients.release(&its_host, caller);
        return same ? scope->call() : nullptr;
    }

    ClientShare client_;
    std::shared_ptr<CallLife> life_;
    FunctionToken token_;
};

/// The result, as an R that owns its memory. Throws CallbackError for an error.
template <class R>
R callback_result(std::string_view json, std::span<const bridge32_attachment> attachments) {
    const protocol::ReplyView reply(json, attachments);
    if (!reply.has_result()) {
        const auto [type, message, where, thrown] = protocol::read_error(json);
        throw CallbackError(type, message, where, thrown);
    }
    try {
        return reply.result<R>();
    } catch (const CodecError& error) {
        throw InvalidArgument("the result of a callback does not fit: " +
                              std::string(error.what()));
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
            if (function_->long_lived() || !function_->life().failed()) {
                return (*this)(arguments...);
            }
        } catch (...) {
            if (function_->long_lived()) {
                try {
                    throw;
                } catch (const std::exception& error) {
                    function_->log("a long-lived callback failed: " + std::string(error.what()));
                } catch (...) {
                    function_->log("a long-lived callback failed");
                }
            } else {
                function_->life().fail(std::current_exception());
            }
        }
        return R();
    }

private:
    friend struct Codec<Callback>;

    void require() const {
        if (function_ == nullptr) {
            throw Error("an empty callback was called: the client passed null");
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
