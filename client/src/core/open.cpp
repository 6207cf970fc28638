#include "client/core/open.hpp"

namespace bridge32::client {

std::shared_ptr<Core> open(const std::string& plugin, const ClientOptions& its_options,
                           const std::string& structs) {
    const BackendOptions options{its_options, structs};
    return Core::make(plugin, options, [plugin, options](const std::shared_ptr<Inbound>& inbound) {
        return options.mode == Mode::in_process ? load_in_process(plugin, options, inbound)
                                                : start_private_host(plugin, options, inbound);
    });
}

std::shared_ptr<Core> connect(const std::string& host, const std::string& plugin,
                              const ClientOptions& its_options, const std::string& structs) {
    const BackendOptions options{its_options, structs};
    return Core::make(plugin, options,
                      [host, plugin, options](const std::shared_ptr<Inbound>& inbound) {
                          return connect_to_shared_host(host, plugin, options, inbound);
                      });
}

}  // namespace bridge32::client
