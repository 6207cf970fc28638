#include "client/hosts/backend_call.hpp"

#include <exception>
#include <utility>

#include "protocol/throw_failure.hpp"

namespace bridge32::client {

std::uint64_t CallFunctions::add(std::shared_ptr<LocalFunction> function) {
    if (inbound_ == nullptr) {
        inbound_ = *owner_;
        thrown_ = std::make_shared<ThrownExceptions>();
    }
    ids_.push_back(inbound_->functions().add(std::move(function), thrown_));
    return ids_.back();
}

std::exception_ptr CallFunctions::thrown(std::uint64_t number) const {
    return thrown_ == nullptr ? nullptr : thrown_->find(number);
}

void CallFunctions::end() noexcept {
    if (inbound_ != nullptr) {
        for (const std::uint64_t id : ids_)
            inbound_->functions().remove(id);
    }
    ids_.clear();
    inbound_.reset();
    thrown_.reset();
    owner_ = nullptr;
}

std::uint64_t BackendCall::add(std::shared_ptr<LocalFunction> function) {
    return functions.add(std::move(function));
}

std::shared_ptr<const void> BackendCall::keep(std::uint32_t at) {
    if (at < in_process.memory.size()) return in_process.memory[at];
    return waiting.reply().hold(at);
}

void BackendCall::read_failure() {
    failure = protocol::read_error(reply_json);
    failed = true;
}

void BackendCall::throw_error(std::string_view json) {
    failure = protocol::read_error(json);
    throw_failure();
    std::terminate();  // is not reached
}

void BackendCall::throw_failure() {
    failed = false;
    if (failure.thrown != 0) {
        if (const auto error = functions.thrown(failure.thrown)) std::rethrow_exception(error);
    }
    protocol::throw_failure(std::move(failure));
}

void BackendCall::reset() noexcept {
    functions.end();  // first: one that still runs may use the rest
    handler_error = nullptr;
    failed = false;
    request.clear();
    reply_json = {};
    reply_attachments = {};
    waiting.reply().clear();
    in_process.memory.clear();
    started_at.reset();  // of a start that threw: the stock keeps no host alive
}

}  // namespace bridge32::client
