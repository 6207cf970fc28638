// Writes down how it comes and goes; kwargs: `file`, to which it appends one line for each step.
#include <bridge32/plugin.hpp>
#include <fstream>
#include <string>

namespace {

class Diary {
public:
    /// When the plugin is unloaded.
    ~Diary() { write("unloaded"); }
    void open(const std::string& file) { file_ = file; }
    void write(const std::string& line) const {
        if (!file_.empty()) {
            std::ofstream(file_, std::ios::app) << line << '\n';
        }
    }

private:
    std::string file_;
};

Diary diary;

}  // namespace

class ShutdownOrder : public bridge32::Plugin {
public:
    explicit ShutdownOrder(const bridge32::Json& kwargs) {
        diary.open(kwargs.at("file"));
        diary.write("constructor");
        method("call", [] { diary.write("call"); });
    }
    ShutdownOrder(const ShutdownOrder&) = delete;
    ShutdownOrder& operator=(const ShutdownOrder&) = delete;
    ~ShutdownOrder() override { diary.write("destructor"); }

    void on_shutdown() override { diary.write("on_shutdown"); }
};

BRIDGE32_PLUGIN(ShutdownOrder)
