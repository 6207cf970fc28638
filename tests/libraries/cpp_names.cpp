// A library that forgot extern "C".
#include <string>

#define EXPORTED __attribute__((visibility("default")))

namespace geometry {

EXPORTED int area(int width, int height);
int area(int width, int height) { return width * height; }

class EXPORTED Counter {
public:
    explicit Counter(int first);
    int count();

private:
    int next_;
};
Counter::Counter(int first) : next_(first) {}
int Counter::count() { return next_++; }

extern EXPORTED int limit;
int limit = 3;

EXPORTED void title(const std::string& text);
void title(const std::string&) {}

}  // namespace geometry
