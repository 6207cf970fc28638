#include <bridge32/plugin.hpp>
#include <bridge32/text.hpp>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "structs.hpp"

class CppLib : public bridge32::Plugin {
public:
    CppLib() : lib_("cpp_lib") {
        // Offered as they are, with the signatures in the library's header.
        method("add", lib_.function<decltype(add)>("add"), {"a", "b"});
        method("subtract", lib_.function<decltype(subtract)>("subtract"), {"a", "b"});
        method("add_or_subtract", lib_.function<decltype(add_or_subtract)>("add_or_subtract"),
               {"a", "b", "do_addition"});
        method("distance_4_points", lib_.function<decltype(distance_4_points)>("distance_4_points"),
               {"points"});
        // Their pointers are valid in this process only.
        method("scalar_multiply", &CppLib::multiplied, {"a", "x"});
        method("reverse_string", &CppLib::reversed, {"text"});
        method("reverse_string_allocated", &CppLib::reversed_allocated, {"text"});
        method("distance_n_points", &CppLib::distance, {"points"});
        method("circumference", &CppLib::circumference, {"radius", "n"},
               "Of the polygon with n corners in a circle.");
        // The class: an object is a handle, which its methods take as their first parameter.
        method("new_path", &CppLib::start_path, {"start"});
        method("line_to", [](const PathHandle& path, Point point) { path->line_to(point); },
               {"path", "point"});
        method("length", [](const PathHandle& path) { return path->length(); }, {"path"});
        method("forget_path", [](const PathHandle& path) { path.destroy(); }, {"path"});
        property("living_paths", lib_.function<decltype(living_paths)>("living_paths"));
    }

private:
    using PathHandle = bridge32::Handle<Path>;

    // [out_array]
    std::vector<double> multiplied(double a, std::span<const double> x) const {
        std::vector<double> result(x.size());
        lib_.function<decltype(scalar_multiply)>("scalar_multiply")(
            a, x.data(), static_cast<std::int32_t>(x.size()), result.data());
        return result;
    }
    // [out_array end]

    // [text]
    /// The caller supplies the buffer.
    std::string reversed(const std::string& text) const {
        const std::string own = bridge32::from_utf8(text, kText);
        std::string result(own.size(), '\0');
        lib_.function<decltype(reverse_string)>("reverse_string")(
            own.c_str(), static_cast<std::int32_t>(own.size()), result.data());
        return bridge32::to_utf8(result, kText);
    }
    /// The library allocates the buffer and must free it.
    std::string reversed_allocated(const std::string& text) const {
        const std::string own = bridge32::from_utf8(text, kText);
        char* const result =
            lib_.function<decltype(new_reversed_string)>("new_reversed_string")(own.c_str());
        return bridge32::to_utf8(
            bridge32::take_text(result, lib_.function<decltype(free_string)>("free_string")),
            kText);
    }
    // [text end]

    // [pointer_in_struct]
    /// A struct with a pointer must be built here, in the library's process.
    double distance(std::vector<Point> points) const {
        const NPoints all{points.data(), static_cast<std::int32_t>(points.size())};
        return lib_.function<decltype(distance_n_points)>("distance_n_points")(all);
    }
    // [pointer_in_struct end]

    double circumference(double radius, std::int32_t n) const {
        if (n < 0) {
            throw bridge32::InvalidArgument("n must not be negative");
        }
        std::vector<Point> corners;
        double angle = 0;
        for (std::int32_t i = 0; i < n; ++i, angle += 2 * std::numbers::pi / n) {
            corners.push_back({radius * std::cos(angle), radius * std::sin(angle)});
        }
        return distance(std::move(corners));
    }

    // [handle]
    PathHandle start_path(Point start) const {
        return handle(lib_.function<decltype(new_path)>("new_path")(start), &Path::release);
    }
    // [handle end]

    static constexpr auto kText = bridge32::CodePage::windows_1252;

    bridge32::Library lib_;
};

BRIDGE32_PLUGIN(CppLib)
