// A host for unit tests of plugins: calls them through the C ABI, and keeps what they answer.
#pragma once

#include <bridge32/plugin.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge32::test {

/// One reply, copied as a host copies it.
struct Reply {
    std::string json;
    std::vector<std::string> attachments;
};

struct FakeCall {
    std::vector<Reply> replies;

    bridge32_call* get() noexcept { return reinterpret_cast<bridge32_call*>(this); }
};

/// The host's table, and what was logged through it.
struct FakeHost : bridge32_host {
    FakeHost()
        : bridge32_host{sizeof(bridge32_host),
                        BRIDGE32_ABI_VERSION,
                        "fake host",
                        keep_reply,
                        keep_log,
                        no_library,
                        no_reason,
                        no_symbol,
                        no_extension} {}
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;
    /// What the entry of a plugin kept, which is this program here.
    ~FakeHost() {
        if (detail::host == this) detail::host = nullptr;
    }

    mutable std::vector<std::string> logged;

private:
    static std::int32_t BRIDGE32_ABI keep_reply(const bridge32_host*, bridge32_call* call,
                                                const char* json, std::uint32_t size,
                                                const bridge32_attachment* attachments,
                                                std::uint32_t count) {
        Reply reply{{json, size}, {}};
        for (const auto& one : std::span(attachments, count)) {
            reply.attachments.emplace_back(static_cast<const char*>(one.data),
                                           static_cast<std::size_t>(one.size));
        }
        reinterpret_cast<FakeCall*>(call)->replies.push_back(std::move(reply));
        return BRIDGE32_OK;
    }
    static void BRIDGE32_ABI keep_log(const bridge32_host* host, std::uint32_t, const char* text,
                                      std::uint32_t size) {
        static_cast<const FakeHost*>(host)->logged.emplace_back(text, size);
    }
    static void BRIDGE32_ABI no_library(const bridge32_host*, const char* name, std::uint32_t size,
                                        const char*, std::uint32_t, bridge32_text_receiver receive,
                                        void* user) {
        receive(user, name, size);
    }
    static void BRIDGE32_ABI no_reason(const bridge32_host*, const char*, std::uint32_t,
                                       const char*, std::uint32_t, const char*,
                                       std::uint32_t reason_size, bridge32_text_receiver receive,
                                       void* user) {
        if (reason_size != 0) receive(user, "no such library", 15);
    }
    static void BRIDGE32_ABI no_symbol(const bridge32_host*, const char*, std::uint32_t,
                                       const char*, std::uint32_t, bridge32_text_receiver receive,
                                       void* user) {
        receive(user, "no such symbol", 14);
    }
    static const void* BRIDGE32_ABI no_extension(const bridge32_host*, const char*) {
        return nullptr;
    }
};

inline bridge32_request request_of(std::string_view json,
                                   std::span<const bridge32_attachment> attachments,
                                   std::uint32_t flags = 0) noexcept {
    return {sizeof(bridge32_request),
            flags,
            1,
            json.data(),
            static_cast<std::uint32_t>(json.size()),
            static_cast<std::uint32_t>(attachments.size()),
            attachments.data()};
}

/// The plugin `Class`, called "lib", as a host has loaded it.
template <class Class>
class Loaded {
public:
    /// Throws std::runtime_error with the plugin's answer when it makes no instance.
    explicit Loaded(const std::string& kwargs = "{}") {
        const std::string json =
            R"({"plugin":{"name":"lib","path":"/plugins/lib.b32.so","folder":"/plugins"},)"
            R"("kwargs":)" +
            kwargs + "}";
        FakeCall call;
        const bridge32_request request = request_of(json, {});
        instance_ = kTable.create(&host_, call.get(), &request);
        if (instance_ == nullptr) {
            throw std::runtime_error(call.replies.at(0).json);
        }
        if (!call.replies.empty()) {
            throw std::logic_error("a reply to a create that succeeded");
        }
    }
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;
    ~Loaded() { unload(); }

    void unload() {
        if (bridge32_instance* const instance = std::exchange(instance_, nullptr)) {
            kTable.shutdown(instance);
            kTable.destroy(instance);
        }
    }

    /// The one reply to a request.
    Reply reply(std::string_view json, std::span<const bridge32_attachment> attachments = {},
                std::uint32_t flags = 0) {
        FakeCall call;
        const bridge32_request request = request_of(json, attachments, flags);
        kTable.call(instance_, call.get(), &request);
        if (call.replies.size() != 1) {
            throw std::logic_error(std::to_string(call.replies.size()) + " replies");
        }
        return call.replies.front();
    }

    /// The result, or "type: message" of an error.
    Json result(std::string_view json, std::span<const bridge32_attachment> attachments = {}) {
        const Json answer = Json::parse(reply(json, attachments).json);
        if (answer.contains("result")) {
            return answer.at("result");
        }
        return error_text(answer.at("error"));
    }

    /// The error's members; null when there is none.
    Json error(std::string_view json) {
        return Json::parse(reply(json).json).value("error", Json());
    }

    const FakeHost& host() const noexcept { return host_; }
    bridge32_instance* instance() const noexcept { return instance_; }

    static constexpr bridge32_plugin kTable = detail::plugin_table<Class>();

private:
    static std::string error_text(const Json& error) {
        return error.at("type").get<std::string>() + ": " + error.at("message").get<std::string>();
    }

    FakeHost host_;
    bridge32_instance* instance_ = nullptr;
};

/// The message of the PluginError with which `Class` refuses to be made.
template <class Class>
std::string refusal(const std::string& kwargs = "{}") {
    try {
        Loaded<Class> loaded(kwargs);
    } catch (const std::runtime_error& error) {
        const Json answer = Json::parse(error.what()).at("error");
        return answer.at("type") == "PluginError" ? answer.at("message").get<std::string>()
                                                  : answer.dump();
    }
    return "made";
}

}  // namespace bridge32::test
