#include "client/hosts/backend_call.hpp"

#include <utility>

#include "protocol/throw_failure.hpp"

namespace bridge32::client {

std::uint64_t BackendCall::add(std::shared_ptr<LocalFunction> function) {
    if (inbound == nullptr) {
        inbound = *owner;
        thrown = std::make_shared<ThrownExceptions>();
    }
    functions.push_back(inbound->functions().add(std::move(function), thrown));
    return functions.back();
}

std::shared_ptr<const void> BackendCall::keep(std::uint32_t at) {
    if (at < in_process_memory.size()) return in_process_memory[at];
    return waiting.reply().hold(at);
}

void BackendCall::throw_error(std::string_view json) {
    const protocol::Failure failure = protocol::read_error(json);
    if (thrown != nullptr) {
        if (const auto error = thrown->find(failure.thrown)) std::rethrow_exception(error);
    }
    protocol::throw_failure(failure);
}

void BackendCall::reset() noexcept {
    // First: a callback that still runs may use the rest.
    if (inbound != nullptr) {
        for (const std::uint64_t function : functions)
            inbound->functions().remove(function);
    }
    functions.clear();
    inbound.reset();
    thrown.reset();
    handler_error = nullptr;
    owner = nullptr;
    request.clear();
    reply_json = {};
    reply_attachments = {};
    waiting.reply().clear();
    in_process_memory.clear();
    started_at.reset();  // of a start that threw: the stock keeps no host alive
}

}  // namespace bridge32::client
