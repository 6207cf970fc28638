// How a client starts its host and calls it.
#pragma once

#include <bridge32/internal/client/export.hpp>
#include <bridge32/values.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32 {

/// What to do at the next call after the host has died.
enum class Restart {
    never,     ///< every further call throws ConnectionClosed
    on_crash,  ///< start a new host, or connect again, with the same options; the calls that
               ///< failed are not repeated, see `repeat_idempotent`
};

/// How both sides wait for each other.
enum class Wait {
    adaptive,  ///< spin for a short time, then sleep: fast in a loop, no cost when idle
    spin,      ///< never sleep: fastest, and a processor each for the client (during a call) and
               ///< the host (always)
    block,     ///< sleep at once: least processor time, slower by a factor of a hundred
};

/// Who runs callbacks and events that come while no call waits.
enum class Dispatch {
    thread,  ///< a thread of the client's, started when it is needed
    poll,    ///< whoever calls Client::poll, such as a program's own event loop
};

/// Where the plugin runs.
enum class Mode {
    process,     ///< in a host, 32-bit unless `host_executable` says otherwise
    in_process,  ///< in this process, through a 64-bit build of the plugin
};

/// Which of the host's streams.
enum class Stream { out, err };

/// What a host printed, as bytes.
struct Streams {
    std::string out;  ///< to stdout
    std::string err;  ///< to stderr
};

/// A list of folders. Made from one path, several, or a text with the separator of the PATH
/// variable (Linux ':', Windows ';') in it.
class PathList {
public:
    PathList() = default;
    /// @{
    /// From a text with separators, UTF-8, or from paths as they are.
    PathList(const char* text) : PathList(std::string_view(text)) {}
    PathList(const std::string& text) : PathList(std::string_view(text)) {}
    BRIDGE32_CLIENT_API PathList(std::string_view text);
    PathList(const std::filesystem::path& path) : paths_{path} {}
    PathList(std::initializer_list<std::filesystem::path> paths) : paths_(paths) {}
    PathList(std::vector<std::filesystem::path> paths) : paths_(std::move(paths)) {}
    /// @}

    /// In order.
    const std::vector<std::filesystem::path>& paths() const noexcept { return paths_; }

private:
    std::vector<std::filesystem::path> paths_;
};

/// All have working defaults. `Client("my_lib", {.kwargs = {{"gain", 2.5}}})`.
struct ClientOptions {
    /// The named arguments of the plugin's constructor: an object.
    Json kwargs = Json::object();
    /// Folders to look for plugins in, before BRIDGE32_PLUGIN_PATH and `plugins/` beside the host.
    PathList plugin_path = {};
    /// Loads a plugin also when other users can write to its file or its folder, and so could
    /// have any code run as this user. Such plugins are refused otherwise.
    bool allow_unsafe_plugins = false;
    /// Folders to look for libraries in, before the system's.
    PathList library_path = {};
    /// Environment variables of the host, added to this process's.
    std::map<std::string, std::string> environment = {};
    /// The host's working directory; empty: this process's.
    std::filesystem::path working_directory = {};
    /// The host; empty: BRIDGE32_HOST, then beside the client library.
    std::filesystem::path host_executable = {};
    /// How long the host may take to start and to construct the plugin.
    std::chrono::milliseconds startup_timeout = std::chrono::seconds(10);
    /// How long a call may take; empty: as long as it likes.
    std::optional<std::chrono::milliseconds> call_timeout = {};
    /// How long the plugin may take to shut down before the host is killed.
    std::chrono::milliseconds shutdown_timeout = std::chrono::seconds(10);
    /// What the next call does after the host has died.
    Restart restart = Restart::never;
    /// With `restart = on_crash`: repeats a call that died with its host, once, in the new one, if
    /// the plugin registered the method as idempotent and no function is among its arguments. A
    /// batch is repeated when all that it calls is idempotent; what `notify` sent is not.
    bool repeat_idempotent = false;
    /// With `restart = on_crash`: how often in a row a host may fail to start, or crash in the
    /// plugin's constructor. Then calls throw StartupError until `Client::restart`.
    int restart_limit = 5;
    /// How long the next call after such a failure waits before it tries again. Doubles with each
    /// further failure.
    std::chrono::milliseconds restart_delay = std::chrono::milliseconds(50);
    /// With `Client::connect`: starts the shared host when none of that name runs, with the
    /// options that say how to start one. It outlives this client, belongs to nobody, and what
    /// it prints goes nowhere. When several clients start it at once, there still is one.
    bool start_host = false;
    /// With `start_host`: a host that was started so ends when it had no client for so long;
    /// empty: not before it is told to.
    std::optional<std::chrono::milliseconds> host_idle_timeout = {};
    /// How both sides wait for each other.
    Wait wait = Wait::adaptive;
    /// Capacity of each of the channel's two rings: a power of two from 4096 to 2^30. Messages
    /// larger than that go another way; a larger ring lets more calls be under way at once.
    std::uint64_t ring_bytes = 256 * 1024;
    /// Where the plugin runs.
    Mode mode = Mode::process;
    /// Who runs callbacks and events that come while no call waits.
    Dispatch dispatch = Dispatch::thread;
    /// Gets what the host prints, as it comes, on a thread of the client's. Must not use the
    /// client and must not throw.
    std::function<void(Stream, std::string_view)> on_output = {};
};

/// About the host that serves a client.
struct HostInfo {
    std::string version;      ///< for people: "host32 0.1.0"
    std::uint32_t pid = 0;    ///< this process's own with `mode = in_process`
    int bits = 0;             ///< 32 or 64
    std::string plugin;       ///< the plugin's name
    std::string plugin_path;  ///< the plugin's file
};

}  // namespace bridge32
