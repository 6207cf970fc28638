#include "bridge32/client.hpp"

#include <utility>

#include "core.hpp"
#include "loading/plugin_folder.hpp"

namespace bridge32 {

PathList::PathList(std::string_view text) : paths_(loading::split_path_list(text)) {}

Client::Client(std::shared_ptr<client::Core> core) : core_(std::move(core)) {}

Client::Client(const std::string& plugin, const ClientOptions& its_options,
               const std::string& structs) {
    const client::BackendOptions options{its_options, structs};
    core_ = client::Core::make(
        plugin, options, [plugin, options](const std::shared_ptr<client::Inbound>& inbound) {
            return options.mode == Mode::in_process
                       ? client::load_in_process(plugin, options, inbound)
                       : client::start_private_host(plugin, options, inbound);
        });
}

Client Client::connect(const std::string& host, const std::string& plugin,
                       const ClientOptions& its_options, const std::string& structs) {
    const client::BackendOptions options{its_options, structs};
    return Client(client::Core::make(
        plugin, options, [host, plugin, options](const std::shared_ptr<client::Inbound>& inbound) {
            return client::connect_to_shared_host(host, plugin, options, inbound);
        }));
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
    } catch (...) {
        // The host is killed with its backend.
    }
}

TimedCalls Client::with_timeout(std::chrono::milliseconds timeout) const {
    return {core_, timeout};
}

Bytes Client::make_bytes(std::size_t size) const {
    detail::SharedBytes memory = core_->make_shared_bytes(size);
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
