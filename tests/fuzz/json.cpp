// The JSON reader: it accepts what nlohmann/json accepts, as far as that is not nested too deep.
#include <bridge32/codec.hpp>
#include <string>

#include "fuzz.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    const auto bytes = input.rest();
    const std::vector<char> memory(bytes.begin(), bytes.end());
    const std::string_view text(memory.data(), memory.size());
    // To nlohmann/json a zero byte is the end of the text.
    const bool same_end = text.find('\0') == std::string_view::npos;
    try {
        Reader reader(text);
        const auto value = reader.skip_value();
        reader.finish();
        require(Json::accept(value), "what is skipped is JSON");
    } catch (const CodecError& e) {
        const bool too_deep = std::string_view(e.what()).find("too deep") != std::string_view::npos;
        require(too_deep || !same_end || !Json::accept(text), "what is refused is none");
    }
    try {
        decode<Json>(text, {});
    } catch (const CodecError&) {
    }
}

}  // namespace bridge32::fuzz
