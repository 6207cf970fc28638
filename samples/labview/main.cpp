// labview [LIBRARY]: calls the given LabVIEW DLL, or the stand-in.
#include <exception>
#include <iostream>

#include "labview_lib.hpp"

namespace {

void print(const char* weighting, const Statistics& statistics) {
    std::cout << weighting << '\n'
              << "  mean                " << bridge32::Json(statistics.mean) << '\n'
              << "  variance            " << bridge32::Json(statistics.variance) << '\n'
              << "  standard deviation  " << bridge32::Json(statistics.standard_deviation) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const LabviewLib lib(argc > 1 ? argv[1] : "labview_lib");
        const std::vector<double> x{1, 2, 3, 4, 5, 6, 7, 8, 9};
        print("1 to 9 as a sample", lib.stdev(x, Weighting::sample));
        print("1 to 9 as a population", lib.stdev(x, Weighting::population));
    } catch (const std::exception& error) {
        std::cerr << "labview: " << error.what() << '\n';
        return 1;
    }
}
