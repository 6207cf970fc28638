#include <bridge32/plugin.hpp>
#include <bridge32/text.hpp>
#include <bridge32/wide.hpp>
#include <stdexcept>

#include "system_time.hpp"

class Kernel : public bridge32::Plugin {
public:
    Kernel() : lib_("kernel32") {
        method("local_time", &Kernel::local_time);
        method("current_directory", &Kernel::current_directory);
        method("temp_path", &Kernel::temp_path);
        method("each_locale", &Kernel::each_locale, {"visit"});
    }

private:
    // [struct]
    SystemTime local_time() const {
        SystemTime time{};
        lib_.function<void BRIDGE32_STDCALL(SystemTime*)>("GetLocalTime")(&time);
        return time;
    }
    // [struct end]

    // [text]
    /// Functions whose names end in W use UTF-16.
    bridge32::Wide current_directory() const {
        const auto get = lib_.function<std::uint32_t BRIDGE32_STDCALL(std::uint32_t, char16_t*)>(
            "GetCurrentDirectoryW");
        std::u16string text(get(0, nullptr), u'\0');  // including the terminating zero
        text.resize(get(static_cast<std::uint32_t>(text.size()), text.data()));
        return bridge32::Wide(text);
    }

    /// Functions whose names end in A use the system's code page.
    std::string temp_path() const {
        const auto get =
            lib_.function<std::uint32_t BRIDGE32_STDCALL(std::uint32_t, char*)>("GetTempPathA");
        std::string text(get(0, nullptr), '\0');
        text.resize(get(static_cast<std::uint32_t>(text.size()), text.data()));
        return bridge32::to_utf8(text, bridge32::CodePage::ansi);
    }
    // [text end]

    // [callback]
    using Visit = bridge32::Callback<bool(const std::string& locale)>;
    using LOCALE_ENUMPROCA = std::int32_t(BRIDGE32_STDCALL*)(const char* locale);

    bool each_locale(const Visit& visit) const {
        constexpr std::uint32_t kInstalled = 1;
        const auto function = visit.function<std::int32_t BRIDGE32_STDCALL(const char*)>();
        return lib_.function<std::int32_t BRIDGE32_STDCALL(LOCALE_ENUMPROCA, std::uint32_t)>(
                   "EnumSystemLocalesA")(function, kInstalled) != 0;
    }
    // [callback end]

    bridge32::Library lib_;
};

BRIDGE32_PLUGIN(Kernel)
