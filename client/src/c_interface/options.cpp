#include "client/c_interface/options.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/support/suggest.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::c_interface {

namespace {

using std::chrono::milliseconds;

/// One option: its name and its value.
struct Given {
    const std::string& name;
    const Json& value;

    [[noreturn]] void expected(const std::string& what) const {
        throw InvalidArgument("option `" + name + "` must be " + what + ", not " +
                              value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    bool boolean() const {
        if (!value.is_boolean()) expected("true or false");
        return value.get<bool>();
    }
    std::string text() const {
        if (!value.is_string()) expected("a string");
        return value.get<std::string>();
    }
    std::uint64_t natural(const char* what) const {
        if (!value.is_number_unsigned()) expected(what);
        return value.get<std::uint64_t>();
    }
    milliseconds time() const {
        // Longer than any wait, and well within the range of a duration.
        constexpr std::uint64_t kMost = std::uint64_t{1} << 50;
        return milliseconds(std::min(natural("a number of milliseconds"), kMost));
    }
    std::optional<milliseconds> optional_time() const {
        return value.is_null() ? std::nullopt : std::optional(time());
    }
    PathList paths() const {
        if (value.is_string()) return {text()};
        if (!value.is_array()) expected("a path or an array of paths");
        std::vector<std::filesystem::path> result;
        for (const Json& each : value)
            result.push_back(detail::path_from_utf8(Given{name, each}.text()));
        return {std::move(result)};
    }
    template <class Enum>
    Enum one_of(std::initializer_list<std::pair<const char*, Enum>> choices) const {
        std::vector<std::string> names;
        for (const auto& [choice, meaning] : choices) {
            if (value == choice) return meaning;
            names.emplace_back('"' + std::string(choice) + '"');
        }
        std::string list = names.front();
        for (std::size_t i = 1; i < names.size(); ++i)
            list += (i + 1 == names.size() ? " or " : ", ") + names[i];
        expected(list);
    }
};

using Set = void (*)(ClientOptions& options, const Given& given);

std::map<std::string, std::string> environment(const Given& given) {
    if (!given.value.is_object()) given.expected("an object of strings");
    std::map<std::string, std::string> result;
    for (const auto& [name, value] : given.value.items())
        result[name] = Given{given.name, value}.text();
    return result;
}

int limit(const Given& given) {
    const auto number = given.natural("a number");
    if (number > 1'000'000'000) given.expected("a number up to 1000000000");
    return static_cast<int>(number);
}

const std::map<std::string, Set>& setters() {
    using Options = ClientOptions;
    static const std::map<std::string, Set> all{
        {"kwargs",
         [](Options& o, const Given& g) {
             if (!g.value.is_object()) g.expected("an object");
             o.kwargs = g.value;
         }},
        {"plugin_path", [](Options& o, const Given& g) { o.plugin_path = g.paths(); }},
        {"allow_unsafe_plugins",
         [](Options& o, const Given& g) { o.allow_unsafe_plugins = g.boolean(); }},
        {"library_path", [](Options& o, const Given& g) { o.library_path = g.paths(); }},
        {"environment", [](Options& o, const Given& g) { o.environment = environment(g); }},
        {"working_directory",
         [](Options& o, const Given& g) {
             o.working_directory = detail::path_from_utf8(g.text());
         }},
        {"host_executable",
         [](Options& o, const Given& g) { o.host_executable = detail::path_from_utf8(g.text()); }},
        {"startup_timeout", [](Options& o, const Given& g) { o.startup_timeout = g.time(); }},
        {"call_timeout", [](Options& o, const Given& g) { o.call_timeout = g.optional_time(); }},
        {"shutdown_timeout", [](Options& o, const Given& g) { o.shutdown_timeout = g.time(); }},
        {"restart",
         [](Options& o, const Given& g) {
             o.restart =
                 g.one_of<Restart>({{"never", Restart::never}, {"on_crash", Restart::on_crash}});
         }},
        {"repeat_idempotent",
         [](Options& o, const Given& g) { o.repeat_idempotent = g.boolean(); }},
        {"restart_limit", [](Options& o, const Given& g) { o.restart_limit = limit(g); }},
        {"restart_delay", [](Options& o, const Given& g) { o.restart_delay = g.time(); }},
        {"start_host", [](Options& o, const Given& g) { o.start_host = g.boolean(); }},
        {"host_idle_timeout",
         [](Options& o, const Given& g) { o.host_idle_timeout = g.optional_time(); }},
        {"wait",
         [](Options& o, const Given& g) {
             o.wait = g.one_of<Wait>(
                 {{"adaptive", Wait::adaptive}, {"spin", Wait::spin}, {"block", Wait::block}});
         }},
        {"ring_bytes",
         [](Options& o, const Given& g) { o.ring_bytes = g.natural("a number of bytes"); }},
        {"mode",
         [](Options& o, const Given& g) {
             o.mode =
                 g.one_of<Mode>({{"process", Mode::process}, {"in_process", Mode::in_process}});
         }},
        {"dispatch",
         [](Options& o, const Given& g) {
             o.dispatch =
                 g.one_of<Dispatch>({{"thread", Dispatch::thread}, {"poll", Dispatch::poll}});
         }},
    };
    return all;
}

[[noreturn]] void unknown(const std::string& name) {
    std::vector<std::string> names;
    for (const auto& setter : setters())
        names.push_back(setter.first);
    const auto near = detail::nearest(name, names);
    throw InvalidArgument("unknown option `" + name + "`. " +
                          (near.empty() ? "The options are " + detail::quoted_list(names, "and")
                                        : detail::did_you_mean(near)));
}

}  // namespace

ClientOptions read_options(const char* json) {
    ClientOptions options;
    if (json == nullptr) return options;
    Json given;
    try {
        given = decode<Json>(json, {});
    } catch (const CodecError& e) {
        throw InvalidArgument(std::string("the options are not JSON: ") + e.what());
    }
    if (!given.is_object()) throw InvalidArgument("the options must be a JSON object");
    for (const auto& [name, value] : given.items()) {
        const auto setter = setters().find(name);
        if (setter == setters().end()) unknown(name);
        setter->second(options, {name, value});
    }
    return options;
}

}  // namespace bridge32::c_interface
