#include <edge/server/replay/replay_file.h>
#include <edge/tests/storage/storage_bench.h>

#include <algorithm>

namespace edge::testenv {

QueueSettings inlineQueue() {
    QueueSettings settings;
    settings.directory = kQueueDirectory;
    settings.execution = Execution::Inline;
    settings.largeBody = 16 * 1024;
    settings.minimumFreeSpace = 0;
    return settings;
}

ReplaySettings replayInto(const std::string& directory) {
    ReplaySettings settings;
    settings.directory = directory;
    settings.limits = {1ULL << 40, 1'000'000, std::nullopt};
    settings.createdBy = "MSExchange15";
    return settings;
}

std::shared_ptr<MailItem> makeItem(const std::string& name, std::size_t bodySize, std::size_t recipients) {
    auto item = std::make_shared<MailItem>(SpoolPlace{});
    item->fromAddress = *RoutingAddress::parse("sender@contoso.com");
    for (std::size_t i = 0; i < recipients; ++i) {
        EnvelopeRecipient recipient;
        recipient.address = *RoutingAddress::parse("user" + std::to_string(i) + "@adventureworks.com");
        item->recipients.add(std::move(recipient));
    }
    item->headers.append("X-Test-Name", name);
    item->headers.append("Subject", "Message " + name);
    item->heloDomain = "mail.contoso.com";
    item->sourceName = "SMTP:Default EDGE01";
    item->sourceIpAddress = "203.0.113.9";
    std::string body;
    while (body.size() < bodySize)
        body += "line " + std::to_string(body.size()) + " of " + name + "\r\n";
    body += "the end\r\n";
    const auto appended = item->body.append(body);
    return appended ? item : nullptr;
}

std::string replayText(const MailItem& item, const std::string& createdBy) {
    std::string text;
    const auto rendered = renderReplayFile(item, createdBy, [&text](std::string_view chunk) -> Result<> {
        text += chunk;
        return {};
    });
    return rendered ? text : "cannot be rendered";
}

std::string nameIn(const std::string& replay) {
    const auto file = readReplayFile(replay);
    return file ? file->headers.get("X-Test-Name").value_or("") : "";
}

std::optional<std::string> readFile(FileSystem& files, const std::string& path) {
    const auto file = files.open(path, OpenMode::ReadOnly);
    if (!file)
        return std::nullopt;
    const auto size = (*file)->size();
    if (!size)
        return std::nullopt;
    std::string content(*size, '\0');
    const auto count = (*file)->readAt(0, content);
    if (!count || *count != content.size())
        return std::nullopt;
    return content;
}

std::vector<std::string> listReplay(FileSystem& files, const std::string& directory) {
    auto names = files.list(directory);
    if (!names)
        return {};
    std::sort(names->begin(), names->end());
    return *names;
}

Process::Process(FileSystem& files, Clock& clock, Random& random, RoutingDispatcher& agents,
                 QueueSettings settings, ReplaySettings replay) {
    settings.notice = [this](NoticeLevel, const std::string& message) { notices.push_back(message); };
    auto opened = SubmissionQueue::open(files, clock, random, settings);
    if (!opened) {
        startError = opened.error();
        return;
    }
    queue = std::move(*opened);
    publisher = std::make_unique<ReplayPublisher>(files, clock, *queue, replay);
    categorizer = std::make_unique<Categorizer>(clock, *queue, agents, *publisher);
}

std::size_t Process::work() {
    std::size_t dealt = 0;
    for (std::size_t last = 1; last > 0; dealt += last)
        last = runTask(categorizer->runOnce());
    static_cast<void>(runTask(categorizer->settle()));
    return dealt;
}

StorageBench::StorageBench(std::uint64_t seed)
    : random(seed)
    , disk(std::make_unique<FaultyFileSystem>(clock, random))
    , process(std::make_unique<Process>(*disk, clock, random, noAgents)) {}

void StorageBench::restart(QueueSettings settings, ReplaySettings replay) {
    process.reset();
    process =
        std::make_unique<Process>(*disk, clock, random, noAgents, std::move(settings), std::move(replay));
}

void StorageBench::killAndRestart() {
    auto next = disk->killProcess();
    process.reset();
    disk = std::move(next);
    restart();
}

void StorageBench::cutPowerAndRestart() {
    auto next = disk->crash();
    process.reset();
    disk = std::move(next);
    restart();
}

} // namespace edge::testenv
