#include "bridge32/client.hpp"

#include <utility>

#include "core.hpp"
#include "loading/plugin_folder.hpp"

namespace bridge32 {

PathList::PathList(std::string_view text) : paths_(loading::split_path_list(text)) {}

Client::Client(std::shared_ptr<client::Core> core) : core_(std::move(core)) {}

Client::Client(const std::string& plugin, const ClientOptions& options)
    : core_(std::make_shared<client::Core>(plugin, options, [plugin, options] {
          return options.mode == Mode::in_process ? client::load_in_process(plugin, options)
                                                  : client::start_private_host(plugin, options);
      })) {}

Client Client::connect(const std::string& host, const std::string& plugin,
                       const ClientOptions& options) {
    return Client(std::make_shared<client::Core>(plugin, options, [host, plugin, options] {
        return client::connect_to_shared_host(host, plugin, options);
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

Streams Client::shutdown() { return core_->shutdown(); }

HostInfo Client::host_info() const { return core_->info(); }

detail::Caller& Client::caller() const { return *core_; }

std::shared_ptr<detail::Caller> Client::shared_caller() const { return core_; }

detail::Timeout Client::timeout() const { return core_->call_timeout(); }

}  // namespace bridge32
