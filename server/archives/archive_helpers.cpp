#include <edge/base/thread_name.h>
#include <edge/server/archives/archive_helpers.h>
#include <edge/server/archives/archive_magic.h>
#include <edge/server/archives/archive_names.h>
#include <edge/server/archives/helper_main.h>
#include <edge/server/archives/helper_process.h>

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
    auto there = asio::co_spawn(thread_->loop, std::move(listing), asio::use_awaitable);
    auto result = co_await std::move(there);
    co_return result;
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
