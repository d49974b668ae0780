// Random numbers of the running server, from the kernel: session ids and GUIDs must not be guessable. Drawn
// in blocks, because a system call for each number is dear.
#pragma once

#include <edge/base/random.h>

#include <array>
#include <cstddef>
#include <mutex>

namespace edge {

class SystemRandom final : public Random {
public:
    std::uint64_t next() override;

private:
    static constexpr std::size_t kBlock = 32; // 256 octets: what getrandom(2) gives without interruption

    std::mutex mutex_;
    std::array<std::uint64_t, kBlock> block_{};
    std::size_t used_ = kBlock;
};

} // namespace edge
