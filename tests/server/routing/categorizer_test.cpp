#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>

using namespace edge;
using namespace edge::testenv;

namespace {

using Act = RoutingVerdict::Act;

// Agents that do what the test says, and note what they saw.
class ScriptedAgents final : public RoutingDispatcher {
public:
    using Handler = std::function<RoutingVerdict(const std::string& event, MailItem& item)>;
    explicit ScriptedAgents(Handler handler)
        : handler_(std::move(handler)) {}
    bool isEmpty() const override { return false; }
    Task<RoutingVerdict> onSubmitted(MailItem& item) override { return call("submitted", item); }
    Task<RoutingVerdict> onResolved(MailItem& item) override { return call("resolved", item); }
    Task<RoutingVerdict> onRouted(MailItem& item) override { return call("routed", item); }
    Task<RoutingVerdict> onCategorized(MailItem& item) override { return call("categorized", item); }

    std::vector<std::string> events;

private:
    Task<RoutingVerdict> call(std::string event, MailItem& item) {
        events.push_back(event + " " + item.headers.get("X-Test-Name").value_or("?"));
        co_return handler_(event, item);
    }
    Handler handler_;
};

struct Routed {
    explicit Routed(ScriptedAgents::Handler handler)
        : agents(std::move(handler)) {
        bench.process.reset();
        process = std::make_unique<Process>(*bench.disk, bench.clock, bench.random, agents);
    }
    void killAndRestart() {
        auto next = bench.disk->killProcess();
        process.reset();
        bench.disk = std::move(next);
        process = std::make_unique<Process>(*bench.disk, bench.clock, bench.random, agents);
    }
    std::size_t files() { return listReplay(*bench.disk).size(); }

    StorageBench bench;
    ScriptedAgents agents;
    std::unique_ptr<Process> process;
};

RoutingVerdict pass(const std::string&, MailItem&) {
    return {};
}

} // namespace

TEST_CASE("The four events come in Exchange's order, message by message, in the order of commitment") {
    Routed routed(pass);
    REQUIRE(routed.process->commit(makeItem("a")));
    REQUIRE(routed.process->commit(makeItem("b")));
    CHECK(routed.process->work() == 2);
    CHECK(routed.agents.events == std::vector<std::string>{"submitted a", "resolved a", "routed a",
                                                           "categorized a", "submitted b", "resolved b",
                                                           "routed b", "categorized b"});
    CHECK(routed.files() == 2);
}

TEST_CASE("What routing agents change is what is published") {
    Routed routed([](const std::string& event, MailItem& item) {
        if (event == "routed") {
            item.headers.set("Subject", "changed");
            item.recipients.remove(*RoutingAddress::parse("user0@adventureworks.com"));
        }
        return RoutingVerdict{};
    });
    REQUIRE(routed.process->commit(makeItem("a", 100, 2)));
    routed.process->work();
    REQUIRE(routed.files() == 1);
    const auto text =
        *readFile(*routed.bench.disk, joinPath(kReplayDirectory, listReplay(*routed.bench.disk)[0]));
    CHECK(text.find("Subject: changed\r\n") != std::string::npos);
    CHECK(text.find("user0@") == std::string::npos);
    CHECK(text.find("X-Receiver: <user1@adventureworks.com>\r\n") != std::string::npos);
}

TEST_CASE("Delete drops silently, and later events are not raised") {
    Routed routed([](const std::string& event, MailItem&) {
        return RoutingVerdict{event == "resolved" ? Act::Delete : Act::Continue, {}, ""};
    });
    REQUIRE(routed.process->commit(makeItem("a")));
    CHECK(routed.process->work() == 1);
    CHECK(routed.agents.events.size() == 2);
    CHECK(routed.files() == 0);
    CHECK(routed.process->queue->statistics().entries == 0);
    CHECK(routed.process->categorizer->statistics().deleted == 1);
}

TEST_CASE("Defer puts the original content back and tries again after the delay, also over a restart") {
    int calls = 0;
    Routed routed([&calls](const std::string& event, MailItem& item) {
        if (event != "routed" || ++calls > 2)
            return RoutingVerdict{};
        CHECK(item.headers.get("Subject") == "Message a");
        item.headers.set("Subject", "changed and forgotten");
        return RoutingVerdict{Act::Defer, std::chrono::minutes(10), "not yet"};
    });
    REQUIRE(routed.process->commit(makeItem("a")));
    routed.process->work();
    CHECK(routed.process->queue->statistics().deferred == 1);
    routed.bench.clock.advance(std::chrono::minutes(9));
    CHECK(routed.process->work() == 0);
    routed.bench.clock.advance(std::chrono::minutes(1));
    CHECK(routed.process->work() == 1);
    CHECK(calls == 2);
    routed.killAndRestart();
    CHECK(routed.process->queue->statistics().deferred == 1);
    routed.bench.clock.advance(std::chrono::minutes(11));
    CHECK(routed.process->work() == 1);
    REQUIRE(routed.files() == 1);
    CHECK(*readFile(*routed.bench.disk, joinPath(kReplayDirectory, listReplay(*routed.bench.disk)[0])) ==
          replayText(*makeItem("a")));
}

TEST_CASE("An agent that throws delays its message a bounded number of times; then it is poison, kept and "
          "visible") {
    Routed routed([](const std::string&, MailItem& item) -> RoutingVerdict {
        if (item.headers.get("X-Test-Name") == "bad")
            throw std::runtime_error("boom");
        return {};
    });
    REQUIRE(routed.process->commit(makeItem("bad")));
    REQUIRE(routed.process->commit(makeItem("good")));
    routed.process->work();
    CHECK(routed.files() == 1); // the innocent one is not held up
    for (int i = 0; i < 5; ++i) {
        routed.bench.clock.advance(std::chrono::minutes(2));
        routed.process->work();
    }
    const auto statistics = routed.process->categorizer->statistics();
    CHECK(statistics.faults == 3); // it survives two
    CHECK(statistics.poisoned == 1);
    CHECK(routed.process->queue->statistics().poison == 1);
    CHECK(routed.process->notices.back().find("boom") != std::string::npos);
    routed.killAndRestart();
    CHECK(routed.process->queue->statistics().poison == 1);
    CHECK(routed.process->work() == 0);
}

TEST_CASE("Poison given back has a clean slate") {
    bool broken = true;
    Routed routed([&broken](const std::string&, MailItem&) -> RoutingVerdict {
        if (broken)
            return {Act::Fault, {}, "broken"};
        return {};
    });
    REQUIRE(routed.process->commit(makeItem("a")));
    for (int i = 0; i < 4; ++i) {
        routed.process->work();
        routed.bench.clock.advance(std::chrono::minutes(2));
    }
    REQUIRE(routed.process->queue->statistics().poison == 1);
    broken = false;
    const auto count = runTask(routed.process->queue->resubmitPoison());
    REQUIRE(count);
    CHECK(*count == 1);
    CHECK(routed.process->work() == 1);
    CHECK(routed.files() == 1);
    CHECK(routed.process->queue->statistics().poison == 0);
}

TEST_CASE("A message whose agents take the process down is set aside after it has done so three times") {
    FaultyFileSystem* disk = nullptr;
    Routed routed([&disk](const std::string&, MailItem& item) {
        if (item.headers.get("X-Test-Name") == "killer")
            disk->dieAfter(0); // nothing that happens from here on reaches the disk
        return RoutingVerdict{};
    });
    disk = routed.bench.disk.get();
    REQUIRE(routed.process->commit(makeItem("killer")));
    REQUIRE(routed.process->commit(makeItem("innocent")));
    for (int life = 0; life < 3; ++life) {
        routed.process->work();
        CHECK(routed.bench.disk->isDead());
        routed.killAndRestart();
        disk = routed.bench.disk.get();
    }
    routed.process->work();
    CHECK_FALSE(routed.bench.disk->isDead());
    CHECK(routed.process->queue->statistics().poison == 1);
    CHECK(routed.files() == 1);
}

TEST_CASE("Disk errors are not held against a message's agents") {
    Routed routed(pass);
    REQUIRE(routed.process->commit(makeItem("a")));
    routed.bench.disk->failAlways(DiskOperation::Open, Errc::Io);
    for (int i = 0; i < 6; ++i) {
        routed.process->work();
        routed.bench.clock.advance(std::chrono::seconds(6));
    }
    CHECK(routed.files() == 0);
    CHECK(routed.process->categorizer->statistics().diskErrors == 6);
    routed.bench.disk->clearFaults();
    CHECK(routed.process->work() == 1);
    CHECK(routed.files() == 1);
    CHECK(routed.process->queue->statistics().poison == 0);
}

TEST_CASE("A message without recipients is dropped, and said so") {
    Routed routed([](const std::string&, MailItem& item) {
        item.recipients.remove(*RoutingAddress::parse("user0@adventureworks.com"));
        return RoutingVerdict{};
    });
    REQUIRE(routed.process->commit(makeItem("a")));
    CHECK(routed.process->work() == 1);
    CHECK(routed.files() == 0);
    CHECK(routed.process->categorizer->statistics().noRecipients == 1);
    CHECK(routed.process->notices.back().find("no recipient") != std::string::npos);
}

TEST_CASE("A large body that somebody removed makes poison, not silence") {
    StorageBench bench;
    REQUIRE(bench.process->commit(makeItem("large", 40'000)));
    for (const auto& name : listReplay(*bench.disk, joinPath(kQueueDirectory, "bodies")))
        REQUIRE(bench.disk->remove(joinPath(joinPath(kQueueDirectory, "bodies"), name)));
    bench.process->work();
    CHECK(bench.process->queue->statistics().poison == 1);
    CHECK(listReplay(*bench.disk).empty());
}
