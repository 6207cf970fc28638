#include "os/file_access.hpp"

#include <windows.h>

#include <sddl.h>
#include <winioctl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <iterator>
#include <optional>
#include <utility>

#include "os/path.hpp"
#include "os/windows/api.hpp"

namespace bridge32::os {

namespace fs = std::filesystem;

namespace {

using Refusal = ClosedPath::Refusal;

constexpr int kMostReparsePoints = 40;

/// What a step on the way is: the rights that matter differ.
enum class Step { kFolderAbove, kItsFolder, kFile };

// https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers
constexpr std::wstring_view kTrusted[] = {
    L"S-1-5-18",                                                        // the system
    L"S-1-5-32-544",                                                    // administrators
    L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  // TrustedInstaller
    L"S-1-3-4",  // whoever owns it, which is looked at as such
};

ClosedPath refused_path(Refusal why, const fs::path& at, std::string found, std::string remedy) {
    return {{}, why, at, std::move(found), std::move(remedy), {}};
}

ClosedPath unknown_path(const fs::path& at, DWORD error) {
    return refused_path(Refusal::kUnknown, at, windows_message(error),
                        "correct the path, or let this user read it");
}

bool is_wine() {
    static const bool wine = [] {
        const HMODULE system = ::GetModuleHandleW(L"ntdll.dll");
        return system != nullptr && ::GetProcAddress(system, "wine_get_version") != nullptr;
    }();
    return wine;
}

std::wstring text_of(PSID sid) {
    wchar_t* text = nullptr;
    if (::ConvertSidToStringSidW(sid, &text) == 0) return {};
    std::wstring result = text;
    ::LocalFree(text);
    return result;
}

bool is_trusted(PSID sid) {
    const std::wstring text = text_of(sid);
    if (is_wine()) return text != L"S-1-1-0";  // everybody
    return text == own_sid() ||
           std::find(std::begin(kTrusted), std::end(kTrusted), text) != std::end(kTrusted);
}

/// "BUILTIN\Users", or the identifier.
std::string name_of(PSID sid) {
    std::array<wchar_t, 256> name{};
    std::array<wchar_t, 256> domain{};
    DWORD name_size = name.size();
    DWORD domain_size = domain.size();
    SID_NAME_USE use{};
    if (::LookupAccountSidW(nullptr, sid, name.data(), &name_size, domain.data(), &domain_size,
                            &use) == 0) {
        return utf8(text_of(sid));
    }
    return (domain_size == 0 ? "" : utf8(domain.data()) + "\\") + utf8(name.data());
}

DWORD dangerous_rights(Step step) {
    constexpr DWORD kAnywhere = DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
    switch (step) {
        case Step::kFolderAbove:
            return kAnywhere | FILE_DELETE_CHILD;
        case Step::kItsFolder:
            return kAnywhere | FILE_DELETE_CHILD | FILE_ADD_FILE;
        case Step::kFile:
            break;
    }
    return kAnywhere | FILE_WRITE_DATA | FILE_APPEND_DATA;
}

ClosedPath look_at_list(const fs::path& path, ACL* list, Step step) {
    if (list == nullptr) {
        return refused_path(Refusal::kForeign, path, "it has no access control list",
                            "give it one (icacls \"" + utf8_of(path) + "\" /reset)");
    }
    for (DWORD i = 0; i < list->AceCount; ++i) {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == 0) return unknown_path(path, ::GetLastError());
        const auto& header = *static_cast<const ACE_HEADER*>(entry);
        if ((header.AceFlags & INHERIT_ONLY_ACE) != 0) continue;
        switch (header.AceType) {
            case ACCESS_DENIED_ACE_TYPE:
            case ACCESS_DENIED_OBJECT_ACE_TYPE:
            case ACCESS_DENIED_CALLBACK_ACE_TYPE:
            case ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE:
                continue;
            case ACCESS_ALLOWED_ACE_TYPE:
            case ACCESS_ALLOWED_CALLBACK_ACE_TYPE:
                break;
            default:
                return refused_path(Refusal::kUnknown, path,
                                    "its access control list has an entry of an unknown kind",
                                    "remove that entry");
        }
        auto& allowed = *static_cast<ACCESS_ALLOWED_ACE*>(entry);  // that of a callback begins so
        PSID const sid = &allowed.SidStart;
        if ((allowed.Mask & dangerous_rights(step)) == 0 || is_trusted(sid)) continue;
        return refused_path(Refusal::kForeign, path, name_of(sid) + " can write to it",
                            "take that right away (icacls \"" + utf8_of(path) +
                                "\" /inheritance:d /remove:g \"" + name_of(sid) + "\")");
    }
    return {};
}

ClosedPath look_at_security(const fs::path& path, HANDLE file, Step step) {
    constexpr SECURITY_INFORMATION kWanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    DWORD size = 0;
    ::GetKernelObjectSecurity(file, kWanted, nullptr, 0, &size);
    std::vector<std::uint64_t> memory(size / 8 + 1);  // aligned for what is in it
    if (::GetKernelObjectSecurity(file, kWanted, memory.data(), size, &size) == 0) {
        return unknown_path(path, ::GetLastError());
    }
    PSID owner = nullptr;
    ACL* list = nullptr;
    BOOL present = FALSE;
    BOOL ignored = FALSE;
    if (::GetSecurityDescriptorOwner(memory.data(), &owner, &ignored) == 0 ||
        ::GetSecurityDescriptorDacl(memory.data(), &present, &list, &ignored) == 0) {
        return unknown_path(path, ::GetLastError());
    }
    if (is_wine() && step == Step::kFolderAbove) return {};
    if (owner == nullptr || !is_trusted(owner)) {
        return refused_path(Refusal::kForeign, path,
                            "it belongs to another user (" +
                                (owner == nullptr ? std::string("nobody") : name_of(owner)) + ")",
                            "give it to this user or to administrators (icacls \"" + utf8_of(path) +
                                "\" /setowner)");
    }
    return look_at_list(path, present != 0 ? list : nullptr, step);
}

/// A handle that shares neither writing (a file's or its folder's) nor deletion. Without the right
/// to list a folder further up, it does not count as a sharer; its list is read all the same.
OwnHandle open_step(const fs::path& path, Step step) {
    const DWORD share = FILE_SHARE_READ | (step == Step::kFolderAbove ? FILE_SHARE_WRITE : 0);
    const auto open = [&](DWORD rights) {
        const HANDLE handle =
            ::CreateFileW(path.c_str(), rights, share, nullptr, OPEN_EXISTING,
                          FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
        return handle == INVALID_HANDLE_VALUE ? kNoHandle : as_native(handle);
    };
    constexpr DWORD kLook = READ_CONTROL | FILE_READ_ATTRIBUTES;
    NativeHandle handle = open(kLook | FILE_READ_DATA);
    if (handle == kNoHandle && step == Step::kFolderAbove &&
        ::GetLastError() == ERROR_ACCESS_DENIED) {
        handle = open(kLook);
    }
    return OwnHandle(handle);
}

struct ReparseTarget {
    bool absolute = true;
    std::wstring path;
};

/// Where a symbolic link or a junction leads; nothing if that is not known.
std::optional<ReparseTarget> target_of(HANDLE link) {
    // REPARSE_DATA_BUFFER, which only drivers' headers have.
    struct Head {
        ULONG tag;
        USHORT size;
        USHORT reserved;
        USHORT offset;
        USHORT length;
        USHORT print_offset;
        USHORT print_length;
    };
    alignas(Head) std::array<std::byte, MAXIMUM_REPARSE_DATA_BUFFER_SIZE> data{};
    DWORD size = 0;
    if (::DeviceIoControl(link, FSCTL_GET_REPARSE_POINT, nullptr, 0, data.data(), data.size(),
                          &size, nullptr) == 0 ||
        size < sizeof(Head)) {
        return std::nullopt;
    }
    Head head{};
    std::memcpy(&head, data.data(), sizeof head);
    const bool symbolic = head.tag == IO_REPARSE_TAG_SYMLINK;
    if (!symbolic && head.tag != IO_REPARSE_TAG_MOUNT_POINT) return std::nullopt;
    ULONG flags = 0;
    const std::size_t names = sizeof(Head) + (symbolic ? sizeof flags : 0);
    const std::size_t begin = names + head.offset;
    if (begin + head.length > size) return std::nullopt;
    if (symbolic) std::memcpy(&flags, data.data() + sizeof(Head), sizeof flags);
    constexpr ULONG kRelative = 1;  // SYMLINK_FLAG_RELATIVE
    ReparseTarget target{(flags & kRelative) == 0, std::wstring(head.length / 2, L'\0')};
    std::memcpy(target.path.data(), data.data() + begin, head.length / 2 * 2);
    constexpr std::wstring_view kObject = L"\\??\\";  // as the kernel writes it
    if (target.path.starts_with(kObject)) {
        const bool drive = target.path.size() > 5 && target.path[5] == L':';
        target.path = (drive ? L"" : L"\\\\?\\") + target.path.substr(kObject.size());
    }
    return target;
}

class Way {
public:
    explicit Way(const fs::path& path) { start(utf8_of(path)); }

    ClosedPath follow(bool to_folder) {
        if (at_.empty()) return unknown_path(at_, ERROR_PATH_NOT_FOUND);
        for (int links = 0;;) {
            const Step step = names_.empty() && !to_folder             ? Step::kFile
                              : names_.size() == (to_folder ? 0U : 1U) ? Step::kItsFolder
                                                                       : Step::kFolderAbove;
            OwnHandle handle = open_step(at_, step);
            if (!handle) return unknown_path(at_, ::GetLastError());
            BY_HANDLE_FILE_INFORMATION info{};
            if (::GetFileInformationByHandle(as_handle(handle.get()), &info) == 0) {
                return unknown_path(at_, ::GetLastError());
            }
            if (auto open = look_at_security(at_, as_handle(handle.get()), step); !open) {
                return open;
            }
            const bool reparse = (info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
            if (reparse && is_link()) {
                if (++links > kMostReparsePoints || !follow_link(as_handle(handle.get()))) {
                    return unknown_path(at_, ERROR_CANT_RESOLVE_FILENAME);
                }
                held_.push_back(std::move(handle));
                continue;
            }
            held_.push_back(std::move(handle));
            const bool folder = (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
            if (names_.empty()) return arrive(folder, to_folder);
            if (!folder) return unknown_path(at_, ERROR_DIRECTORY);
            next();
        }
    }

private:
    void start(const std::string& text) {
        const PathParts parts = split_path(text, PathRules::kWindows);
        if (!parts.absolute) return;
        at_ = path_from_utf8(parts.root);
        names_.insert(names_.begin(), parts.names.begin(), parts.names.end());
    }
    void next() {
        while (!names_.empty()) {
            const std::string name = std::move(names_.front());
            names_.pop_front();
            if (name != "..") {
                at_ = join_paths(at_, path_from_utf8(name));
                return;
            }
            at_ = at_.parent_path();  // looked at again, which does no harm
        }
    }
    /// Of what has a reparse point: those of cloud storage and compression are files all the same.
    bool is_link() const {
        WIN32_FIND_DATAW found{};
        const HANDLE search = ::FindFirstFileW(at_.c_str(), &found);
        if (search == INVALID_HANDLE_VALUE) return true;
        ::FindClose(search);
        return (found.dwReserved0 & 0x20000000) != 0;  // IsReparseTagNameSurrogate
    }
    bool follow_link(HANDLE link) {
        const auto target = target_of(link);
        if (!target) return false;
        std::deque<std::string> rest;
        rest.swap(names_);
        if (target->absolute) {
            start(utf8(target->path));
            if (names_.empty() && at_.empty()) return false;
        } else {
            const std::string text = utf8(target->path);
            const PathParts parts = split_path(text, PathRules::kWindows);
            names_.insert(names_.begin(), parts.names.begin(), parts.names.end());
            at_ = at_.parent_path();
            names_.insert(names_.end(), rest.begin(), rest.end());
            next();
            return true;
        }
        names_.insert(names_.end(), rest.begin(), rest.end());
        return true;
    }
    ClosedPath arrive(bool folder, bool to_folder) {
        if (folder != to_folder) {
            return refused_path(Refusal::kNotRegular, at_,
                                folder ? "it is a folder, not a regular file" : "it is no folder",
                                "correct the path");
        }
        ClosedPath result;
        result.path = std::move(at_);
        result.held = std::move(held_);
        return result;
    }

    fs::path at_;
    std::deque<std::string> names_;
    std::vector<OwnHandle> held_;
};

}  // namespace

ClosedPath closed_file(const fs::path& file) {
    return Way(normal_path(absolute_path(file))).follow(false);
}
ClosedPath closed_folder(const fs::path& folder) {
    return Way(normal_path(absolute_path(folder))).follow(true);
}

}  // namespace bridge32::os
