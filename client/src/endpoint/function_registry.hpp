// The client's functions that hosts may call: the callbacks of running calls, and long-lived ones.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/encoder.hpp"
#include "os/fork.hpp"

namespace bridge32::client {

/// What the callbacks of one call threw, until the call has ended. Any thread.
class ThrownExceptions {
public:
    std::uint64_t keep(std::exception_ptr error);
    /// Null when there is none of that number.
    std::exception_ptr find(std::uint64_t number) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::uint64_t, std::exception_ptr>> errors_;
};

/// Any thread. In a child made by fork it does nothing, and waits for nobody.
class FunctionRegistry {
    struct Entry {
        std::shared_ptr<LocalFunction> function;
        std::shared_ptr<ThrownExceptions> thrown;
        std::vector<std::thread::id> running_on;
    };

public:
    /// `thrown`: where to keep what it throws; null: nowhere.
    std::uint64_t add(std::shared_ptr<LocalFunction> function,
                      std::shared_ptr<ThrownExceptions> thrown);
    /// From now on it is not run. Waits while it runs on another thread.
    void remove(std::uint64_t id) noexcept;
    bool knows(std::uint64_t id) const noexcept;

    /// Keeps a function from being removed while it runs.
    class Use {
    public:
        Use() = default;
        Use(Use&& other) noexcept
            : registry_(std::exchange(other.registry_, nullptr)), entry_(std::move(other.entry_)) {}
        Use& operator=(Use&&) = delete;
        ~Use();

        explicit operator bool() const noexcept { return entry_ != nullptr; }
        LocalFunction& function() const noexcept { return *entry_->function; }
        /// The number under which the outer caller finds it; 0 when there is none.
        std::uint64_t keep_exception(std::exception_ptr error) const {
            return entry_->thrown == nullptr ? 0 : entry_->thrown->keep(std::move(error));
        }

    private:
        friend class FunctionRegistry;
        Use(FunctionRegistry& registry, std::shared_ptr<Entry> entry)
            : registry_(&registry), entry_(std::move(entry)) {}

        FunctionRegistry* registry_ = nullptr;
        std::shared_ptr<Entry> entry_;
    };
    /// Empty when there is no such function.
    Use use(std::uint64_t id);

private:
    os::OwnerProcess owner_;
    mutable std::mutex mutex_;
    std::condition_variable ended_;
    std::map<std::uint64_t, std::shared_ptr<Entry>> entries_;
    std::uint64_t last_id_ = 0;
};

}  // namespace bridge32::client
