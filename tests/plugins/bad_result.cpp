// Has results that cannot be represented.
#include <bridge32/plugin.hpp>
#include <string>
#include <utility>
#include <vector>

class BadResult : public bridge32::Plugin {
public:
    BadResult() {
        method("not_utf8", [] { return std::string("caf\xe9"); });
        method("not_utf8_inside", [] { return std::vector<const char*>{"good", "caf\xe9"}; });
        method("deep",
               [](int depth) {
                   bridge32::Json value;
                   for (int i = 0; i < depth; ++i) {
                       value = bridge32::Json::array({std::move(value)});
                   }
                   return value;
               },
               {{"depth", 10'000}});
    }
};

BRIDGE32_PLUGIN(BadResult)
