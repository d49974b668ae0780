#include <edge/base/thread_name.h>
#include <edge/server/archives/archive_helpers.h>
#include <edge/server/archives/archive_magic.h>
#include <edge/server/archives/archive_names.h>
#include <edge/server/archives/helper_main.h>
#include <edge/server/archives/helper_process.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <thread>

namespace edge {

namespace asio = boost::asio;

namespace {

ArchiveHelperSettings withCommand(ArchiveHelperSettings settings) {
    if (settings.command.empty())
        settings.command = {"/proc/self/exe", kArchiveHelperCommand};
    return settings;
}

using Answer = Result<ArchiveListing>;

// Runs `work` on `loop` and resumes the caller on its own. Asio's own way, awaiting a co_spawn, would carry
// the caller's cancelling over from another thread, which in 1.81 can come to a coroutine that has just
// ended; so a cancelled caller waits for the answer, which has its deadline.
Task<Answer> runOn(asio::io_context& loop, Task<Answer> work) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Answer)>(
        [](auto handler, asio::io_context* there, Task<Answer> job) {
            const auto held = std::make_shared<decltype(handler)>(std::move(handler));
            asio::co_spawn(*there, std::move(job), [held](const std::exception_ptr& failure, Answer answer) {
                if (failure)
                    answer = Error{Errc::Unavailable, "reading an archive failed"};
                const auto executor = asio::get_associated_executor(*held);
                asio::post(executor, [held, value = std::move(answer)]() mutable {
                    auto resume = std::move(*held);
                    std::move(resume)(std::move(value));
                });
            });
        },
        asio::use_awaitable, &loop, std::move(work));
}

} // namespace

struct ArchiveHelpers::Thread {
    Thread(Clock& clock, ArchiveHelperSettings settings)
        : pool(loop, clock, std::move(settings))
        , keepRunning(asio::make_work_guard(loop))
        , thread([this] {
            nameThisThread("archives");
            loop.run();
        }) {}

    asio::io_context loop{1};
    ArchiveHelperPool pool;
    asio::executor_work_guard<asio::io_context::executor_type> keepRunning;
    std::thread thread;
};

ArchiveHelpers::ArchiveHelpers(Clock& clock, ArchiveHelperSettings settings)
    : thread_(std::make_unique<Thread>(clock, withCommand(std::move(settings)))) {}

ArchiveHelpers::~ArchiveHelpers() {
    stop();
}

Task<Result<ArchiveListing>> ArchiveHelpers::list(std::string_view bytes, ArchiveLimits limits) {
    if (!mayBeArchive(bytes))
        co_return ArchiveListing{};
    if (bytes.size() > limits.maxArchiveSize)
        co_return tooLargeArchive(bytes.size(), limits);
    auto archive = sealedCopy(bytes);
    if (!archive)
        co_return archive.error();
    auto listing = thread_->pool.list(std::move(*archive), limits);
    auto there = runOn(thread_->loop, std::move(listing));
    auto result = co_await std::move(there);
    co_return result;
}

void ArchiveHelpers::onWarning(std::function<void(const std::string&)> warning) {
    asio::post(thread_->loop, [&thread = *thread_, told = std::move(warning)]() mutable {
        thread.pool.onWarning(std::move(told));
    });
}

void ArchiveHelpers::stop() {
    if (!thread_)
        return;
    asio::post(thread_->loop, [&thread = *thread_] {
        thread.pool.abandon();
        thread.keepRunning.reset();
    });
    thread_->thread.join();
    thread_.reset();
}

} // namespace edge
