#include "wrap/remote.hpp"

#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>
#include <tuple>
#include <vector>

#include "bridge32/internal/text/path_text.hpp"
#include "interface/direct_call.hpp"
#include "os/environment.hpp"
#include "wrap/callback.hpp"

namespace bridge32::wrap {

namespace {

/// What the library prints is the program's output.
void print(Stream stream, std::string_view text) {
    const int to = stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO;
    while (!text.empty()) {
        const ssize_t written = ::write(to, text.data(), text.size());
        if (written <= 0) {
            return;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

ClientOptions options_for(const std::filesystem::path& folder, const std::string& file) {
    ClientOptions options;
    options.host_executable = folder / "host32";
    options.plugin_path = folder / "plugins";
    options.library_path = folder;
    options.kwargs = {{"interface", "interface 1;\nlibrary \"library\" {}\n"},
                      {"library", detail::utf8_of(folder / file)},
                      {"direct", true}};
    if (os::environment_variable("LD_PRELOAD")) {
        options.environment["LD_PRELOAD"] = "";  // of 64-bit libraries
    }
    options.on_output = print;
    return options;
}

}  // namespace

Remote::Remote(const std::filesystem::path& folder, const std::string& file)
    : client_("ffi", options_for(folder, file)) {}

std::uint32_t Remote::address_of(const std::string& name) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = addresses_.find(name); found != addresses_.end()) {
            return found->second;
        }
    }
    const auto address = client_.call<std::uint32_t>("address", name);
    if (address == 0) {
        throw Error("the 32-bit library has no function `" + name + "`");
    }
    const std::lock_guard lock(mutex_);
    addresses_[name] = address;
    return address;
}

interfaces::DirectResult Remote::call_small(std::uint32_t function, std::uint32_t how,
                                            std::int32_t error, const std::byte* stack) {
    using interfaces::SmallCall;
    std::array<std::uint64_t, SmallCall::kMostWords / 2> pairs{};
    std::memcpy(pairs.data(), stack, std::size_t{4} * SmallCall::stack_words(how));
    const auto [bits, its_error] = client_.call<std::tuple<std::uint64_t, std::int32_t>>(
        "call_small", function, how, error, pairs[0], pairs[1], pairs[2]);
    interfaces::DirectResult result;
    result.eax = static_cast<std::uint32_t>(bits);
    result.edx = static_cast<std::uint32_t>(bits >> 32);
    result.error = its_error;
    if (SmallCall::returns_real(how)) {
        double real;
        std::memcpy(&real, &bits, sizeof real);
        const auto wide = static_cast<long double>(real);
        std::memcpy(result.x87, &wide, 10);
    }
    return result;
}

const std::byte* Remote::text(std::uint32_t at, std::uint32_t unit) {
    const auto text = client_.call<Bytes>("read_text", at, unit);
    return copies.keep(at, text.span());
}

std::uint32_t Remote::closure_of(const void* function, const Plan& plan) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = closures_.find({function, &plan}); found != closures_.end()) {
            return found->second;
        }
    }
    const auto run = [this, function, &plan](std::span<const std::uint32_t> words) {
        return run_callback(*this, function, plan, words);
    };
    const bool is_real = plan.returns == Return::value && plan.result.is_real;
    const std::uint32_t words = plan.words - kRegisters;
    LongLivedFunction made =
        words == 0 && is_real ? client_.long_lived([run] { return run({}).real; })
        : words == 0          ? client_.long_lived([run] { return run({}).integer; })
        : is_real             ? client_.long_lived(
                        [run](const std::vector<std::uint32_t>& all) { return run(all).real; })
                  : client_.long_lived(
                        [run](const std::vector<std::uint32_t>& all) { return run(all).integer; });
    const auto address = client_.call<std::uint32_t>("closure", made, words, plan.pops, is_real);
    const std::lock_guard lock(mutex_);
    functions_.push_back(std::move(made));
    return closures_[{function, &plan}] = address;
}

std::uint32_t Remote::call_with(const std::string& name, std::uint32_t argument) {
    std::array<std::byte, sizeof argument> stack{};
    std::memcpy(stack.data(), &argument, sizeof argument);
    return call_small(address_of(name), interfaces::SmallCall::how(1, 0, false), 0, stack.data())
        .eax;
}

std::uint32_t Remote::allocate(std::uint32_t size) {
    const std::uint32_t at = call_with("malloc", size);
    if (at == 0) {
        throw Error("the 32-bit process has no memory left");
    }
    return at;
}

void Remote::free(std::uint32_t at) { static_cast<void>(call_with("free", at)); }

Remote::Shadow* Remote::shadow_of(const void* own) {
    const std::lock_guard lock(mutex_);
    const auto found = shadows_.find(own);
    return found == shadows_.end() ? nullptr : &found->second;
}

Remote::Shadow& Remote::make_shadow(const void* own, std::uint32_t size) {
    end_shadow(own);
    const std::uint32_t address = allocate(size);
    const std::lock_guard lock(mutex_);
    return shadows_[own] = {address, std::vector<std::byte>(size)};
}

void Remote::end_shadow(const void* own) {
    std::uint32_t address = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = shadows_.find(own);
        if (found == shadows_.end()) {
            return;
        }
        address = found->second.address;
        shadows_.erase(found);
    }
    free(address);
}

}  // namespace bridge32::wrap
