// EDGE_ASSERT states a promise we make to ourselves. It stays on in release builds: a mail server that has
// lost its own invariants must stop before it acknowledges something it does not hold.
#pragma once

namespace edge {

// Prints the broken promise with its place and aborts.
[[noreturn]] void assertionFailed(const char* expression, const char* message, const char* file, int line);

} // namespace edge

#define EDGE_ASSERT(expression, message)                                                                     \
    (static_cast<bool>(expression) ? static_cast<void>(0)                                                    \
                                   : ::edge::assertionFailed(#expression, message, __FILE__, __LINE__))
