#include "bridge32/client.hpp"

#include <utility>

#include "client/core/core.hpp"
#include "client/core/open.hpp"
#include "hosting/plugin_search.hpp"
#include "os/path.hpp"

namespace bridge32 {

PathList::PathList(std::string_view text) : paths_(os::split_path_list(text)) {}

Client::Client(std::shared_ptr<client::Core> core) : core_(std::move(core)) {}

Client::Client(const std::string& plugin, const ClientOptions& options, const std::string& structs)
    : core_(client::open(plugin, options, structs)) {}

Client Client::connect(const std::string& host, const std::string& plugin,
                       const ClientOptions& options, const std::string& structs) {
    return Client(client::connect(host, plugin, options, structs));
}

Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
    Client old(std::move(*this));
    core_ = std::move(other.core_);
    return *this;
}

Client::~Client() {
    if (core_ == nullptr) return;
    try {
        core_->shutdown();
    } catch (const std::exception&) {
        // The host is killed with its backend. What a child made by fork has is the parent's.
    }
}

TimedCalls Client::with_timeout(std::chrono::milliseconds timeout) const {
    return {core_, timeout};
}

Bytes Client::make_bytes(std::size_t size) const {
    detail::BlockShare memory = core_->make_block(size);
    return {reinterpret_cast<std::uint8_t*>(memory.data), size, std::move(memory.owner)};
}

void Client::on_named_event(std::string name, std::shared_ptr<LocalFunction> handler) {
    core_->on_event(std::move(name), std::move(handler));
}

std::size_t Client::poll(std::chrono::milliseconds timeout) { return core_->poll(timeout); }

void Client::terminate() { core_->terminate(); }

void Client::restart() { core_->restart(); }

Streams Client::shutdown() { return core_->shutdown(); }

HostInfo Client::host_info() const { return core_->info(); }

detail::Caller& Client::caller() const { return *core_; }

std::shared_ptr<detail::Caller> Client::shared_caller() const { return core_; }

detail::Timeout Client::timeout() const { return core_->call_timeout(); }

}  // namespace bridge32
