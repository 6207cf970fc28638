// A 64-bit build of the plugin, in this process: the same C ABI, no host.
#include <atomic>
#include <boost/dll/runtime_symbol_info.hpp>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/version.hpp"
#include "client/endpoint/interruptible_sleep.hpp"
#include "client/hosts/backend.hpp"
#include "client/hosts/backend_call.hpp"
#include "client/hosts/in_process_client.hpp"
#include "hosting/plugin_module.hpp"
#include "hosting/plugin_rules.hpp"
#include "hosting/plugin_search.hpp"
#include "os/process.hpp"

namespace bridge32::client {

namespace {

std::filesystem::path own_folder() {
    return std::filesystem::path(boost::dll::this_line_location().parent_path());
}

class InProcess : public Backend {
public:
    InProcess(const std::string& plugin, const BackendOptions& options,
              std::shared_ptr<Inbound> inbound)
        : plugin_(plugin),
          inbound_(std::move(inbound)),
          port_(std::make_shared<InProcessClient>(inbound_)) {
        const auto search =
            hosting::plugin_search_path(options.plugin_path.paths(), plugins_beside());
        Encoder kwargs;
        try {
            kwargs.value(options.kwargs.is_null() ? Json::object() : options.kwargs);
        } catch (const CodecError& e) {
            throw InvalidArgument(std::string("the kwargs cannot be passed: ") + e.what(), plugin);
        }
        auto module = hosting::PluginModule::load(
            hosting::find_plugin(plugin, search), {{}, options.allow_unsafe_plugins},
            hosting::host_table(options.library_path.paths(), options.allow_unsafe_plugins));
        info_ = {"in process, bridge32 " BRIDGE32_VERSION, os::own_pid(), os::own_bits(),
                 module->name(), detail::utf8_of(module->file())};
        instance_ = hosting::PluginInstance::create(
            std::move(module), {kwargs.text(), options.structs, kwargs.attachments(), port_});
        concurrent_ = instance_->concurrent();
    }

    void start(detail::Call& call, std::string_view method, Deadline /*deadline*/) override {
        run(call, &BackendCall::of(call), method);
    }

    bool wait(detail::Call& call, std::string_view, Deadline) override {
        auto& own = BackendCall::of(call);
        if (own.handler_error != nullptr) {
            std::rethrow_exception(std::exchange(own.handler_error, nullptr));
        }
        call.reply_json = own.in_process.json;
        call.reply_attachments = own.in_process.attachments;
        if (protocol::is_error(call.reply_json)) own.read_failure();
        return true;
    }

    void abandon(detail::Call&, bool) noexcept override {}
    void when_done(detail::Call&, std::function<void()> task) override {
        // The call was run when it was started.
        inbound_->dispatcher().post(std::move(task));
    }
    void notify(detail::Call& call) override { run(call, nullptr, "notify"); }

    detail::BlockShare make_block(std::uint64_t size) override {
        auto memory = port_->memory().make(size);
        return {memory.data, std::const_pointer_cast<void>(memory.owner)};
    }

    void read_idle(Clock::time_point deadline) override { idle_.until(deadline); }
    void interrupt_idle() noexcept override { idle_.interrupt(); }

    void terminate() override {
        throw Error("cannot terminate a plugin in this process: there is no host to kill");
    }

    Streams shutdown(std::chrono::milliseconds) override {
        closed_ = true;
        // In a function that a call runs, the plugin cannot be destroyed: that call does so.
        if (Nesting(port_.get()).depth() == 0) end_instance();
        return {};
    }

    bool crashed() const noexcept override { return false; }
    const HostInfo& info() const noexcept override { return info_; }

private:
    static std::filesystem::path plugins_beside() {
        const auto folder = own_folder();
        std::error_code ignored;
        // A folder, and not the command line tool.
        return std::filesystem::is_directory(folder / "bridge32", ignored) ? folder / "bridge32"
                                                                           : folder;
    }

    void run(detail::Call& given, BackendCall* reply_to, std::string_view method) {
        const Nesting nesting(port_.get());
        // A call inside a callback has the outer call's locks.
        std::shared_lock alive(instance_mutex_, std::defer_lock);
        std::unique_lock alone(calling_, std::defer_lock);
        if (nesting.depth() == 0) {
            if (!concurrent_) alone.lock();
            alive.lock();
        }
        if (closed_ || instance_ == nullptr) {
            throw ConnectionClosed("the client was shut down: " + plugin_ + "." +
                                   std::string(method) + " cannot be called any more");
        }
        const auto& json = given.request.text();
        const auto& attachments = given.request.attachments();
        const bridge32_request request{sizeof(bridge32_request),
                                       reply_to == nullptr ? BRIDGE32_REQUEST_NO_REPLY : 0,
                                       0,
                                       json.data(),
                                       static_cast<std::uint32_t>(json.size()),
                                       static_cast<std::uint32_t>(attachments.size()),
                                       attachments.data()};
        InProcessCall call(port_, reply_to, nesting.depth() / 2);
        instance_->call(call, request);
        if (closed_ && nesting.depth() == 0) {
            alive.unlock();
            end_instance();
        }
        if (call.out_of_memory()) throw std::bad_alloc();
    }

    void end_instance() {
        const std::unique_lock lock(instance_mutex_);
        if (instance_ != nullptr) instance_->client_gone(port_->id());
        instance_.reset();
    }

    std::string plugin_;
    std::shared_ptr<Inbound> inbound_;
    std::shared_ptr<InProcessClient> port_;
    HostInfo info_;
    bool concurrent_ = false;
    std::mutex calling_;  // calls come one after the other, as from a host, unless it is concurrent
    std::atomic<bool> closed_{false};
    std::shared_mutex instance_mutex_;  // guards instance_
    std::shared_ptr<hosting::PluginInstance> instance_;
    InterruptibleSleep idle_;
};

}  // namespace

std::shared_ptr<Backend> load_in_process(const std::string& plugin, const BackendOptions& options,
                                         std::shared_ptr<Inbound> inbound) {
    return std::make_shared<InProcess>(plugin, options, std::move(inbound));
}

}  // namespace bridge32::client
