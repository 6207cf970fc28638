// Several calls in one message.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/internal/client/call.hpp>
#include <bridge32/internal/client/typed_calls.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge32 {

/// The outcome of one call of a batch. Keeps the reply of the whole batch alive.
class BatchResult {
public:
    /// For Batch.
    BatchResult(std::shared_ptr<detail::CallLease> call, std::string_view json, std::string where)
        : call_(std::move(call)), json_(json), where_(std::move(where)) {}

    /// True if the call threw.
    bool failed() const noexcept { return protocol::is_error(json_); }
    /// The result as an `R`, or throws what the call threw. Can be called repeatedly.
    template <class R = Json>
    R get() const {
        if (failed()) (*call_)->throw_error(json_);
        return detail::read_or_explain<R>([this] { return where_; }, **call_, json_);
    }

private:
    std::shared_ptr<detail::CallLease> call_;
    std::string_view json_;
    std::string where_;
};

/// Calls that are sent together and run one after the other: one message and one reply.
///
///     auto results = c.batch().call("move", 3).call("read", 7).get("state").send();
///     double value = results[1].get<double>();
///
/// For one thread. Can be sent once.
class Batch {
public:
    /// For Client::batch.
    Batch(std::shared_ptr<detail::Caller> caller, detail::Timeout timeout)
        : caller_(std::move(caller)),
          timeout_(timeout),
          call_(std::make_shared<detail::CallLease>(*caller_)) {
        request().clear();
        protocol::begin_batch(request());
    }

    /// @{
    /// Adds a call or a property read. Arguments as for Client::call, except that arrays and bytes
    /// are not copied and must stay valid until `send`.
    template <class... A>
    Batch& call(std::string_view method, const A&... arguments) {
        begin(method);
        detail::write_or_explain(*caller_, method,
                                 [&] { protocol::write_call(request(), method, arguments...); });
        return *this;
    }
    Batch& get(std::string_view property) {
        begin(property);
        detail::write_or_explain(*caller_, property,
                                 [&] { protocol::write_get(request(), property); });
        return *this;
    }
    /// @}

    /// The number of calls.
    std::size_t size() const noexcept { return names_.size(); }

    /// Runs the calls and returns their outcomes in order. Throws errors of the batch as a whole:
    /// TimeoutError, HostCrashed and so on.
    std::vector<BatchResult> send() {
        protocol::end_batch(request());
        caller_->call(**call_, "(batch)", timeout_);
        std::vector<BatchResult> results;
        try {
            auto replies = protocol::ReplyView((*call_)->reply_json).batch();
            for (auto reply = replies.next(); reply && results.size() < names_.size();
                 reply = replies.next())
                results.emplace_back(call_, *reply, names_[results.size()]);
        } catch (const CodecError& e) {
            caller_->end_broken(std::string("the host sent a malformed reply to a batch: ") +
                                e.what());
        }
        if (results.size() < names_.size()) {
            caller_->end_broken("the host replied to " + std::to_string(results.size()) + " of " +
                                std::to_string(names_.size()) + " calls of a batch");
        }
        return results;
    }

private:
    Encoder& request() noexcept { return (*call_)->request; }
    void begin(std::string_view name) {
        request().next();
        names_.push_back(detail::joined(caller_->plugin(), name));
    }

    std::shared_ptr<detail::Caller> caller_;
    detail::Timeout timeout_;
    std::shared_ptr<detail::CallLease> call_;
    std::vector<std::string> names_;
};

}  // namespace bridge32
