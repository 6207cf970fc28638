// A library that forgot extern "C".
namespace geometry {

__attribute__((visibility("default"))) int area(int width, int height);
int area(int width, int height) { return width * height; }

}  // namespace geometry
