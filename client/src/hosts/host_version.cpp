#include "client/hosts/host_version.hpp"

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "client/hosts/host_command.hpp"
#include "client/hosts/host_process.hpp"
#include "wire/link.hpp"

namespace bridge32::client {

namespace {

/// What `host32 --about` prints; no object if it does not.
Json about_host(const BackendOptions& options) {
    try {
        HostProcess process(host_command(options, {"--about"}), nullptr, [] {});
        if (!process.wait(times::kHostAbout)) return {};
        process.status();
        return detail::json_or_discarded(process.printed().out);
    } catch (const Error&) {
        return {};
    }
}

}  // namespace

std::string version_problem(const BackendOptions& options, const std::string& host,
                            const wire::Channel& channel) {
    std::uint32_t version = channel.host_version();
    std::string release = channel.host_release();
    if (version == 0) {  // it did not come so far
        const Json about = about_host(options);
        if (!about.is_object() || !about.contains("wire_version") ||
            !about["wire_version"].is_number_unsigned()) {
            return {};
        }
        version = about["wire_version"].get<std::uint32_t>();
        if (about.contains("version") && about["version"].is_string()) {
            release = about["version"].get<std::string>().substr(0, wire::kReleaseBytes);
        }
    }
    if (version == wire::kWireVersion) return {};
    return wire::version_mismatch("the host " + host, version, release, "this client");
}

}  // namespace bridge32::client
