// The handles of the call that runs on this thread.
#pragma once

#include <memory>
#include <utility>

#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/plugin/context.hpp"
#include "bridge32/internal/plugin/handle_table.hpp"

namespace bridge32::detail {

/// The handles of one call, while it runs. `per_client`: not everybody may use them.
class CallHandles final : public HandleStore {
public:
    CallHandles(HandleTable& table, CallScope& scope, bool per_client) noexcept
        : table_(table),
          scope_(scope),
          per_client_(per_client),
          outer_(std::exchange(current, this)) {}
    CallHandles(const CallHandles&) = delete;
    CallHandles& operator=(const CallHandles&) = delete;
    ~CallHandles() override { current = outer_; }

    std::shared_ptr<HandleState> add(std::unique_ptr<HandleObject> object,
                                     HandleType type) override {
        return table_.add(owner(), std::move(object), std::move(type));
    }
    std::shared_ptr<HandleState> find(const HandleToken& token, const HandleType& type) override {
        return table_.find(owner(), token, type);
    }

private:
    HandleOwner owner() const {
        if (!per_client_) {
            return kEverybody;
        }
        const auto& its_host = scope_.its_host();
        const ClientShare client(its_host, scope_.call());
        return clients_of(its_host).id(&its_host, client.get());
    }

    HandleTable& table_;
    CallScope& scope_;
    const bool per_client_;
    HandleStore* const outer_;
};

}  // namespace bridge32::detail
