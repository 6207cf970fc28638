// Calls a function of a library on a thread of the host's pool: `library`, and `symbol`, an
// int f(void). `unload`: "always", "never", or as it is by default.
#include <bridge32/plugin.hpp>
#include <string>

class LoadsConcurrent : public bridge32::Plugin {
public:
    static constexpr auto threading = bridge32::Threading::concurrent;

    explicit LoadsConcurrent(const bridge32::Json& kwargs)
        : library_(kwargs.at("library"), {.unload = unload(kwargs.value("unload", ""))}) {
        method("call", library_.function<int()>(kwargs.at("symbol")));
    }

private:
    static bridge32::Unload unload(const std::string& text) {
        return text == "always"  ? bridge32::Unload::always
               : text == "never" ? bridge32::Unload::never
                                 : bridge32::Unload::if_clean;
    }

    bridge32::Library library_;
};

BRIDGE32_PLUGIN(LoadsConcurrent)
