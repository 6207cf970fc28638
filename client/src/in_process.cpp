// A 64-bit build of the plugin, in this process: the same C ABI, no host.
#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <thread>
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

/// The memory of make_array and make_bytes in this process. Any thread.
class LocalMemory {
public:
    /// `size` zero bytes, aligned as shared memory is.
    loading::SharedMemory make(std::uint64_t size) {
        if (size > std::numeric_limits<std::size_t>::max() - kAlignment) {
            throw Error("there is no memory of " + std::to_string(size) + " bytes");
        }
        const auto bytes = std::max<std::size_t>(static_cast<std::size_t>(size), 1);
        auto* const memory = static_cast<std::byte*>(
            ::operator new(bytes, std::align_val_t(kAlignment), std::nothrow));
        if (memory == nullptr) {
            throw Error("there is no memory of " + std::to_string(size) + " bytes");
        }
        std::memset(memory, 0, bytes);
        const std::shared_ptr<void> owner(
            memory, [](void* mine) { ::operator delete(mine, std::align_val_t(kAlignment)); });
        const std::lock_guard lock(mutex_);
        std::erase_if(blocks_, [](const auto& entry) { return entry.second.owner.expired(); });
        blocks_[memory] = {size, owner};
        return {memory, size, owner};
    }

    /// From `data` on to the end of what it lies in; nothing when it is no memory of ours.
    loading::SharedMemory find(const void* data) {
        const auto* const place = static_cast<const std::byte*>(data);
        const std::lock_guard lock(mutex_);
        auto found = blocks_.upper_bound(place);
        if (found == blocks_.begin()) return {};
        --found;
        const auto offset = static_cast<std::uint64_t>(place - found->first);
        const auto owner = found->second.owner.lock();
        if (owner == nullptr || offset >= found->second.size) return {};
        return {const_cast<std::byte*>(place), found->second.size - offset, owner};
    }

private:
    static constexpr std::size_t kAlignment = 64;
    struct Block {
        std::uint64_t size;
        std::weak_ptr<void> owner;
    };

    std::mutex mutex_;
    std::map<const std::byte*, Block> blocks_;
};

/// What a plugin in this process can do with its client.
class InProcessClient : public loading::ClientPort {
public:
    explicit InProcessClient(std::shared_ptr<Inbound> inbound) : inbound_(std::move(inbound)) {}

    std::int32_t emit(bridge32_call* call, std::string_view json,
                      std::span<const bridge32_attachment> attachments) noexcept override;
    std::int32_t invoke(bridge32_call* call, std::string_view json,
                        std::span<const bridge32_attachment> attachments,
                        bridge32_reply_receiver receive, void* user) noexcept override;

    LocalMemory& memory() noexcept { return memory_; }

private:
    std::shared_ptr<Inbound> inbound_;
    LocalMemory memory_;
};

/// How many calls and callbacks of one client this thread is inside of.
class Nesting {
public:
    explicit Nesting(const InProcessClient* client) noexcept : client_(client), outer_(innermost) {
        for (const auto* at = outer_; at != nullptr; at = at->outer_) {
            if (at->client_ == client) ++depth_;
        }
        innermost = this;
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { innermost = outer_; }
    unsigned depth() const noexcept { return depth_; }

private:
    static inline thread_local const Nesting* innermost = nullptr;
    const InProcessClient* client_;
    const Nesting* outer_;
    unsigned depth_ = 0;
};

/// One call. Copies its reply into the exchange: what the plugin gave is its own again when
/// `call` returns, but for memory that it made with make_array.
struct InProcessCall : bridge32_call {
    InProcessCall(std::shared_ptr<InProcessClient> its_port, PendingExchange* target,
                  unsigned its_depth)
        : port(std::move(its_port)), exchange(target), depth(its_depth) {}

    std::int32_t reply(std::string_view json,
                       std::span<const bridge32_attachment> attachments) noexcept override {
        if (std::exchange(replied, true)) return BRIDGE32_ALREADY_REPLIED;
        if (exchange == nullptr) return BRIDGE32_OK;
        try {
            exchange->in_process_json = json;
            exchange->in_process_memory.clear();
            exchange->attachments.clear();
            for (const auto& attachment : attachments) {
                auto shared = port->memory().find(attachment.data);
                if (shared.owner == nullptr || shared.size < attachment.size) {
                    shared = port->memory().make(attachment.size);
                    if (attachment.size != 0) {
                        std::memcpy(shared.data, attachment.data,
                                    static_cast<std::size_t>(attachment.size));
                    }
                }
                exchange->attachments.push_back({shared.data, attachment.size});
                exchange->in_process_memory.push_back(std::move(shared.owner));
            }
        } catch (const std::exception&) {
            out_of_memory = true;
            return BRIDGE32_NOT_SENT;
        }
        return BRIDGE32_OK;
    }
    std::shared_ptr<loading::ClientPort> client() noexcept override { return port; }
    loading::SharedMemory allocate(std::uint64_t size) override {
        return port->memory().make(size);
    }
    loading::SharedMemory retain(const void* data) override { return port->memory().find(data); }

    std::shared_ptr<InProcessClient> port;
    PendingExchange* exchange;
    unsigned depth;
    std::thread::id thread = std::this_thread::get_id();
    bool out_of_memory = false;
};

std::int32_t InProcessClient::emit(bridge32_call* call, std::string_view json,
                                   std::span<const bridge32_attachment> attachments) noexcept {
    auto* const running = static_cast<InProcessCall*>(call);
    try {
        if (!inbound_->has_event_handlers()) return BRIDGE32_OK;
        if (running != nullptr && running->thread == std::this_thread::get_id()) {
            try {
                inbound_->run_event(json, attachments);
            } catch (...) {
                if (running->exchange != nullptr && running->exchange->handler_error == nullptr) {
                    running->exchange->handler_error = std::current_exception();
                }
            }
            return BRIDGE32_OK;
        }
        // Kept until it is the dispatcher's turn.
        auto text = std::make_shared<std::string>(json);
        auto memory = std::make_shared<std::vector<std::string>>();
        for (const auto& attachment : attachments) {
            memory->emplace_back(static_cast<const char*>(attachment.data),
                                 static_cast<std::size_t>(attachment.size));
        }
        inbound_->dispatcher().post([inbound = inbound_, text, memory] {
            std::vector<bridge32_attachment> views;
            for (const auto& bytes : *memory)
                views.push_back({bytes.data(), bytes.size()});
            try {
                inbound->run_event(*text, views);
            } catch (const std::exception& e) {
                std::fprintf(stderr, "bridge32: an event handler threw: %s\n", e.what());
            } catch (...) {
                std::fprintf(stderr, "bridge32: an event handler threw\n");
            }
        });
        return BRIDGE32_OK;
    } catch (const std::exception&) {
        return BRIDGE32_NOT_SENT;
    }
}

std::int32_t InProcessClient::invoke(bridge32_call* call, std::string_view json,
                                     std::span<const bridge32_attachment> attachments,
                                     bridge32_reply_receiver receive, void* user) noexcept {
    const auto* const running = static_cast<InProcessCall*>(call);
    if (running != nullptr && running->depth + 1 > BRIDGE32_MAX_CALL_DEPTH) {
        return BRIDGE32_TOO_DEEP;
    }
    try {
        const Nesting nesting(this);  // also on a thread of the library's
        Encoder reply;
        inbound_->run_callback(json, attachments, reply);
        receive(user, reply.text().data(), static_cast<std::uint32_t>(reply.text().size()),
                reply.attachments().data(), static_cast<std::uint32_t>(reply.attachments().size()));
        return BRIDGE32_OK;
    } catch (const std::exception&) {
        return BRIDGE32_NOT_SENT;
    }
}

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
        concurrent_ = module->concurrent();
        instance_ = loading::PluginInstance::create(
            std::move(module), {kwargs.text(), options.structs, kwargs.attachments(), port_});
    }

    void start(PendingExchange& exchange, std::string_view method,
               Clock::time_point /*deadline*/) override {
        run(exchange, &exchange, method);
    }

    bool wait(PendingExchange& exchange, std::string_view, Clock::time_point) override {
        if (exchange.handler_error != nullptr) {
            std::rethrow_exception(std::exchange(exchange.handler_error, nullptr));
        }
        exchange.reply_json = exchange.in_process_json;
        exchange.reply_attachments = exchange.attachments;
        if (wire::is_error_reply(exchange.reply_json)) exchange.throw_error(exchange.reply_json);
        return true;
    }

    void abandon(PendingExchange&, bool) noexcept override {}
    void when_done(PendingExchange& exchange, std::function<void()> task) override {
        static_cast<void>(exchange);  // the call was run when it was started
        inbound_->dispatcher().post(std::move(task));
    }
    void notify(PendingExchange& exchange) override { run(exchange, nullptr, "notify"); }

    detail::SharedBytes make_shared_bytes(std::uint64_t size) override {
        auto memory = port_->memory().make(size);
        return {memory.data, std::const_pointer_cast<void>(memory.owner)};
    }

    void read_idle(Clock::time_point deadline) override {
        std::unique_lock lock(idle_mutex_);
        idle_.wait_until(lock, deadline, [this] { return std::exchange(interrupted_, false); });
    }
    void interrupt_idle() noexcept override {
        const std::lock_guard lock(idle_mutex_);
        interrupted_ = true;
        idle_.notify_all();
    }

    void terminate() override {
        throw Error(
            "a plugin in this process cannot be terminated: there is no host that could be "
            "killed");
    }

    Streams shutdown(std::chrono::milliseconds) override {
        const std::unique_lock lock(instance_mutex_);
        if (instance_ != nullptr) instance_->client_gone(port_->id());
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
        const Nesting nesting(port_.get());
        // A call inside a callback has the outer call's locks.
        std::shared_lock alive(instance_mutex_, std::defer_lock);
        std::unique_lock alone(calling_, std::defer_lock);
        if (nesting.depth() == 0) {
            if (!concurrent_) alone.lock();
            alive.lock();
        }
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
        InProcessCall call(port_, reply_to, nesting.depth() / 2);
        instance_->call(call, request);
        if (call.out_of_memory) throw std::bad_alloc();
    }

    std::string plugin_;
    std::shared_ptr<Inbound> inbound_;
    std::shared_ptr<InProcessClient> port_;
    HostInfo info_;
    bool concurrent_ = false;
    std::mutex calling_;  // calls come one after the other, as from a host, unless it is concurrent
    std::shared_mutex instance_mutex_;  // guards instance_
    std::shared_ptr<loading::PluginInstance> instance_;
    std::mutex idle_mutex_;
    std::condition_variable idle_;
    bool interrupted_ = false;
};

}  // namespace

std::shared_ptr<Backend> load_in_process(const std::string& plugin, const BackendOptions& options,
                                         std::shared_ptr<Inbound> inbound) {
    return std::make_shared<InProcess>(plugin, options, std::move(inbound));
}

}  // namespace bridge32::client
