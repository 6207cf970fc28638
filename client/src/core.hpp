// What stands behind a Client: its options and its backend.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "backend.hpp"
#include "bridge32/exchange.hpp"
#include "bridge32/options.hpp"

namespace bridge32::client {

class Core : public detail::Caller {
public:
    /// `start` makes the first backend, and with Restart::on_crash every further one.
    Core(std::string plugin, const ClientOptions& options,
         std::function<std::shared_ptr<Backend>()> start);

    void call(detail::Exchange& exchange, std::string_view method,
              detail::Timeout timeout) override;
    void start(detail::Exchange& exchange, std::string_view method) override;
    void wait(detail::Exchange& exchange, std::string_view method,
              detail::Timeout timeout) override;
    bool wait_until(detail::Exchange& exchange, Clock::time_point deadline) override;
    void abandon(detail::Exchange& exchange) noexcept override;
    void notify(detail::Exchange& exchange) override;
    detail::Timeout call_timeout() const noexcept override { return call_timeout_; }
    std::string_view plugin() const noexcept override { return plugin_; }

    Streams shutdown();
    HostInfo info();

private:
    /// The backend for the next call: a new one when the last has crashed and `restart` says so.
    std::shared_ptr<Backend> backend();
    void wait_at(Backend& backend, PendingExchange& exchange, std::string_view method,
                 Clock::time_point deadline, detail::Timeout timeout);

    std::string plugin_;
    detail::Timeout call_timeout_;
    std::chrono::milliseconds shutdown_timeout_;
    Restart restart_;
    std::function<std::shared_ptr<Backend>()> start_;
    std::mutex mutex_;  // guards backend_
    std::shared_ptr<Backend> backend_;
};

}  // namespace bridge32::client
