// One instance of a plugin behind the C ABI: serves requests, and lets no exception out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/internal/library/loaded_libraries.hpp"
#include "bridge32/internal/plugin/call_handles.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/plugin/failure.hpp"
#include "bridge32/internal/plugin/handle_table.hpp"
#include "bridge32/internal/plugin/member.hpp"
#include "bridge32/internal/plugin/members.hpp"
#include "bridge32/internal/plugin/request_parts.hpp"
#include "bridge32/internal/plugin/scratch.hpp"
#include "bridge32/plugin.h"
#include "bridge32/plugin.hpp"

namespace bridge32::detail {

inline void send_failure(const bridge32_host& its_host, bridge32_call* call,
                         const Failure& failure) noexcept {
    const auto send = [&](std::string_view json) {
        its_host.reply(&its_host, call, json.data(), static_cast<std::uint32_t>(json.size()),
                       nullptr, 0);
    };
    try {
        send(error_json(failure));
    } catch (...) {
        send(kOutOfMemory);
    }
}

inline std::span<const bridge32_attachment> attachments_of(
    const bridge32_request& request) noexcept {
    return {request.attachments, request.attachment_count};
}

}  // namespace bridge32::detail

/// What the C ABI calls an instance.
struct bridge32_instance {
    bridge32_instance(const bridge32_host& its_host, std::string its_name,
                      bridge32::Threading its_threading, bridge32::Instances its_instances)
        : host(its_host),
          name(std::move(its_name)),
          threading(its_threading),
          instances(its_instances),
          handles(std::make_shared<bridge32::detail::HandleTable>(its_host, name)) {}

    const bridge32_host& host;
    const std::string name;
    const bridge32::Threading threading;
    const bridge32::Instances instances;
    bridge32::detail::ScratchPool scratch;
    // Handles that the plugin keeps hold shares in it.
    const std::shared_ptr<bridge32::detail::HandleTable> handles;
    std::unique_ptr<bridge32::Plugin> plugin;  // destroyed before the rest

    /// Serves one request. Any thread, if the plugin is concurrent.
    void serve(const bridge32::detail::Members& members, bridge32_call* call,
               const bridge32_request& request) noexcept {
        using namespace bridge32::detail;
        std::string unescaped;
        RequestParts parts;
        try {
            const ScratchPool::Lease lease(scratch);
            parse_request({request.json, request.json_size}, parts, unescaped);
            if (parts.kind == RequestKind::batch) {
                serve_batch(members, call, request, parts.batch, lease.encoder());
            } else {
                serve_one(members, call, request, parts, lease.encoder(), false);
            }
        } catch (...) {
            fail(call, request, parts.name);
        }
    }

private:
    void serve_one(const bridge32::detail::Members& members, bridge32_call* call,
                   const bridge32_request& request, const bridge32::detail::RequestParts& parts,
                   bridge32::Encoder& out, bool batched) {
        using namespace bridge32::detail;
        CallScope scope(host, call, this);
        const CallHandles its_handles(*handles, scope, instances == bridge32::Instances::shared);
        CallFrame frame(scope, parts, attachments_of(request), out, batched);
        switch (parts.kind) {
            case RequestKind::describe:
                return frame.send(describe(members), "describe");
            case RequestKind::call:
                return members.find(MemberKind::method, parts.name, name).run(frame);
            case RequestKind::get:
                return members.find(MemberKind::property, parts.name, name).run(frame);
            case RequestKind::batch:
            case RequestKind::none:
                break;
        }
        throw_bad_request("a batch holds calls and property reads");
    }

    /// {"result":[REPLY,…]}, one for each request in `batch`, errors in their places.
    void serve_batch(const bridge32::detail::Members& members, bridge32_call* call,
                     const bridge32_request& request, std::string_view batch,
                     bridge32::Encoder& out) {
        using namespace bridge32::detail;
        out.clear();
        out.text() += R"({"result":[)";
        std::string unescaped;
        bridge32::Reader reader(batch);
        reader.enter_array();
        for (bool first = true; reader.next_element(); first = false) {
            if (is_cancelled(call)) {
                return;  // nobody waits for the rest
            }
            out.text() += first ? "" : ",";
            const std::size_t before = out.text().size();
            RequestParts parts;
            try {
                parse_request(reader.skip_value(), parts, unescaped);
                serve_one(members, call, request, parts, out, true);
            } catch (...) {
                out.text().resize(before);
                out.text() += error_json(failure_of(parts.name));
            }
        }
        reader.finish();
        out.text() += "]}";
        const std::string& json = out.text();
        host.reply(&host, call, json.data(), size_of(json), out.attachments().data(),
                   static_cast<std::uint32_t>(out.attachments().size()));
    }

    bool is_cancelled(bridge32_call* call) const {
        const auto* const clients =
            static_cast<const bridge32_clients*>(host.get_extension(&host, BRIDGE32_CLIENTS));
        return clients != nullptr && clients->cancelled(&host, call) != 0;
    }

    /// What the plugin offers, and what it has loaded.
    bridge32::Json describe(const bridge32::detail::Members& members) const {
        bridge32::Json json = members.describe();
        json["plugin"] = name;
        json["sdk"] = "bridge32 " BRIDGE32_VERSION;
        json["threading"] =
            threading == bridge32::Threading::concurrent ? "concurrent" : "main_thread";
        json["libraries"] = bridge32::detail::describe_libraries(host);
        return json;
    }

    /// From the exception that is being handled.
    bridge32::detail::Failure failure_of(std::string_view member) const {
        auto failure = bridge32::detail::current_failure();
        if (failure.where.empty()) {
            failure.where = member.empty() ? name : name + "." + std::string(member);
        }
        return failure;
    }

    /// Answers with the exception that is being handled.
    void fail(bridge32_call* call, const bridge32_request& request,
              std::string_view member) noexcept {
        using namespace bridge32::detail;
        try {
            if ((request.flags & BRIDGE32_REQUEST_NO_REPLY) != 0) {
                const std::string where = member.empty() ? name : name + "." + std::string(member);
                return log_failure(host, "a call without reply of", where);
            }
            send_failure(host, call, failure_of(member));
        } catch (...) {
            send_failure(host, call, {});
        }
    }
};
