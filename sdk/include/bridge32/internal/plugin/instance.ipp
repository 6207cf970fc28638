// One instance of a plugin behind the C ABI: serves requests, and lets no exception out: part of
// the plugin runtime.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bridge32/internal/library/loaded_libraries.ipp"
#include "bridge32/internal/plugin/call_scope.ipp"
#include "bridge32/internal/plugin/failure.ipp"
#include "bridge32/internal/plugin/handle_table.ipp"
#include "bridge32/internal/plugin/member.ipp"
#include "bridge32/internal/plugin/members.ipp"
#include "bridge32/internal/plugin/scratch.ipp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/protocol/request.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN void send_failure(const bridge32_host& its_host, bridge32_call* call,
                                         const Failure& failure) noexcept {
    const auto send = [&](std::string_view json) {
        its_host.reply(&its_host, call, json.data(), static_cast<std::uint32_t>(json.size()),
                       nullptr, 0);
    };
    try {
        send(protocol::error_text(failure));
    } catch (...) {
        send(protocol::kOutOfMemory);
    }
}

BRIDGE32_DETAIL_PLUGIN std::string_view text_of(const bridge32_request& request) noexcept {
    return {request.json, request.json_size};
}

BRIDGE32_DETAIL_PLUGIN std::span<const bridge32_attachment> attachments_of(
    const bridge32_request& request) noexcept {
    return {request.attachments, request.attachment_count};
}

/// What the host knows of the libraries that are loaded: see bridge32_libraries. Without that,
/// their paths.
BRIDGE32_DETAIL_PLUGIN Json describe_libraries(const bridge32_host& its_host) {
    const auto* const table = static_cast<const bridge32_libraries*>(
        its_host.get_extension(&its_host, BRIDGE32_LIBRARIES));
    Json all = Json::array();
    for (const std::filesystem::path& file : LoadedLibraries::files()) {
        const std::string path = utf8_of(file);
        std::string facts;
        if (table != nullptr) {
            table->describe(&its_host, path.data(), size_of(path), receive_text, &facts);
        }
        Json json = json_or_discarded(facts);
        all.push_back(json.is_object() ? std::move(json) : Json{{"path", path}});
    }
    return all;
}

}  // namespace bridge32::detail

/// What the C ABI calls an instance.
struct bridge32_instance {
    bridge32_instance(const bridge32_host& its_host, std::string its_name, std::string its_path,
                      bridge32::Threading its_threading, bridge32::Instances its_instances,
                      const bridge32::detail::FpuWords& fpu)
        : host(its_host),
          name(std::move(its_name)),
          path(std::move(its_path)),
          threading(its_threading),
          instances(its_instances),
          foreign(fpu),
          handles(std::make_shared<bridge32::detail::HandleTable>(its_host, name, foreign)) {}

    const bridge32_host& host;
    const std::string name;
    const std::string path;  // the file that the host found under that name
    const bridge32::Threading threading;
    const bridge32::Instances instances;
    bridge32::detail::ScratchPool scratch;
    bridge32::detail::ForeignStates foreign;
    // Handles that the plugin keeps hold shares in it.
    const std::shared_ptr<bridge32::detail::HandleTable> handles;
    std::unique_ptr<bridge32::Plugin> plugin;  // destroyed before the rest

    /// Serves one request. Any thread, if the plugin is concurrent.
    void serve(const bridge32::detail::Members& members, bridge32_call* call,
               const bridge32_request& request) noexcept {
        using namespace bridge32::detail;
        const OwnCode own(OwnCode::FromHost{});
        bridge32::protocol::RequestView view;
        try {
            const ScratchPool::Lease lease(scratch);
            view.read(text_of(request), attachments_of(request));
            if (view.kind() == bridge32::protocol::RequestKind::batch) {
                serve_batch(members, call, view, lease.encoder());
            } else {
                auto failure = serve_one(members, call, view, lease.encoder(), false);
                if (failure) {
                    fail(call, request, view.name(), *failure);
                }
            }
        } catch (...) {
            fail_with_current(call, request, view.name());
        }
    }

private:
    /// What the function has thrown, if that is a std::exception; throws the rest.
    std::optional<bridge32::detail::Failure> serve_one(
        const bridge32::detail::Members& members, bridge32_call* call,
        const bridge32::protocol::RequestView& request, bridge32::Encoder& out, bool batched) {
        using namespace bridge32::detail;
        using bridge32::protocol::RequestKind;
        std::optional<Failure> failure;  // is returned without a copy
        CallScope scope(host, call, this, foreign.of_this_thread());
        const CallHandles its_handles(*handles, scope, instances == bridge32::Instances::shared);
        CallFrame frame(scope, request, out, failure, batched);
        switch (request.kind()) {
            case RequestKind::describe:
                frame.send(describe(members), "describe");
                return failure;
            case RequestKind::call:
                members.find(MemberKind::method, request.name(), name).run(frame);
                return failure;
            case RequestKind::get:
                members.find(MemberKind::property, request.name(), name).run(frame);
                return failure;
            case RequestKind::batch:
            case RequestKind::none:
                break;
        }
        bridge32::protocol::throw_bad_request("a batch can contain only calls and property reads");
    }

    /// A reply for each request in `batch`, errors in their places.
    void serve_batch(const bridge32::detail::Members& members, bridge32_call* call,
                     const bridge32::protocol::RequestView& batch, bridge32::Encoder& out) {
        using namespace bridge32::detail;
        out.clear();
        bridge32::protocol::begin_batch_result(out);
        auto items = batch.batch();
        while (const auto item = items.next()) {
            if (is_cancelled(call)) {
                return;  // nobody waits for the rest
            }
            out.next();
            const std::size_t before = out.text().size();
            bridge32::protocol::RequestView view;
            std::optional<Failure> failure;
            try {
                view.read(*item, batch.attachments());
                failure = serve_one(members, call, view, out, true);
            } catch (...) {
                failure = current_failure();
            }
            if (failure) {
                out.text().resize(before);
                out.text() += bridge32::protocol::error_text(located(*failure, view.name()));
            }
        }
        bridge32::protocol::end_batch_result(out);
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
        if (bridge32::Json structs = bridge32::detail::describe_structs(); !structs.empty()) {
            json["structs"] = std::move(structs);
        }
        return json;
    }

    /// "plugin.member"
    std::string place_of(std::string_view member) const {
        return member.empty() ? name : name + "." + std::string(member);
    }

    /// `failure`, with the place where it happened unless it says one.
    bridge32::detail::Failure& located(bridge32::detail::Failure& failure,
                                       std::string_view member) const {
        if (failure.where.empty()) {
            failure.where = place_of(member);
        }
        return failure;
    }

    void fail(bridge32_call* call, const bridge32_request& request, std::string_view member,
              bridge32::detail::Failure& failure) {
        using namespace bridge32::detail;
        if ((request.flags & BRIDGE32_REQUEST_NO_REPLY) != 0) {
            return log_failure(host, "a call without reply of", place_of(member), failure);
        }
        send_failure(host, call, located(failure, member));
    }

    /// Answers with the exception that is being handled.
    void fail_with_current(bridge32_call* call, const bridge32_request& request,
                           std::string_view member) noexcept {
        using namespace bridge32::detail;
        try {
            Failure failure = current_failure();
            fail(call, request, member, failure);
        } catch (...) {
            send_failure(host, call, {});
        }
    }
};

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN const std::string& plugin_path() { return current_scope().instance()->path; }

BRIDGE32_DETAIL_PLUGIN void CallFrame::end_process(const std::exception& error) {
    const Failure failure = failure_of(error);
    const bridge32_host& its_host = scope_.its_host();
    const std::string text = text_of(failure) + ". The process cannot go on, and ends";
    its_host.log(&its_host, BRIDGE32_LOG_ERROR, text.data(), size_of(text));
    if (!batched_) {
        send_failure(its_host, scope_.call(), failure);
    }
    std::abort();
}

}  // namespace bridge32::detail
