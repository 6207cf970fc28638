#include "os/windows/command_line.hpp"

#include <windows.h>

#include <memory>

#include "os/windows/api.hpp"

namespace bridge32::os {

namespace {

/// The rules are CommandLineToArgvW's: backslashes stand for themselves, except before a quote,
/// where each takes two, and the quote one more.
void append_quoted(std::wstring& line, const std::wstring& argument) {
    if (!line.empty()) line += L' ';
    if (!argument.empty() && argument.find_first_of(L" \t\n\v\"") == std::wstring::npos) {
        line += argument;
        return;
    }
    line += L'"';
    std::size_t backslashes = 0;
    for (const wchar_t letter : argument) {
        if (letter == L'\\') {
            ++backslashes;
            continue;
        }
        line.append(letter == L'"' ? 2 * backslashes + 1 : backslashes, L'\\');
        backslashes = 0;
        line += letter;
    }
    line.append(2 * backslashes, L'\\');
    line += L'"';
}

/// Windows compares names of variables without regard to case, and wants them sorted so.
struct WithoutCase {
    bool operator()(const std::wstring& a, const std::wstring& b) const {
        return ::CompareStringOrdinal(a.c_str(), static_cast<int>(a.size()), b.c_str(),
                                      static_cast<int>(b.size()), TRUE) == CSTR_LESS_THAN;
    }
};

}  // namespace

std::wstring command_line(const std::wstring& executable,
                          const std::vector<std::string>& arguments) {
    std::wstring line;
    append_quoted(line, executable);
    for (const auto& argument : arguments)
        append_quoted(line, wide(argument));
    return line;
}

std::wstring environment_block(const std::map<std::string, std::string>& added) {
    std::map<std::wstring, std::wstring, WithoutCase> variables;
    const std::unique_ptr<wchar_t, decltype(&::FreeEnvironmentStringsW)> ours(
        ::GetEnvironmentStringsW(), &::FreeEnvironmentStringsW);
    for (const wchar_t* entry = ours.get(); entry != nullptr && *entry != L'\0';) {
        const std::wstring text = entry;
        entry += text.size() + 1;
        // From the second letter: names like "=C:" hold the current folder of a drive.
        const auto equals = text.find(L'=', 1);
        if (equals != std::wstring::npos) {
            variables[text.substr(0, equals)] = text.substr(equals + 1);
        }
    }
    for (const auto& [name, value] : added)
        variables[wide(name)] = wide(value);
    std::wstring block;
    for (const auto& [name, value] : variables)
        block += name + L'=' + value + L'\0';
    return block + L'\0';
}

}  // namespace bridge32::os
