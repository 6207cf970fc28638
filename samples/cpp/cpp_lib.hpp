// The library, for 64-bit programs.
#pragma once

#include <bridge32/client.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "structs.hpp"

/// A 32-bit process with the library in it. The process ends with this object. Functions throw what
/// bridge32::Client throws: InvalidArgument, HostCrashed if the library crashes, and so on.
class CppLib {
public:
    class Path;

    /// Throws bridge32::StartupError, bridge32::PluginError.
    explicit CppLib(const bridge32::ClientOptions& options = {}) : client_("cpp_lib", options) {}
    CppLib(const CppLib&) = delete;
    CppLib& operator=(const CppLib&) = delete;

    std::int32_t add(std::int32_t a, std::int32_t b) const {
        return client_.call<std::int32_t>("add", a, b);
    }
    float subtract(float a, float b) const { return client_.call<float>("subtract", a, b); }
    /// a + b or a - b.
    double add_or_subtract(double a, double b, bool do_addition) const {
        return client_.call<double>("add_or_subtract", a, b, do_addition);
    }

    /// Each element of x, times a.
    std::vector<double> scalar_multiply(double a, const std::vector<double>& x) const {
        return client_.call<std::vector<double>>("scalar_multiply", a, x);
    }

    /// Reverses `text`: UTF-8, limited to the characters of Windows-1252.
    std::string reverse_string(const std::string& text) const {
        return client_.call<std::string>("reverse_string", text);
    }
    /// The same, with the library's function that allocates the result.
    std::string reverse_string_allocated(const std::string& text) const {
        return client_.call<std::string>("reverse_string_allocated", text);
    }

    /// The length of the closed line through four points.
    double distance_4_points(const FourPoints& points) const {
        return client_.call<double>("distance_4_points", points);
    }
    /// The length of the closed line through any number of points.
    double distance_n_points(const std::vector<Point>& points) const {
        return client_.call<double>("distance_n_points", points);
    }
    /// The perimeter of the regular polygon with `n` corners in a circle of that radius.
    double circumference(double radius, std::int32_t n) const {
        return client_.call<double>("circumference", radius, n);
    }

    /// Starts a path. It must not outlive this object.
    Path new_path(Point start) const;
    /// The number of paths in the library.
    std::int32_t living_paths() const { return client_.get<std::int32_t>("living_paths"); }

private:
    bridge32::Client client_;
};

// [path]
/// Owns an object of the library's class.
class CppLib::Path {
public:
    Path(Path&& other) noexcept : client_(other.client_), handle_(std::move(other.handle_)) {}
    Path& operator=(Path&&) = delete;
    ~Path() {
        try {
            if (handle_) {
                client_.notify("forget_path", handle_);
            }
        } catch (const bridge32::Error&) {
            // The host is gone, and so is the object.
        }
    }

    void line_to(Point point) { client_.call<void>("line_to", handle_, point); }
    /// The length from the start to the last point.
    double length() const { return client_.call<double>("length", handle_); }

private:
    friend class CppLib;
    using Handle = bridge32::Handle<::Path>;

    Path(const bridge32::Client& client, Handle handle)
        : client_(client), handle_(std::move(handle)) {}

    const bridge32::Client& client_;
    Handle handle_;
};
// [path end]

inline CppLib::Path CppLib::new_path(Point start) const {
    return {client_, client_.call<Path::Handle>("new_path", start)};
}
