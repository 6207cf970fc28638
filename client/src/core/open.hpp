// Makes what stands behind a client.
#pragma once

#include <memory>
#include <string>

#include "bridge32/options.hpp"
#include "client/core/core.hpp"

namespace bridge32::client {

/// As Client's constructor. `structs`: the layouts of the program's structs, the text of an object.
std::shared_ptr<Core> open(const std::string& plugin, const ClientOptions& options,
                           const std::string& structs);
/// As Client::connect.
std::shared_ptr<Core> connect(const std::string& host, const std::string& plugin,
                              const ClientOptions& options, const std::string& structs);

}  // namespace bridge32::client
