// How many messages a second become durable: the queue with its group commit against one synced file a
// message, on the same disk in the same run. Prints one line of JSON. Usage: queue_bench [DIRECTORY
// [SECONDS]]
#include <edge/server/net/system_clock.h>
#include <edge/server/net/system_random.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/queue/submission_queue.h>
#include <edge/server/replay/replay_publisher.h>
#include <edge/server/routing/categorizer.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace edge;

namespace {

constexpr std::size_t kBodySize = 2000; // with header and envelope about 2.4 KiB: an ordinary short mail
constexpr int kFileThreads = 8;

struct World {
    PosixFileSystem files;
    SystemClock clock;
    SystemRandom random;
    std::string directory;
    Duration time{};
};

std::shared_ptr<MailItem> makeItem() {
    auto item = std::make_shared<MailItem>(SpoolPlace{});
    item->fromAddress = *RoutingAddress::parse("sender@contoso.com");
    item->recipients.add({*RoutingAddress::parse("administrator@adventureworks.com"), "", {}, {}});
    item->headers =
        HeaderList::parse("Received: from mail.contoso.com (203.0.113.9) by edge01.adventureworks.com\r\n"
                          "From: sender@contoso.com\r\nTo: administrator@adventureworks.com\r\n"
                          "Subject: queue_bench\r\nMessage-ID: <bench@contoso.com>\r\n");
    static_cast<void>(item->body.append(std::string(kBodySize, 'x')));
    return item;
}

// Messages a second.
double rate(std::uint64_t messages, Duration time) {
    return static_cast<double>(messages) / std::chrono::duration<double>(time).count();
}

// The plain way: a file a message, each with its own sync.
double measureFiles(World& world) {
    const auto directory = joinPath(world.directory, "files");
    static_cast<void>(world.files.createDirectories(directory));
    std::atomic<std::uint64_t> written{0};
    const std::string content(kBodySize + 400, 'x');
    const auto begin = world.clock.steadyNow();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kFileThreads; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; world.clock.steadyNow() - begin < world.time; ++i) {
                const auto name = std::to_string(thread) + "-" + std::to_string(i);
                auto file = world.files.open(joinPath(directory, name), OpenMode::CreateNew);
                if (!file || !(*file)->writeAt(0, content) || !(*file)->sync())
                    return;
                ++written;
            }
        });
    for (auto& thread : threads)
        thread.join();
    return rate(written, world.clock.steadyNow() - begin);
}

Task<> session(SubmissionQueue& queue, Clock& clock, SteadyTime end, std::uint64_t& failures) {
    const auto item = makeItem();
    while (clock.steadyNow() < end) {
        const auto receipt = co_await queue.commit(item);
        failures += receipt ? 0 : 1;
    }
}

struct QueueResult {
    int sessions = 0;
    double perSecond = 0;
    double perBatch = 0;
    std::uint64_t syncs = 0;
    std::uint64_t failures = 0;
    double published = 0; // a second, until the last file was visible; where a categorizer ran along
};

void waitUntilPublished(SubmissionQueue& queue, Categorizer& categorizer) {
    while (categorizer.statistics().published < queue.statistics().messages)
        std::this_thread::yield();
}

QueueResult measureQueue(World& world, int sessions, bool publish) {
    QueueSettings settings;
    settings.directory = joinPath(world.directory, "queue" + std::to_string(sessions) + (publish ? "p" : ""));
    auto opened = SubmissionQueue::open(world.files, world.clock, world.random, settings);
    if (!opened) {
        std::fprintf(stderr, "queue_bench: %s\n", opened.error().message.c_str());
        std::exit(1);
    }
    auto& queue = **opened;
    EmptyRoutingDispatcher agents;
    ReplaySettings replay;
    replay.directory = settings.directory + "-replay";
    replay.limits = {1ULL << 40, 100'000'000, std::nullopt};
    replay.createdBy = "MSExchange15";
    ReplayPublisher publisher(world.files, world.clock, queue, replay);
    Categorizer categorizer(world.clock, queue, agents, publisher);
    if (publish) { // recovery and its first sync of the volume are not what is measured
        categorizer.start();
        std::uint64_t failures = 0;
        boost::asio::io_context warm;
        boost::asio::co_spawn(
            warm,
            session(queue, world.clock, world.clock.steadyNow() + std::chrono::milliseconds(1), failures),
            boost::asio::detached);
        warm.run();
        waitUntilPublished(queue, categorizer);
    }
    QueueResult result;
    result.sessions = sessions;
    const auto begin = world.clock.steadyNow();
    const auto before = queue.statistics();
    boost::asio::io_context loop;
    for (int i = 0; i < sessions; ++i)
        boost::asio::co_spawn(loop, session(queue, world.clock, begin + world.time, result.failures),
                              boost::asio::detached);
    loop.run();
    const auto elapsed = world.clock.steadyNow() - begin;
    const auto after = queue.statistics();
    result.perSecond = rate(after.messages - before.messages, elapsed);
    result.perBatch = static_cast<double>(after.messages - before.messages) /
                      static_cast<double>(std::max<std::uint64_t>(1, after.batches - before.batches));
    result.syncs = after.syncs - before.syncs;
    if (publish) {
        waitUntilPublished(queue, categorizer);
        result.published = rate(after.messages - before.messages, world.clock.steadyNow() - begin);
        categorizer.stop();
    }
    return result;
}

} // namespace

int main(int argc, char** argv) {
    World world;
    std::string pattern = std::string(argc > 1 ? argv[1] : ".") + "/queue-bench-XXXXXX";
    if (!::mkdtemp(pattern.data())) {
        std::perror("queue_bench");
        return 1;
    }
    world.directory = pattern;
    world.time = std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 2);

    std::string line = "{\"bench\":\"queue\",\"bodyOctets\":" + std::to_string(kBodySize);
    char text[256];
    std::snprintf(text, sizeof text, ",\"oneSyncPerFile\":{\"threads\":%d,\"messagesPerSecond\":%.0f}",
                  kFileThreads, measureFiles(world));
    line += text;
    line += ",\"queue\":[";
    const char* separator = "";
    for (const int sessions : {1, 8, 32, 128, 512}) {
        const auto result = measureQueue(world, sessions, false);
        std::snprintf(
            text, sizeof text,
            "%s{\"sessions\":%d,\"messagesPerSecond\":%.0f,\"messagesPerBatch\":%.1f,\"syncs\":%llu,"
            "\"failures\":%llu}",
            separator, sessions, result.perSecond, result.perBatch,
            static_cast<unsigned long long>(result.syncs), static_cast<unsigned long long>(result.failures));
        line += text;
        separator = ",";
    }
    const auto through = measureQueue(world, 128, true);
    std::snprintf(
        text, sizeof text,
        "],\"withPublishing\":{\"sessions\":%d,\"messagesPerSecond\":%.0f,\"publishedPerSecond\":%.0f,"
        "\"failures\":%llu}}",
        through.sessions, through.perSecond, through.published,
        static_cast<unsigned long long>(through.failures));
    line += text;
    std::puts(line.c_str());
    std::filesystem::remove_all(world.directory);
    return 0;
}
