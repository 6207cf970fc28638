// The options of a client.
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

/// What the next call does after the host has died.
enum class Restart {
    never,     ///< throw ConnectionClosed
    on_crash,  ///< start a new host, or reconnect, with the same options; failed calls are not
               ///< repeated, but see `repeat_idempotent`
};

/// How both sides wait for each other.
enum class Wait {
    adaptive,  ///< spin briefly, then sleep: fast in a loop, no cost when idle
    spin,      ///< never sleep: fastest, but occupies one processor for the client during calls
               ///< and one for the host permanently
    block,     ///< sleep at once: least processor time, a hundred times slower
};

/// Where callbacks and events run that arrive while no call is waiting.
enum class Dispatch {
    thread,  ///< on a thread of the client, started on demand
    poll,    ///< in Client::poll, for example from the program's own event loop
};

/// Where the plugin runs.
enum class Mode {
    process,     ///< in a host, 32-bit unless `host_executable` says otherwise
    in_process,  ///< in this process, from a 64-bit build of the plugin
};

/// A stream of the host.
enum class Stream { out, err };

/// What a host printed, as raw bytes. Of each stream the first and the last 512 KiB are kept, with
/// a line between them that says how many bytes are missing; `on_output` receives everything.
struct Streams {
    std::string out;  ///< to stdout
    std::string err;  ///< to stderr
};

/// A list of folders, made from one or several paths, or from a string with the separator of PATH
/// (':' on Linux, ';' on Windows).
class PathList {
public:
    PathList() = default;
    /// @{
    /// Strings are UTF-8 and may contain separators; paths are taken as they are.
    PathList(const char* text) : PathList(std::string_view(text)) {}
    PathList(const std::string& text) : PathList(std::string_view(text)) {}
    BRIDGE32_CLIENT_API PathList(std::string_view text);
    PathList(const std::filesystem::path& path) : paths_{path} {}
    PathList(std::initializer_list<std::filesystem::path> paths) : paths_(paths) {}
    PathList(std::vector<std::filesystem::path> paths) : paths_(std::move(paths)) {}
    /// @}

    /// The folders in order.
    const std::vector<std::filesystem::path>& paths() const noexcept { return paths_; }

private:
    std::vector<std::filesystem::path> paths_;
};

/// All options have working defaults: `Client("my_lib", {.kwargs = {{"gain", 2.5}}})`.
struct ClientOptions {
    /// Named arguments of the plugin's constructor, a JSON object.
    Json kwargs = Json::object();
    /// Folders searched for plugins, before BRIDGE32_PLUGIN_PATH and `plugins/` beside the host.
    PathList plugin_path = {};
    /// Loads a plugin, and starts a host, even if other users can write to the file or to a folder
    /// on its path, and could thus run code as this user. By default these are refused.
    bool allow_unsafe_plugins = false;
    /// Folders searched for libraries, before the system's.
    PathList library_path = {};
    /// Environment variables for the host, in addition to this process's.
    std::map<std::string, std::string> environment = {};
    /// The host's working directory; this process's by default.
    std::filesystem::path working_directory = {};
    /// The host executable; by default BRIDGE32_HOST, then the one beside the client library.
    std::filesystem::path host_executable = {};
    /// Limit for starting the host and constructing the plugin.
    std::chrono::milliseconds startup_timeout = std::chrono::seconds(10);
    /// Limit for each call. Empty means no limit.
    std::optional<std::chrono::milliseconds> call_timeout = {};
    /// Limit for the plugin's shutdown; then the host is killed.
    std::chrono::milliseconds shutdown_timeout = std::chrono::seconds(10);
    /// What the next call does after the host has died.
    Restart restart = Restart::never;
    /// With `restart = on_crash`: repeats a call once in the new host if it failed because the host
    /// died, the plugin registered the method as idempotent, and no argument is a function. A batch
    /// is repeated if all its methods are idempotent; a `notify` is never repeated.
    bool repeat_idempotent = false;
    /// With `restart = on_crash`: how many times in a row a host may fail to start or crash in the
    /// plugin's constructor. After that, calls throw StartupError until `Client::restart`.
    int restart_limit = 5;
    /// How long a call waits before it retries after such a failure. Doubles with each failure.
    std::chrono::milliseconds restart_delay = std::chrono::milliseconds(50);
    /// With `Client::connect`: starts the shared host, with the options for starting a host, if
    /// none of that name is running. It outlives this client, and its output is discarded. If
    /// several clients start it at the same time, only one host runs.
    bool start_host = false;
    /// With `start_host`: the host exits after this long without clients. Empty means never.
    std::optional<std::chrono::milliseconds> host_idle_timeout = {};
    /// How both sides wait for each other.
    Wait wait = Wait::adaptive;
    /// Capacity of each of the channel's two rings, a power of two from 4096 to 2^30. Larger
    /// messages use additional shared memory; a larger ring allows more calls at once.
    std::uint64_t ring_bytes = 256 * 1024;
    /// Where the plugin runs.
    Mode mode = Mode::process;
    /// Where callbacks and events run that arrive while no call is waiting.
    Dispatch dispatch = Dispatch::thread;
    /// Receives the host's output as it arrives, on a thread of the client. Must not use the client
    /// and must not throw.
    std::function<void(Stream, std::string_view)> on_output = {};
};

/// The host that serves a client.
struct HostInfo {
    std::string version;  ///< for people: "host32 0.1.0"
    /// Its process; this one with `mode = in_process`, 0 of a shared host in a PID namespace that
    /// this process does not see.
    std::uint32_t pid = 0;
    int bits = 0;             ///< 32 or 64
    std::string plugin;       ///< the plugin's name
    std::string plugin_path;  ///< the plugin's file
};

}  // namespace bridge32
