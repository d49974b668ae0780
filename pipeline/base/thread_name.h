// A name for a thread of ours, as `top -H`, perf and the benchmarks show it: what costs time can be told
// apart while the server runs.
#pragma once

#include <pthread.h>

namespace edge {

// Names the calling thread. Linux keeps at most 15 characters; a longer name is not taken.
inline void nameThisThread(const char* name) {
    static_cast<void>(pthread_setname_np(pthread_self(), name));
}

} // namespace edge
