// What is loaded and started, and as whom: another user, root's plugin folders, and setuid
// programs.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "integration/run_program.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace linux_loading_test {

namespace fs = std::filesystem;
using bridge32::Client;
using bridge32::ClientOptions;

namespace {

constexpr uid_t kNobody = 65534;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool only_root_can(const char* what) {
    if (::geteuid() == 0) return true;
    MESSAGE("[skipped] only root can " << what);
    return false;
}

void set(const fs::path& path, mode_t mode) { REQUIRE(::chmod(path.c_str(), mode) == 0); }
void give_away(const fs::path& path) { REQUIRE(::lchown(path.c_str(), kNobody, kNobody) == 0); }

/// Open to all for reading, with a plugin `mine` for both bitnesses.
class Folder : public test::TemporaryFolder {
public:
    Folder() {
        set(path(), 0755);
        for (const char* const suffix : {".b32.so", ".b64.so"}) {
            const auto file = path() / (std::string("mine") + suffix);
            fs::copy_file(test::kPlugins / (std::string("echo") + suffix), file);
            set(file, 0644);
        }
    }
    fs::path plugin() const { return path() / "mine.b32.so"; }
};

ClientOptions searching(const fs::path& folder) {
    ClientOptions options;
    options.plugin_path = folder;
    return options;
}

/// What a PluginError or StartupError of opening says; empty if it went well.
std::string refusal(const ClientOptions& options, const std::string& plugin = "mine") {
    try {
        const Client c(plugin, options);
        CHECK(c.call<int>("add", 1, 2) == 3);
    } catch (const bridge32::PluginError& e) {
        return e.what();
    } catch (const bridge32::StartupError& e) {
        return e.what();
    }
    return {};
}

std::string refusal_in_process(ClientOptions options) {
    options.mode = bridge32::Mode::in_process;
    return refusal(options);
}

/// A process of another user that swaps what `name` leads to.
class Swapping {
public:
    Swapping(const fs::path& name, const fs::path& one, const fs::path& other)
        : process_(start(name, one, other)) {
        char letter = 0;
        REQUIRE(bridge32::test::read_pipe(process_.out(), &letter, 1) == 1);
    }

private:
    static bridge32::os::ChildProcess start(const fs::path& name, const fs::path& one,
                                            const fs::path& other) {
        bridge32::os::ProcessOptions options;
        options.executable = fs::path(BRIDGE32_TEST_PROGRAMS) / "other_user_linux";
        options.arguments = {"swap", name.string(), one.string(), other.string()};
        return bridge32::os::ChildProcess::start(options);
    }
    bridge32::os::ChildProcess process_;
};

}  // namespace

TEST_CASE("loading: what another user can replace on the way to a plugin is refused") {
    if (!only_root_can("give files away")) return;
    const Folder real;
    const Folder between;
    const auto link = between.path() / "link";
    fs::create_directory_symlink(real.path(), link);
    auto options = searching(link);
    REQUIRE(refusal(options).empty());
    fs::path to_blame;
    SUBCASE("the folder above a link in the plugin path") { give_away(to_blame = between.path()); }
    SUBCASE("the link itself") { give_away(to_blame = link); }
    SUBCASE("the folder that it leads to") { give_away(to_blame = real.path()); }
    SUBCASE("the file") {
        to_blame = real.path() / "mine";  // of both bitnesses
        give_away(real.plugin());
        give_away(real.path() / "mine.b64.so");
    }

    for (const auto& text : {refusal(options), refusal_in_process(options)}) {
        CAPTURE(text);
        CHECK(contains(text, "because other users could replace it: " + to_blame.string()));
        CHECK(contains(text, "it belongs to another user (uid 65534)"));
    }
    options.allow_unsafe_plugins = true;
    CHECK(refusal(options).empty());
}

TEST_CASE("loading: an interface file that others could change is refused") {
    const Folder ours;
    const auto file = ours.path() / "declared.b32i";
    std::ofstream(file) << "interface 1;\nlibrary \""
                        << (test::kLibraries / "32" / "libplain.so").string()
                        << "\" { }\nint add(int a, int b);\n";
    set(file, 0644);
    REQUIRE(refusal(searching(ours.path()), "declared").empty());

    set(file, 0666);

    const auto text = refusal(searching(ours.path()), "declared");
    CAPTURE(text);
    CHECK(contains(text, "other users could replace it: " + file.string()));
}

TEST_CASE(
    "loading: a library that others could change is refused to the interface file naming it") {
    const Folder ours;
    const auto library = ours.path() / "libnamed.so";
    fs::copy_file(test::kLibraries / "32" / "libplain.so", library);
    std::ofstream(ours.path() / "declared.b32i")
        << "interface 1;\nlibrary \"named\" { }\nint add(int a, int b);\n";
    set(ours.path() / "declared.b32i", 0644);
    set(library, 0755);
    REQUIRE(refusal(searching(ours.path()), "declared").empty());

    set(library, 0777);

    const auto text = refusal(searching(ours.path()), "declared");
    CAPTURE(text);
    CHECK(contains(text, "the library " + library.string()));
    CHECK(contains(text, "other users could replace it: " + library.string()));
    auto options = searching(ours.path());
    options.allow_unsafe_plugins = true;
    CHECK(refusal(options, "declared").empty());
}

TEST_CASE("loading: what cannot be looked at is refused, and not tried") {
    const Folder real;
    const test::TemporaryFolder links;
    fs::path link = real.plugin();
    for (int i = 0; i < 41; ++i) {
        const auto next = links.path() / (std::to_string(i) + ".b32.so");
        fs::create_symlink(link, next);
        link = next;
    }
    // One more than is followed: not found, or not to be looked at.
    CHECK_FALSE(refusal(ClientOptions{}, link.string()).empty());
}

TEST_CASE("loading: while another user swaps links, that user's library is never loaded") {
    if (!only_root_can("become another user")) return;
    const Folder ours;
    const test::TemporaryFolder theirs;
    set(theirs.path(), 0755);
    const auto evil = theirs.path() / "evil.b32.so";
    fs::copy_file(test::kLibraries / "32" / "libcrashes_when_loaded.so", evil);
    fs::create_directory(theirs.path() / "bad");
    fs::copy_file(evil, theirs.path() / "bad" / "mine.b32.so");
    for (const auto& entry : fs::recursive_directory_iterator(theirs.path()))
        give_away(entry.path());
    give_away(theirs.path());
    const auto swapped = theirs.path() / "mine.b32.so";
    const auto swapped_folder = theirs.path() / "folder";
    fs::create_symlink(swapped, ours.path() / "link.b32.so");
    fs::create_directory_symlink(swapped_folder, ours.path() / "plugins");
    const test::Server server(test::name("swapped"), ours.path());
    const Swapping files(swapped, ours.plugin(), evil);
    const Swapping folders(swapped_folder, ours.path(), theirs.path() / "bad");

    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1000);
    int refused = 0;
    while (std::chrono::steady_clock::now() < end) {
        for (const auto& path :
             {swapped, ours.path() / "link.b32.so", ours.path() / "plugins" / "mine.b32.so"}) {
            // Loaded, it would end the host: a HostCrashed leaves this function.
            try {
                server.connect(path.string());
                FAIL("a path that another user can change was loaded");
            } catch (const bridge32::PluginError&) {
                ++refused;
            }
        }
    }

    CHECK(refused > 0);
    CHECK(server.connect("mine").call<int>("add", 1, 2) == 3);
}

TEST_CASE("loading: a pipe or a folder that is named like a plugin is refused at once") {
    const test::TemporaryFolder folder;
    auto options = searching(folder.path());
    const char* kind = "a named pipe";
    SUBCASE("a pipe") {
        REQUIRE(::mkfifo((folder.path() / "mine.b32.so").c_str(), 0600) == 0);
        REQUIRE(::mkfifo((folder.path() / "mine.b64.so").c_str(), 0600) == 0);
    }
    SUBCASE("a pipe, and all is allowed") {
        REQUIRE(::mkfifo((folder.path() / "mine.b32.so").c_str(), 0600) == 0);
        REQUIRE(::mkfifo((folder.path() / "mine.b64.so").c_str(), 0600) == 0);
        options.allow_unsafe_plugins = true;
    }
    SUBCASE("a folder") {
        fs::create_directory(folder.path() / "mine.b32.so");
        fs::create_directory(folder.path() / "mine.b64.so");
        kind = "a folder";
    }

    for (const auto& text : {refusal(options), refusal_in_process(options)}) {
        CAPTURE(text);
        CHECK(contains(text, std::string("it is ") + kind + ", not a regular file"));
    }
}

TEST_CASE("loading: a library beside a plugin must be as safe as the plugin") {
    const test::TemporaryFolder folder;
    set(folder.path(), 0755);
    const auto library = folder.path() / "libplain.so";
    fs::copy_file(test::kPlugins / "linked_linux.b32.so", folder.path() / "linked_linux.b32.so");
    fs::copy_file(test::kLibraries / "32" / "libplain.so", library);
    set(folder.path() / "linked_linux.b32.so", 0644);
    set(library, 0644);
    const auto options = searching(folder.path());
    REQUIRE(refusal(options, "linked_linux").empty());

    set(library, 0666);

    CHECK(contains(refusal(options, "linked_linux"), library.string() + ": every user can write"));
}

TEST_CASE("loading: a host that other users could replace is not started") {
    const test::TemporaryFolder folder;
    set(folder.path(), 0755);
    const auto host = folder.path() / "host32";
    fs::copy_file(test::kHost, host);
    auto options = test::options();
    options.host_executable = host;
    REQUIRE(refusal(options, "echo").empty());
    fs::path open;
    SUBCASE("the file") { set(open = host, 0757); }
    SUBCASE("its folder") { set(open = folder.path(), 0777); }

    const auto text = refusal(options, "echo");

    CAPTURE(text);
    CHECK(contains(text, "cannot start the host " + host.string() +
                             ": other users could replace it: " + open.string() +
                             ": every user can write to it. Either chmod o-w"));
    options.allow_unsafe_plugins = true;
    CHECK(refusal(options, "echo").empty());
}

TEST_CASE("loading: a setuid program takes nothing from the environment of its user") {
    if (!only_root_can("own a setuid program that others start")) return;
#if defined(__SANITIZE_ADDRESS__)
    MESSAGE("[skipped] ASan ends setuid programs that it has options for");
#else
    const Folder plugins;
    const Folder elsewhere;
    fs::rename(elsewhere.plugin(), elsewhere.path() / "theirs.b32.so");
    const auto program = plugins.path() / "program";
    fs::copy_file(fs::path(BRIDGE32_TEST_PROGRAMS) / "setuid_linux", program);
    set(program, 04755);
    struct statvfs system {};
    REQUIRE(::statvfs(program.c_str(), &system) == 0);
    if ((system.f_flag & ST_NOSUID) != 0) {
        MESSAGE("[skipped] " << plugins.path() << " is mounted with nosuid");
        return;
    }
    const test::TemporaryFolder theirs;
    give_away(theirs.path());
    const auto host = theirs.path() / "host32";
    std::ofstream(host) << "#!/bin/sh\ntouch " << (theirs.path() / "started").string() << "\n";
    set(host, 0755);
    give_away(host);
    bridge32::os::ProcessOptions options;
    options.environment = {{"BRIDGE32_HOST", host.string()},
                           {"BRIDGE32_PLUGIN_PATH", elsewhere.path().string()},
                           {"BRIDGE32_TRACE", (theirs.path() / "trace").string()},
                           {"BRIDGE32_LOG", "debug"},
                           {"BRIDGE32_WAIT_FOR_DEBUGGER", "1"},
                           {"XDG_RUNTIME_DIR", theirs.path().string()}};
    std::vector<std::string> more;
    SUBCASE("with both users") {}
    SUBCASE("wholly its owner") { more = {"wholly"}; }
    const auto run = [&](const char* plugin) {
        options.arguments = {"run", program.string(), plugins.path().string(), plugin};
        options.arguments.insert(options.arguments.end(), more.begin(), more.end());
        return test::run_program("other_user_linux", options);
    };

    const auto opened = run("mine");
    const auto not_found = run("theirs");

    if (!contains(opened.out, "secure=1")) {
        MESSAGE("[skipped] this system does not let a program be setuid: " << opened.out);
        return;
    }
    CHECK(opened.out == "secure=1\n3=3\nBRIDGE32_TRACE=\nBRIDGE32_PLUGIN_PATH=\nBRIDGE32_LOG=\n");
    CHECK(opened.err == "");
    CHECK(contains(not_found.out, "the plugin \"theirs\" was not found"));
    CHECK_FALSE(fs::exists(theirs.path() / "started"));
    CHECK_FALSE(fs::exists(theirs.path() / "trace"));
    CHECK_FALSE(fs::exists(theirs.path() / "bridge32"));
#endif
}

TEST_CASE("loading: what ps shows of a host names nothing that could be taken") {
    const Client c = test::client("echo");
    std::ifstream file("/proc/" + std::to_string(c.host_info().pid) + "/cmdline", std::ios::binary);
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');)
        words.push_back(word);

    REQUIRE(words.size() >= 3);
    CHECK(words[1] == "--attach");
    CHECK(words[2].find_first_not_of("0123456789") == std::string::npos);  // a descriptor
}

}  // namespace linux_loading_test
