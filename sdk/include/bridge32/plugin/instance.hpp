// One instance of a plugin behind the C ABI: serves requests, and lets no exception out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/plugin.h"
#include "bridge32/plugin.hpp"
#include "bridge32/plugin/failure.hpp"
#include "bridge32/plugin/member.hpp"
#include "bridge32/plugin/members.hpp"
#include "bridge32/plugin/request_parts.hpp"
#include "bridge32/plugin/scratch.hpp"

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

/// A line in the host's log about the exception that is being handled: "`what` `whose` threw …".
inline void log_failure(const bridge32_host& its_host, std::string_view what,
                        std::string_view whose) noexcept {
    const auto log = [&](std::string_view text) {
        its_host.log(&its_host, BRIDGE32_LOG_ERROR, text.data(),
                     static_cast<std::uint32_t>(text.size()));
    };
    try {
        std::string text(what);
        text.append(" ").append(whose).append(" threw ").append(text_of(current_failure()));
        log(text);
    } catch (...) {
        log(what);
    }
}

inline std::span<const bridge32_attachment> attachments_of(
    const bridge32_request& request) noexcept {
    return {request.attachments, request.attachment_count};
}

}  // namespace bridge32::detail

/// What the C ABI calls an instance.
struct bridge32_instance {
    bridge32_instance(const bridge32_host& its_host, std::string its_name)
        : host(its_host), name(std::move(its_name)) {}

    const bridge32_host& host;
    const std::string name;
    bridge32::detail::ScratchPool scratch;
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
            CallFrame frame(host, call, parts, attachments_of(request), lease.encoder());
            if (parts.kind == RequestKind::describe) {
                frame.send(members.describe(), "describe");
            } else {
                const auto kind =
                    parts.kind == RequestKind::call ? MemberKind::method : MemberKind::property;
                members.find(kind, parts.name, name).run(frame);
            }
        } catch (...) {
            fail(call, request, parts.name);
        }
    }

private:
    /// Answers with the exception that is being handled.
    void fail(bridge32_call* call, const bridge32_request& request,
              std::string_view member) noexcept {
        using namespace bridge32::detail;
        try {
            const std::string where = member.empty() ? name : name + "." + std::string(member);
            if ((request.flags & BRIDGE32_REQUEST_NO_REPLY) != 0) {
                return log_failure(host, "a call without reply of", where);
            }
            Failure failure = current_failure();
            if (failure.where.empty()) {
                failure.where = where;
            }
            send_failure(host, call, failure);
        } catch (...) {
            send_failure(host, call, {});
        }
    }
};
