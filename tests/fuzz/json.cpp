// The JSON reader and the codec's numbers, texts and arrays, against nlohmann/json: see oracle.hpp.
#include <bridge32/codec.hpp>
#include <string>

#include "fuzz.hpp"
#include "unit/codec/oracle.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    const auto bytes = input.rest();
    const std::vector<char> memory(bytes.begin(), bytes.end());
    const std::string_view text(memory.data(), memory.size());
    const std::string complaint = test::Oracle::complaint(text);
    require(complaint.empty(), complaint.c_str());
    try {
        decode<Json>(text, {});
    } catch (const CodecError&) {
    }
}

}  // namespace bridge32::fuzz
