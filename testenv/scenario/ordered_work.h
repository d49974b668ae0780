// Work for several threads whose results are taken in one order, whatever the threads do: what is printed
// must not depend on which of them was faster.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace edge::testenv {

template <class T>
class OrderedWork {
public:
    // `work` makes the result with that number, on any of `threads` threads.
    OrderedWork(std::size_t count, std::size_t threads, std::function<T(std::size_t)> work)
        : work_(std::move(work))
        , results_(count) {
        for (std::size_t i = 0; i < std::min(std::max<std::size_t>(threads, 1), count); ++i)
            threads_.emplace_back([this] { run(); });
    }
    // Begins nothing more, waits for what has begun.
    ~OrderedWork() {
        next_ = results_.size();
        for (auto& thread : threads_)
            thread.join();
    }
    OrderedWork(const OrderedWork&) = delete;
    OrderedWork& operator=(const OrderedWork&) = delete;

    std::size_t size() const { return results_.size(); }
    // Waits for that result; each is taken once.
    T take(std::size_t index) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return results_[index].has_value(); });
        auto result = std::move(*results_[index]);
        results_[index].reset();
        return result;
    }

private:
    void run() {
        for (auto index = next_++; index < results_.size(); index = next_++) {
            auto result = work_(index);
            {
                const std::lock_guard lock(mutex_);
                results_[index] = std::move(result);
            }
            ready_.notify_one();
        }
    }

    const std::function<T(std::size_t)> work_;
    std::atomic<std::size_t> next_{0};
    std::mutex mutex_;
    std::condition_variable ready_;
    std::vector<std::optional<T>> results_;
    std::vector<std::thread> threads_;
};

} // namespace edge::testenv
