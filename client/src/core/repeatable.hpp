// Which requests may be sent again after their host died in the middle of them.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "bridge32/internal/protocol/request.hpp"

namespace bridge32::client {

/// What a plugin said of its methods and properties.
class Repeatable {
public:
    /// Nothing is.
    Repeatable() = default;
    /// From the reply to a describe request; nothing is when that is an error or no description.
    explicit Repeatable(std::string_view describe_reply);

    /// True if the request with this JSON text may be repeated.
    bool allows(std::string_view request) const;

private:
    bool allows_one(const protocol::RequestView& request) const;

    std::set<std::string, std::less<>> methods_;
    std::set<std::string, std::less<>> properties_;
};

}  // namespace bridge32::client
