// The drop-in libraries of this process: found by their DropIn, each with one host.
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "os/environment.hpp"
#include "wrap/call.hpp"
#include "wrap/drop_in.h"
#include "wrap/remote.hpp"
#include "wrap/report.hpp"

namespace bridge32::wrap {

namespace {

namespace fs = std::filesystem;

/// What a call does when the host has died during another one.
enum class OnCrash { abort, fail, restart };

std::atomic<bool> is_forked_child{false};

/// The library's calls that are running. Its host is left alone while there are any.
class Running {
public:
    explicit Running(std::atomic<int>& calls) : calls_(calls) { ++calls_; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { --calls_; }

private:
    std::atomic<int>& calls_;
};

/// One drop-in library. Never destroyed: threads may be in it when the process exits.
class Runtime {
public:
    explicit Runtime(const DropIn& library) : library_(library), functions_(library.functions) {
        Dl_info info{};
        if (::dladdr(&library, &info) == 0 || info.dli_fname == nullptr) {
            throw Error("the file of the drop-in library cannot be found");
        }
        const fs::path file = fs::weakly_canonical(info.dli_fname);
        name_ = file.filename().string();
        folder_ = file.parent_path() / "bridge32";
        interface_file_ = library.interface_file;
        constexpr std::string_view kExtension = ".b32i";
        library_file_ = interface_file_;
        if (library_file_.ends_with(kExtension)) {
            library_file_.resize(library_file_.size() - kExtension.size());
        }
        std::ifstream in(folder_ / interface_file_, std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        if (!in) {
            throw Error("cannot read " + (folder_ / interface_file_).string() +
                        ", which belongs to " + name_);
        }
        file_.emplace_back(interfaces::parse(text, interface_file_, kTarget32));
        if (const auto wanted = os::environment_variable("BRIDGE32_ON_CRASH")) {
            const std::string& is = *wanted;
            if (is != "abort" && is != "fail" && is != "restart") {
                throw Error("BRIDGE32_ON_CRASH=" + is + ": it is abort, fail or restart");
            }
            on_crash_ = is == "abort"     ? OnCrash::abort
                        : is == "restart" ? OnCrash::restart
                                          : OnCrash::fail;
        }
    }

    void call(std::uint32_t number, Frame& frame) noexcept {
        const int error = errno;
        if (number >= functions_.size()) {
            end_program(name_ + ": a damaged drop-in library");
        }
        Function& function = functions_[number];
        std::shared_ptr<Remote> remote;
        try {
            std::call_once(function.once, [&] { prepare(function, library_.names[number]); });
            if (!function.plan.refusal.empty()) {
                return fail(function, frame, ENOSYS, function.plan.refusal);
            }
            if (is_forked_child) {
                return fail(function, frame, ENOTSUP,
                            "this process was made by fork, and the library's host belongs to its "
                            "parent: load the library in the child, after exec");
            }
            const Running running(running_);
            remote = this->remote();
            const std::uint32_t address = address_of(function, *remote);
            errno = error;
            run_call(*remote, function.plan, address, frame);
        } catch (const HostCrashed& crash) {
            crashed(remote.get(), crash.what());
            if (on_crash_ == OnCrash::abort) {
                end_program(name_ + ": " + function.plan.name + ": " + crash.what());
            }
            fail(function, frame, EIO, crash.what());
        } catch (const std::exception& failure) {
            fail(function, frame, EPROTO, failure.what());
        } catch (...) {
            fail(function, frame, EPROTO, "an unknown exception");
        }
    }

    void shutdown() noexcept {
        try {
            const std::lock_guard lock(mutex_);
            if (remote_ != nullptr && running_ == 0 && !is_forked_child) {
                remote_->shutdown();
            }
        } catch (...) {  // the process ends, and the host with it
        }
    }

private:
    struct Function {
        std::once_flag once{};
        Plan plan{};
        std::atomic<const Remote*> in{nullptr};  // `address` is there
        std::atomic<std::uint32_t> address{0};
    };

    void prepare(Function& function, std::string_view name) {
        function.plan.name = name;
        if (name.find('@') != std::string_view::npos) {
            function.plan.refusal =
                "a version of a function that is not the default one is not there yet";
            return;
        }
        const interfaces::Function* const declared = file_.front().function(name);
        if (declared == nullptr) {
            function.plan.refusal = "the interface " + interface_file_ + " does not declare it";
            return;
        }
        function.plan = plan_of(*declared, file_.front());
    }

    std::shared_ptr<Remote> remote() {
        const std::lock_guard lock(mutex_);
        if (remote_ == nullptr) {
            if (!last_crash_.empty() && on_crash_ != OnCrash::restart) {
                throw Error("its host has died before: " + last_crash_);
            }
            if (!last_crash_.empty() && has_given_) {
                throw Error(
                    "its host has died before, and is not restarted, since the program has what "
                    "the dead one returned: " +
                    last_crash_);
            }
            remote_ = std::make_shared<Remote>(folder_, library_file_);
            dead_.push_back(remote_);  // callbacks refer to it
        }
        return remote_;
    }

    /// The host of `dead`, or a new one that did not get as far.
    void crashed(const Remote* dead, const char* what) noexcept {
        try {
            const std::lock_guard lock(mutex_);
            if (dead != remote_.get()) {
                return;  // another thread has seen it before
            }
            last_crash_ = what;
            last_crash_.resize(std::min(last_crash_.size(), last_crash_.find('\n')));
            remote_ = nullptr;
        } catch (...) {
        }
    }

    std::uint32_t address_of(Function& function, Remote& remote) {
        if (function.in.load(std::memory_order_acquire) == &remote) {
            return function.address.load(std::memory_order_relaxed);
        }
        const std::uint32_t address = remote.address_of(function.plan.name);
        if (gives(function.plan)) {
            has_given_ = true;
        }
        function.address.store(address, std::memory_order_relaxed);
        function.in.store(&remote, std::memory_order_release);
        return address;
    }

    /// Whether a call leaves something behind that means nothing to another host: a handle, a
    /// pointer, a callback.
    static bool gives(const Plan& plan) {
        const auto has_handle = [](const Shape& shape, const auto& self) -> bool {
            return shape.form == Form::handle ||
                   (shape.element != nullptr && self(*shape.element, self)) ||
                   std::any_of(shape.members.begin(), shape.members.end(),
                               [&](const MemberShape& its) { return self(*its.shape, self); });
        };
        return plan.returns == Return::given || has_handle(plan.result, has_handle) ||
               std::any_of(plan.parameters.begin(), plan.parameters.end(),
                           [&](const ParameterPlan& its) {
                               return its.pass == Pass::callback || its.is_kept ||
                                      (its.out && has_handle(its.shape, has_handle));
                           });
    }

    /// The function fails as it says that it does; one that cannot fail ends the program.
    void fail(const Function& function, Frame& frame, int error, const std::string& why) noexcept {
        const std::string text = name_ + ": " + function.plan.name + ": " + why;
        const auto value = error_value(function.plan);
        if (!value) {
            end_program(text + " (the function has no declared error value: the program ends)");
        }
        report(text);
        frame.rax = static_cast<std::uint64_t>(*value);
        errno = error;
    }

    const DropIn& library_;
    std::string name_{};
    fs::path folder_{};
    std::string interface_file_{};
    std::string library_file_{};
    std::deque<interfaces::Interface> file_{};
    std::deque<Function> functions_;
    OnCrash on_crash_ = OnCrash::fail;
    std::atomic<int> running_{0};
    std::atomic<bool> has_given_{false};
    std::mutex mutex_;  // guards what follows
    std::shared_ptr<Remote> remote_{};
    std::vector<std::shared_ptr<Remote>> dead_{};
    std::string last_crash_{};
};

/// All of them, and never destroyed either.
struct All {
    std::mutex mutex{};
    std::vector<Runtime*> runtimes{};
};

All& all() {
    static All* const only = new All();
    return *only;
}

void end_all() {
    for (Runtime* const runtime : all().runtimes) {
        runtime->shutdown();
    }
}

Runtime& runtime_of(DropIn& library) {
    std::atomic_ref<void*> known(library.runtime);
    if (void* const found = known.load(std::memory_order_acquire); found != nullptr) {
        return *static_cast<Runtime*>(found);
    }
    All& its = all();
    const std::lock_guard lock(its.mutex);
    if (void* const found = known.load(std::memory_order_acquire); found != nullptr) {
        return *static_cast<Runtime*>(found);
    }
    if (library.format != BRIDGE32_DROP_IN_FORMAT) {
        throw Error("a drop-in library was made by another version of bridge32: make it again");
    }
    auto* const made = new Runtime(library);
    if (its.runtimes.empty()) {
        ::pthread_atfork(nullptr, nullptr, [] { is_forked_child = true; });
        std::atexit(end_all);
    }
    its.runtimes.push_back(made);
    known.store(made, std::memory_order_release);
    return *made;
}

}  // namespace

}  // namespace bridge32::wrap

void bridge32wrap_entered(DropIn* library, std::uint32_t function,
                          bridge32::wrap::Frame* frame) noexcept {
    const int error_before = errno;  // which loading the library changes
    try {
        auto& runtime = bridge32::wrap::runtime_of(*library);
        errno = error_before;
        runtime.call(function, *frame);
    } catch (const std::exception& error) {
        bridge32::wrap::end_program(error.what());
    }
}
