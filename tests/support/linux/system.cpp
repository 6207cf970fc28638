#include "support/system.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace bridge32::test {

std::string library_file(const std::string& name) { return "lib" + name + ".so"; }

std::string plugin_file(const std::string& name, int bits) {
    return name + ".b" + std::to_string(bits) + ".so";
}

std::vector<std::string> segments_named(const std::string& prefix) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
}

std::size_t named_segments(std::size_t /*mapped*/) { return 0; }

std::filesystem::path make_temporary_folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "bridge32-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    return pattern;
}

void set_environment(const std::string& name, const std::optional<std::string>& value) {
    if (value) {
        ::setenv(name.c_str(), value->c_str(), 1);
    } else {
        ::unsetenv(name.c_str());
    }
}

void ask_to_end(std::uint32_t pid, const std::string& /*name*/) {
    ::kill(static_cast<pid_t>(pid), SIGTERM);
}

bool is_running(std::uint32_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string stat{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && stat.compare(name_end, 3, ") Z") != 0;
}

std::size_t read_pipe(std::intptr_t pipe, char* to, std::size_t size) {
    const ssize_t read = ::read(static_cast<int>(pipe), to, size);
    return read > 0 ? static_cast<std::size_t>(read) : 0;
}

}  // namespace bridge32::test
