#include "bridge32/internal/support/demangle.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace demangle_test {

using bridge32::detail::demangled_text;
using bridge32::detail::type_text;

struct Own : std::runtime_error {
    using std::runtime_error::runtime_error;
    struct Inner {};
};

namespace {
struct Hidden {};
}  // namespace

template <class T>
void check_name() {
    CHECK(type_text(typeid(T)) == demangled_text(typeid(T).name()));
}

TEST_CASE("demangle: names of types are those of the demangler, plain or not") {
    struct Local {};
    check_name<std::runtime_error>();
    check_name<std::filesystem::filesystem_error>();
    check_name<Own>();
    check_name<Own::Inner>();
    check_name<Hidden>();
    check_name<Local>();
    check_name<int>();
    check_name<const char*>();
    check_name<std::string>();
    check_name<std::vector<Own>>();
}

#if defined(BRIDGE32_DETAIL_CXXABI)
TEST_CASE("demangle: what is not a plain name is left to the demangler") {
    using bridge32::detail::plain_type_text;
    CHECK(plain_type_text("St13runtime_error") == "std::runtime_error");
    CHECK(plain_type_text("N3lab4LampE") == "lab::Lamp");
    CHECK(plain_type_text("4Lamp") == "Lamp");
    for (const char* other :
         {"", "i", "PKc", "St", "N", "NE", "4Lam", "4Lamp3Two", "0", "St6vectorIiE",
          "N12_GLOBAL__N_16HiddenE", "99999999999999999999x", "NSt3__1E"}) {
        CAPTURE(std::string(other));
        const auto text = plain_type_text(other);
        CHECK((text.empty() || text == demangled_text(other)));
    }
}
#endif

}  // namespace demangle_test
