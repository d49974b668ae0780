#include <edge/mail/gmime_library.h>

#include <gmime/gmime.h>

namespace edge {

// g_mime_init is idempotent but not free; the first caller pays.
void requireGmime() {
    static const bool done = (g_mime_init(), true);
    static_cast<void>(done);
}

} // namespace edge
