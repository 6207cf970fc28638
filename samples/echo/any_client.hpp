// A client for any plugin: c["method"](arguments…) calls that method.
#pragma once

#include <bridge32/client.hpp>
#include <string>
#include <utility>

class AnyClient {
public:
    explicit AnyClient(const std::string& plugin) : client_(plugin) {}

    /// A callable for the method of that name, valid while this object lives. It returns Json.
    auto operator[](std::string method) const {
        return [this, method = std::move(method)](const auto&... arguments) {
            return client_.call(method, arguments...);
        };
    }

private:
    bridge32::Client client_;
};
