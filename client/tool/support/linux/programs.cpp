#include "tool/support/programs.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "bridge32/error.hpp"

namespace bridge32::tool {

int run_instead(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
    std::vector<std::string> all{program.string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& argument : all)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execv(program.c_str(), pointers.data());
    throw Error("cannot start " + program.string() + ": " + std::generic_category().message(errno));
}

}  // namespace bridge32::tool
