#include <edge/base/assert.h>

#include <cstdio>
#include <cstdlib>

namespace edge {

void assertionFailed(const char* expression, const char* message, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken promise: %s (%s)\n", file, line, message, expression);
    std::fflush(stderr);
    std::abort();
}

} // namespace edge
