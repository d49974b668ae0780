#include <edge/base/assert.h>
#include <edge/server/net/system_random.h>

#include <sys/random.h>

#include <utility>

namespace edge {

std::uint64_t SystemRandom::next() {
    const std::lock_guard lock(mutex_);
    if (used_ == kBlock) {
        const auto got = getrandom(block_.data(), sizeof block_, 0);
        EDGE_ASSERT(got == sizeof block_, "getrandom fills up to 256 octets at once");
        used_ = 0;
    }
    return std::exchange(block_[used_++], 0); // a number that was handed out is not kept
}

} // namespace edge
