#include <edge/server/administration/state_file.h>
#include <edge/server/replay/replay_file.h>
#include <edge/tests/bench/power_cut_run.h>

#include <array>

namespace edge::testenv {
namespace {

constexpr const char* kReplay = "/lab/Replay";
constexpr const char* kStaging = "/lab/Replay.staging";
constexpr const char* kTaken = "/taken"; // the consumer's own folder
constexpr std::uint64_t kMaxFile = 16ULL * 1024 * 1024;
constexpr int kBatches = 5;
constexpr std::size_t kClients = 3;
constexpr std::uint64_t kNever = ~std::uint64_t{0}; // for dieAfter()
// Most are small; the largest becomes a body file beside the queue (QueueSettings::largeBody).
constexpr std::array<std::size_t, 6> kSizes{0, 200, 3000, 3000, 40'000, 300'000};
constexpr std::size_t kLine = 70;

std::string contentOf(const std::string& name, std::size_t size, SeededRandom& random) {
    std::string text = "From: ann@fabrikam.com\r\nSubject: " + name + "\r\nMessage-ID: <" + name +
                       "@powercut.test>\r\nDate: Tue, 1 Apr 2008 10:11:12 -0700\r\n\r\n";
    const auto end = text.size() + size;
    while (text.size() < end) {
        text += std::to_string(random.next());
        text += std::string(random.below(kLine), random.below(9) == 0 ? '.' : 'x') + "\r\n";
    }
    return text;
}

// Is that the message as it was sent, in the file's header, which has more lines, and in its body?
bool holdsMessage(const ReplayFile& file, std::string_view text, std::string_view sent) {
    const auto bodyOfSent = sent.find("\r\n\r\n") + 4;
    const auto header = text.substr(0, file.bodyOffset);
    return header.find(sent.substr(0, bodyOfSent - 2)) != std::string_view::npos &&
           text.substr(file.bodyOffset) == sent.substr(bodyOfSent);
}

std::vector<std::string> namesIn(FileSystem& files, const std::string& directory) {
    auto names = files.list(directory);
    return names ? std::move(*names) : std::vector<std::string>{};
}

} // namespace

PowerCutRun::PowerCutRun(std::uint64_t seed)
    : seed_(seed)
    , random_(seed) {}

// The same load on a disk that does not fail: how long the trace is.
std::uint64_t PowerCutRun::operationsOf(std::uint64_t seed) {
    PowerCutRun dry(seed);
    Lab lab({.seed = seed});
    const auto begin = lab.disk().changes();
    dry.load(lab);
    return lab.disk().changes() - begin;
}

PowerCutCount PowerCutRun::run() {
    SeededRandom choice(~seed_);
    count_.operations = operationsOf(seed_);
    count_.cutAt = choice.below(count_.operations);
    count_.consumerFirst = choice.below(2) == 0;
    Lab lab({.seed = seed_});
    lab.disk().dieAfter(count_.cutAt);
    load(lab);
    endWithPower(lab);
    if (choice.below(3) == 0) {
        lab.disk().dieAfter(choice.below(80));
        if (lab.start())
            lab.advance(std::chrono::seconds(choice.below(4)));
        endWithPower(lab);
    }
    if (recover(lab)) {
        takeAll(lab);
        lookForStrays(lab);
    }
    settleAccounts();
    return count_;
}

// Sessions deliver, time passes, and a consumer comes by, until the disk dies or all is sent.
void PowerCutRun::load(Lab& lab) {
    static_cast<void>(lab.disk().createDirectories(kTaken));
    lab.disk().beforeEachChange([this, &lab] { consumeSometimes(lab); });
    for (int batch = 0; batch < kBatches && !lab.disk().isDead(); ++batch) {
        deliverBatch(lab);
        if (random_.below(2) == 0)
            lab.advance(std::chrono::milliseconds(random_.below(3000)));
    }
    lab.disk().beforeEachChange({});
}

// Several clients end their messages at the same moment, so that commits and files come in batches.
void PowerCutRun::deliverBatch(Lab& lab) {
    std::vector<std::pair<LabClient, std::string>> waiting;
    const auto clients = 1 + random_.below(kClients);
    for (std::uint64_t i = 0; i < clients; ++i) {
        const auto name = "m" + std::to_string(seed_) + "-" + std::to_string(sent_.size());
        auto content = contentOf(name, kSizes.at(random_.below(kSizes.size())), random_);
        auto client = lab.connectFrom("203.0.113.9");
        sent_[name] = std::move(content);
        const bool ready = client.hello().statusCode() == 250 &&
                           client.say("MAIL FROM:<ann@fabrikam.com>").statusCode() == 250 &&
                           client.say("RCPT TO:<mary@adventureworks.com>").statusCode() == 250 &&
                           client.say("DATA").statusCode() == 354;
        if (ready)
            waiting.emplace_back(std::move(client), name);
    }
    for (auto& [client, name] : waiting)
        client.raw(dotStuffed(sent_[name]));
    for (auto& [client, name] : waiting)
        if (client.read().statusCode() == 250)
            acknowledged_.insert(name);
}

void PowerCutRun::consumeSometimes(Lab& lab) {
    if (random_.below(5) != 0)
        return;
    const auto names = namesIn(lab.disk(), kReplay);
    if (!names.empty())
        takeOne(lab, names[random_.below(names.size())]);
}

// Renames the file away, reads it, removes it.
void PowerCutRun::takeOne(Lab& lab, const std::string& name) {
    const auto taken = joinPath(kTaken, name);
    if (!lab.disk().rename(joinPath(kReplay, name), taken))
        return;
    const auto text = readWholeFile(lab.disk(), taken, kMaxFile);
    if (!text)
        return complain(count_.torn, name + " cannot be read: " + text.error().message);
    check(name, *text);
    static_cast<void>(lab.disk().remove(taken));
}

void PowerCutRun::takeAll(Lab& lab) {
    for (const auto& name : namesIn(lab.disk(), kReplay))
        takeOne(lab, name);
}

// A visible file is a whole message, octet for octet, and a second copy is the first one again.
void PowerCutRun::check(const std::string& file, const std::string& text) {
    if (file.ends_with(".tmp"))
        return complain(count_.strayFiles, file + " is visible");
    const auto parsed = readReplayFile(text);
    const auto name = parsed ? parsed->headers.get("Subject").value_or("") : "";
    const auto message = sent_.find(name);
    if (message == sent_.end() || !holdsMessage(*parsed, text, message->second))
        return complain(count_.torn, file + " is not what was sent as \"" + name + "\"");
    ++seen_[name];
    const auto [first, added] = copies_.emplace(name, text);
    if (!added && first->second != text)
        complain(count_.torn, file + ": a second copy of " + name + " differs from the first");
}

void PowerCutRun::lookForStrays(Lab& lab) {
    for (const auto* directory : {kReplay, kStaging})
        for (const auto& name : namesIn(lab.disk(), directory))
            complain(count_.strayFiles, name + " is left in " + directory);
}

void PowerCutRun::endWithPower(Lab& lab) {
    ++count_.cuts;
    lab.cutPower();
}

// The last start is on a healthy machine; it must succeed.
bool PowerCutRun::recover(Lab& lab) {
    lab.disk().dieAfter(kNever);
    if (count_.consumerFirst)
        takeAll(lab);
    for (const auto& [name, times] : seen_)
        takenBeforeStart_.insert(name);
    if (auto started = lab.start(); !started) {
        complain(count_.lost, "no start after the power cut: " + started.error().message);
        return false;
    }
    for (int second = 0; second < 10; ++second)
        lab.advance(std::chrono::seconds(1));
    return true;
}

void PowerCutRun::settleAccounts() {
    count_.acknowledged = acknowledged_.size();
    count_.published = seen_.size();
    for (const auto& name : acknowledged_)
        if (seen_.count(name) == 0)
            complain(count_.lost, name + " was acknowledged and is nowhere");
    for (const auto& [name, times] : seen_) {
        if (times < 2)
            continue;
        if (takenBeforeStart_.count(name) != 0)
            ++count_.doubledTaken;
        else
            complain(count_.doubled, name + " is there " + std::to_string(times) + " times");
    }
}

void PowerCutRun::complain(std::uint64_t& counter, const std::string& sentence) {
    ++counter;
    sentences_.push_back(sentence);
}

} // namespace edge::testenv
