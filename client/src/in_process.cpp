// A 64-bit build of the plugin, in this process: the same C ABI, no host.
#include <boost/dll/runtime_symbol_info.hpp>
#include <mutex>
#include <utility>

#include "backend.hpp"
#include "bridge32/error.hpp"
#include "bridge32/version.hpp"
#include "loading/plugin_folder.hpp"
#include "loading/plugin_module.hpp"
#include "os/process.hpp"
#include "wire/error_json.hpp"

namespace bridge32::client {

namespace {

/// Copies a reply into the exchange: what the plugin gave is its own again when `call` returns.
struct InProcessCall : bridge32_call {
    explicit InProcessCall(PendingExchange* target) : exchange(target) {}

    std::int32_t reply(std::string_view json,
                       std::span<const bridge32_attachment> attachments) noexcept override {
        if (std::exchange(replied, true)) return BRIDGE32_ALREADY_REPLIED;
        if (exchange == nullptr) return BRIDGE32_OK;
        try {
            exchange->in_process_json = json;
            exchange->in_process_memory.clear();
            for (const auto& attachment : attachments) {
                exchange->in_process_memory.emplace_back(static_cast<const char*>(attachment.data),
                                                         static_cast<std::size_t>(attachment.size));
            }
        } catch (const std::exception&) {
            out_of_memory = true;
            return BRIDGE32_NOT_SENT;
        }
        return BRIDGE32_OK;
    }

    PendingExchange* exchange;
    bool out_of_memory = false;
};

std::filesystem::path own_folder() {
    return std::filesystem::path(boost::dll::this_line_location().parent_path());
}

class InProcess : public Backend {
public:
    InProcess(const std::string& plugin, const ClientOptions& options) : plugin_(plugin) {
        const auto search =
            loading::plugin_search_path(options.plugin_path.paths(), plugins_beside());
        Encoder kwargs;
        try {
            kwargs.value(options.kwargs.is_null() ? Json::object() : options.kwargs);
        } catch (const CodecError& e) {
            throw InvalidArgument(std::string("the kwargs cannot be passed: ") + e.what(), plugin);
        }
        auto module =
            loading::PluginModule::load(loading::find_plugin(plugin, search),
                                        loading::host_table(options.library_path.paths()));
        info_ = {"in process, bridge32 " BRIDGE32_VERSION, os::own_pid(), os::own_bits(),
                 module->name(), module->file().string()};
        instance_ =
            loading::PluginInstance::create(std::move(module), kwargs.text(), kwargs.attachments());
    }

    void start(PendingExchange& exchange, std::string_view method,
               Clock::time_point /*deadline*/) override {
        run(exchange, &exchange, method);
    }

    bool wait(PendingExchange& exchange, std::string_view, Clock::time_point) override {
        exchange.attachments.clear();
        for (const auto& bytes : exchange.in_process_memory) {
            exchange.attachments.push_back({bytes.data(), bytes.size()});
        }
        exchange.reply_json = exchange.in_process_json;
        exchange.reply_attachments = exchange.attachments;
        if (wire::is_error_reply(exchange.reply_json)) wire::throw_error_reply(exchange.reply_json);
        return true;
    }

    void abandon(PendingExchange&) noexcept override {}
    void notify(PendingExchange& exchange) override { run(exchange, nullptr, "notify"); }

    Streams shutdown(std::chrono::milliseconds) override {
        const std::lock_guard lock(calling_);
        instance_.reset();
        return {};
    }

    bool crashed() const noexcept override { return false; }
    const HostInfo& info() const noexcept override { return info_; }

private:
    static std::filesystem::path plugins_beside() {
        const auto folder = own_folder();
        std::error_code ignored;
        return std::filesystem::exists(folder / "bridge32", ignored) ? folder / "bridge32" : folder;
    }

    void run(PendingExchange& exchange, PendingExchange* reply_to, std::string_view method) {
        const std::lock_guard lock(calling_);
        if (instance_ == nullptr) {
            throw ConnectionClosed("the client was shut down: " + plugin_ + "." +
                                   std::string(method) + " cannot be called any more");
        }
        const auto& json = exchange.request.text();
        const auto& attachments = exchange.request.attachments();
        const bridge32_request request{sizeof(bridge32_request),
                                       reply_to == nullptr ? BRIDGE32_REQUEST_NO_REPLY : 0,
                                       0,
                                       json.data(),
                                       static_cast<std::uint32_t>(json.size()),
                                       static_cast<std::uint32_t>(attachments.size()),
                                       attachments.data()};
        InProcessCall call(reply_to);
        instance_->call(call, request);
        if (call.out_of_memory) throw std::bad_alloc();
    }

    std::string plugin_;
    HostInfo info_;
    std::mutex calling_;  // the plugin's calls come one after the other, as from a host
    std::shared_ptr<loading::PluginInstance> instance_;
};

}  // namespace

std::shared_ptr<Backend> load_in_process(const std::string& plugin, const ClientOptions& options) {
    return std::make_shared<InProcess>(plugin, options);
}

}  // namespace bridge32::client
