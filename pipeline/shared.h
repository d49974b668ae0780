// Shared<T>: state that a factory holds for all its sessions, which run on several threads. It hides its lock
// and lends the state to one function at a time, so that an agent cannot forget the lock, keep it while it
// waits, or take two (docs/decisions/0911-shared-state-of-an-agent.md).
#pragma once

#include <mutex>
#include <type_traits>
#include <utility>

namespace edge {

template <class T>
class Shared {
public:
    template <class... Arguments>
    explicit Shared(Arguments&&... arguments)
        : state_(std::forward<Arguments>(arguments)...) {}
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    // Runs `use` on the state, alone; returns what it returns, which must not refer into the state. `use` is
    // no coroutine: everybody else waits until it is done.
    template <class Use>
    auto with(Use&& use) {
        using Returned = std::invoke_result_t<Use, T&>;
        static_assert(!std::is_reference_v<Returned> && !std::is_pointer_v<Returned>,
                      "what leaves with() is a copy: the state may change at once");
        const std::lock_guard lock(mutex_);
        return std::forward<Use>(use)(state_);
    }

private:
    std::mutex mutex_;
    T state_;
};

} // namespace edge
