// How a coroutine waits for a thread of the storage: the bridge between a session's loop, which must not
// wait, and a thread that does nothing but wait for the disk.
#pragma once

#include <edge/base/task.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <mutex>
#include <utility>

namespace edge {

// A coroutine's continuation on its way from a thread of ours to the coroutine's own.
template <class Handler>
struct Continuation {
    explicit Continuation(Handler h)
        : handler(std::move(h)) {}
    Handler handler;
    std::mutex posting; // held while the executor is being used from the other thread
};

// Suspends the calling coroutine, hands `start` a function to be called once, from any thread, with the
// result, and resumes on the caller's own executor. The coroutine goes on only when the other thread is done
// with that executor: its loop may be gone a moment later.
template <class T, class Start>
Task<T> suspendFor(Start start) {
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
        [](auto handler, Start begin) {
            auto held = std::make_shared<Continuation<decltype(handler)>>(std::move(handler));
            begin([held](T result) {
                const std::lock_guard posting(held->posting);
                auto executor = boost::asio::get_associated_executor(held->handler);
                boost::asio::post(executor, [held, value = std::move(result)]() mutable {
                    { const std::lock_guard posted(held->posting); }
                    auto resume = std::move(held->handler);
                    std::move(resume)(std::move(value));
                });
            });
        },
        boost::asio::use_awaitable, std::move(start));
}

} // namespace edge
