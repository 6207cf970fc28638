#include "binary/load_failure_parts.hpp"

namespace bridge32::binary {
namespace {

std::string wrong_bitness(const std::filesystem::path& path, const Image& image) {
    const std::string what =
        quoted(path) + " is " + image.description + "; " + kHost + " loads " + kBits + " ones. ";
    return what + (kOwnBits == 32 ? "Use host64, or load it directly."
                                  : "Use host32: the 32-bit build of the plugin, without "
                                    "`mode = in_process`.");
}

}  // namespace

std::optional<std::string> file_problem(const std::filesystem::path& path, const Image& image) {
    const std::string is = quoted(path) + " is " + image.description;
    if (image.format == Format::unreadable) {
        return quoted(path) +
               " cannot be read (permission denied?). Make the file readable and "
               "its folders searchable for the user who runs the host.";
    }
    if (image.format == Format::empty) {
        return is + ": a download or a build that failed may have left it. Get the library again.";
    }
    if (image.format == Format::other) {
        return quoted(path) + " is not a shared library: it is " + image.description +
               ". Give the path of the library itself.";
    }
    if (image.format != kNativeFormat) {
        return is +
               ", and this system does not load such files. Get the library's build for this "
               "system, or use bridge32's build for the library's.";
    }
    if (image.bits == 0) {
        return is + ". Get the file again.";
    }
    if (image.bits != kOwnBits && image.is_library) {
        return wrong_bitness(path, image);
    }
    if (!image.machine.empty() && !is_loadable(image)) {
        return is + " for " + image.machine + "; " + kHost + " loads " + kBits + " ones for " +
               kOwnMachine + ".";
    }
    if (image.is_damaged) {
        return is +
               ", damaged or cut short: parts that its header names lie beyond its end. Get "
               "the file again.";
    }
    if (!image.is_library) {
        return is + ". Give the path of the library that the plugin wraps.";
    }
    return std::nullopt;
}

}  // namespace bridge32::binary
