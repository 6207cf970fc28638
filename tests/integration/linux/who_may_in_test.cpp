// Which plugins a host loads, and what of the client it inherits.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"

namespace linux_who_may_in_test {

namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A folder with a copy of the plugin echo, called mine.
class PluginFolder : public test::TemporaryFolder {
public:
    explicit PluginFolder(const char* suffix = ".b32.so")
        : file(path() / ("mine" + std::string(suffix))) {
        fs::copy_file(test::kPlugins / ("echo" + std::string(suffix)), file);
        set(path(), 0755);
        set(file, 0644);
    }
    static void set(const fs::path& path, mode_t mode) {
        REQUIRE(::chmod(path.c_str(), mode) == 0);
    }
    bridge32::ClientOptions options() const {
        bridge32::ClientOptions result;
        result.plugin_path = path();
        return result;
    }

    fs::path file;
};

template <class Open>
std::string refusal(const Open& open) {
    try {
        open();
    } catch (const bridge32::PluginError& e) {
        return e.what();
    }
    return {};
}

/// The environment that a process started with.
std::multiset<std::string> environment_of(std::uint32_t pid) {
    std::ifstream file(test::proc(pid) / "environ", std::ios::binary);
    std::multiset<std::string> entries;
    for (std::string entry; std::getline(file, entry, '\0');)
        entries.insert(entry);
    return entries;
}

}  // namespace

TEST_CASE("who may in: a plugin that every user can write to is refused, unless it is allowed") {
    const PluginFolder folder;
    fs::path open = folder.file;
    SUBCASE("the file") { folder.set(open, 0666); }
    SUBCASE("its folder") { folder.set(open = folder.path(), 0777); }
    auto options = folder.options();

    const auto text = refusal([&] { bridge32::Client("mine", options); });

    CAPTURE(text);
    CHECK(contains(text, folder.file.string()));
    CHECK(contains(text, "every user can write to it"));
    CHECK(contains(text, "chmod o-w " + open.string()));
    CHECK(contains(text, "allow_unsafe_plugins"));
    options.allow_unsafe_plugins = true;
    CHECK(bridge32::Client("mine", options).call<int>("add", 1, 2) == 3);
}

TEST_CASE("who may in: the same in process") {
    const PluginFolder folder(".b64.so");
    folder.set(folder.file, 0666);
    auto options = folder.options();
    options.mode = bridge32::Mode::in_process;

    CHECK(contains(refusal([&] { bridge32::Client("mine", options); }), "chmod o-w"));

    options.allow_unsafe_plugins = true;
    CHECK(bridge32::Client("mine", options).call<int>("add", 1, 2) == 3);
}

TEST_CASE("who may in: a shared host refuses a plugin that was opened up while it ran") {
    const PluginFolder folder;
    const test::Server server(test::name("unsafe"), folder.path());
    CHECK(server.connect("mine").call<int>("add", 1, 2) == 3);

    folder.set(folder.path(), 0777);

    CHECK(contains(refusal([&] { server.connect("mine"); }), "chmod o-w"));
}

TEST_CASE("who may in: with --allow a host loads what is named and nothing else") {
    const PluginFolder folder;
    const test::Server server(
        test::name("allow"), test::kPlugins,
        {"--allow", "echo", "--allow", "concurrent", "--plugin-path", folder.path().string()});

    CHECK(server.connect("echo").call<int>("add", 1, 2) == 3);
    const auto text = refusal([&] { server.connect("mine"); });
    CHECK(contains(text, "\"mine\" is not allowed"));
    CHECK(contains(text, "--allow for echo, concurrent only"));
    // Not under an allowed name in another folder either.
    const auto elsewhere = folder.path() / "echo.b32.so";
    fs::copy_file(folder.file, elsewhere);
    CHECK(contains(refusal([&] { server.connect(elsewhere.string()); }), "is not allowed"));
}

TEST_CASE("who may in: a plugin in the working directory is not found") {
    const PluginFolder folder;
    bridge32::ClientOptions options;
    options.working_directory = folder.path();
    options.environment = {{"BRIDGE32_PLUGIN_PATH", ".::plugins"}};

    CHECK(contains(refusal([&] { bridge32::Client("mine", options); }),
                   "the plugin \"mine\" was not found"));
}

TEST_CASE("who may in: a host has the client's environment, what the options add, and no more") {
    auto options = test::options();
    options.environment = {{"BRIDGE32_TEST_ADDED", "added"}};
    auto expected = environment_of(static_cast<std::uint32_t>(::getpid()));
    expected.insert("BRIDGE32_TEST_ADDED=added");

    const bridge32::Client c("echo", options);

    CHECK(environment_of(c.host_info().pid) == expected);
}

TEST_CASE("who may in: a host has none of the client's descriptors") {
    const test::TemporaryFolder folder;
    const auto secret = folder.path() / "secret";
    const int fd = ::open(secret.c_str(), O_RDWR | O_CREAT, 0600);  // without O_CLOEXEC
    REQUIRE(fd >= 0);

    const auto c = test::client("echo");

    std::set<std::string> sockets;
    for (const auto& entry : fs::directory_iterator(test::proc(c.host_info().pid) / "fd")) {
        const std::string target = fs::read_symlink(entry.path()).string();
        CAPTURE(target);
        if (target.starts_with("socket:")) {
            sockets.insert(target);
            continue;
        }
        const bool meant = target == "/dev/null" || target.starts_with("pipe:") ||
                           target.starts_with("anon_inode:[pidfd]") || target.starts_with("pidfd:");
        CHECK(meant);
    }
    CHECK(sockets.size() == 1);  // its end of the link
    ::close(fd);
}

}  // namespace linux_who_may_in_test
