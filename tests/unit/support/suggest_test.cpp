#include "bridge32/internal/support/suggest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace suggest_test {

using bridge32::detail::did_you_mean;
using bridge32::detail::edit_distance;
using bridge32::detail::kCaseCost;
using bridge32::detail::kEditCost;
using bridge32::detail::nearest;
using Names = std::vector<std::string>;

TEST_CASE("suggest: each kind of edit counts once") {
    CHECK(edit_distance("scale", "scale") == 0);
    CHECK(edit_distance("scale", "scales") == kEditCost);
    CHECK(edit_distance("scale", "cale") == kEditCost);
    CHECK(edit_distance("scale", "scape") == kEditCost);
    CHECK(edit_distance("scale", "sclae") == kEditCost);
    CHECK(edit_distance("scale", "Scale") == kCaseCost);
    CHECK(edit_distance("", "ab") == 2 * kEditCost);
    CHECK(edit_distance("ab", "") == 2 * kEditCost);
}

TEST_CASE("suggest: the nearest names come first") {
    const Names names{"subtract", "add2", "Add", "add_all", "version", "mad"};

    CHECK(nearest("add", names) == Names{"Add", "add2", "add_all"});
    CHECK(nearest("add", names, 1) == Names{"Add"});
    CHECK(nearest("sbutract", names) == Names{"subtract"});
}

TEST_CASE("suggest: a name that contains the other is near") {
    CHECK(nearest("init", {"mylib_init", "destroy"}) == Names{"mylib_init"});
    CHECK(nearest("mylib_init", {"init", "destroy"}) == Names{"init"});
}

TEST_CASE("suggest: unlike names are not suggested") {
    CHECK(nearest("add", {"version", "gain", "xyz"}).empty());
    CHECK(nearest("add", {}).empty());
    CHECK(nearest("", {"version"}).empty());
}

TEST_CASE("suggest: a name that is given twice is suggested once") {
    CHECK(nearest("ad", {"add", "add"}) == Names{"add"});
}

TEST_CASE("suggest: the question reads as a sentence") {
    CHECK(did_you_mean({}) == "");
    CHECK(did_you_mean({"add"}) == "Did you mean `add`?");
    CHECK(did_you_mean({"add", "add2"}) == "Did you mean `add` or `add2`?");
    CHECK(did_you_mean({"a", "b", "c"}) == "Did you mean `a`, `b` or `c`?");
}

}  // namespace suggest_test
