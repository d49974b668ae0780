// The recorder by itself: what it keeps, and that nothing it meets can harm a session.
#include <edge/base/text.h>
#include <edge/tests/recording/recording_bench.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

using namespace edge;
using namespace edge::testenv;

namespace {

constexpr const char* kMessage = "From: ann@fabrikam.com\r\nSubject: recorded\r\n\r\nHello\r\n";

// A recorder with a scripted server behind it, for sessions that are moved by hand.
class RecorderBench {
public:
    explicit RecorderBench(const RecordingLimits& limits = {}) {
        RecordedServer server;
        server.configuration = [] { return std::string("Set-EdgeSimProfile 2019\n"); };
        server.listEntries = [](const SessionRecording&) { return std::string(); };
        server.warn = [this](const std::string& what) { warnings.push_back(what); };
        REQUIRE(recorder.begin(files, "/recordings", Writing::Inline, server, limits).has_value());
    }

    std::unique_ptr<Transport> connect() {
        auto connection = connectInMemory(loop, clock, kServer, {*IpAddress::parse("203.0.113.9"), port++});
        client = std::move(connection.client);
        return recorder.listenTo(std::move(connection.server), kServer);
    }
    void write(Transport& transport, std::string bytes) {
        auto writing = transport.write(std::move(bytes), kNever);
        boost::asio::co_spawn(loop, std::move(writing), boost::asio::detached);
        loop.restart();
        loop.poll();
    }
    std::size_t recordings() {
        std::size_t count = 0;
        for (const auto& name : *files.list("/recordings"))
            count += name.ends_with(kRecordingExtension) ? 1 : 0;
        return count;
    }

    static inline const Endpoint kServer{*IpAddress::parse("192.168.2.20"), 25};
    boost::asio::io_context loop;
    ManualClock clock{loop};
    SeededRandom random{1};
    FaultyFileSystem files{clock, random};
    SessionRecorder recorder{clock};
    std::vector<std::string> warnings;
    std::unique_ptr<MemoryClient> client;
    std::uint16_t port = 1024;
};

std::vector<std::string> linesWith(const Recording& recording, std::string_view word) {
    std::vector<std::string> found;
    for (const auto script : {&recording.script, &recording.entries})
        for (const auto line : split(*script, '\n'))
            if (line.find(word) != std::string_view::npos)
                found.emplace_back(line);
    return found;
}

} // namespace

TEST_CASE("A session becomes a file with its bytes, its decisions and its configuration") {
    RecordingBench bench;
    Lab lab;
    lab.run("Set-SenderFilterConfig -BlockedSenders blocked@contoso.com");
    REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    CHECK(bench.names().empty()); // not before its end
    CHECK(client.say("MAIL FROM:<blocked@contoso.com>").statusCode() == 554);

    const auto recording = bench.only();
    CHECK(recording.head.client.address.toString() == "203.0.113.9");
    CHECK(recording.head.selection == lab.serverEndpoint());
    CHECK(recording.has(SessionEnd::ServerClosed));
    CHECK(linesWith(recording, "blocked@contoso.com").size() == 1);
    const auto dialogue = dialogueOf(recording);
    REQUIRE(dialogue.given.said.size() == 2);
    CHECK(dialogue.given.said[1].bytes() == "MAIL FROM:<blocked@contoso.com>\r\n");
    CHECK(dialogue.outcome.replies[1].verdict() == "554 5.1.0 Sender denied");
    CHECK(dialogue.outcome.replies[1].took == std::chrono::seconds(5)); // the tarpit
    std::vector<std::string> acts;
    for (const auto& decision : dialogue.outcome.decisions)
        if (decision.action != Action::None)
            acts.push_back(decision.agent + " " + decision.reason + " " + decision.data);
    CHECK(join(acts, "; ") == "Sender Filter Agent SenderInBlockList blocked@contoso.com");
}

TEST_CASE("Of recipients and IP lists only what the session was about is kept") {
    RecordingBench bench;
    Lab lab;
    lab.run("Set-RecipientFilterConfig -RecipientValidationEnabled $true");
    lab.run("New-EdgeSimRecipient mary@adventureworks.com; New-EdgeSimRecipient bob@adventureworks.com");
    lab.run("Add-IPAllowListEntry -IPRange 203.0.113.0/24; Add-IPAllowListEntry -IPRange 198.51.100.7");
    REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    client.send("ann@fabrikam.com", {"mary@adventureworks.com"}, kMessage);
    client.say("QUIT");

    const auto recording = bench.only();
    CHECK(linesWith(recording, "mary@").size() == 1);
    CHECK(linesWith(recording, "203.0.113").size() == 1);
    CHECK(linesWith(recording, "bob@").empty());
    CHECK(linesWith(recording, "198.51.100.7").empty());
}

TEST_CASE("Sessions side by side are recorded apart") {
    RecordingBench bench;
    Lab lab;
    REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
    auto first = lab.connectFrom("203.0.113.9");
    auto second = lab.connectFrom("198.51.100.2");
    first.hello("first.example");
    second.hello("second.example");
    first.say("QUIT");
    second.say("QUIT");
    REQUIRE(bench.names().size() == 2);
    for (const auto& name : bench.names()) {
        const auto recording = bench.read(name);
        REQUIRE(recording.has_value());
        const auto dialogue = dialogueOf(*recording);
        const bool isFirst = dialogue.given.client.address.toString() == "203.0.113.9";
        CHECK(dialogue.given.said.front().bytes() ==
              (isFirst ? "EHLO first.example\r\n" : "EHLO second.example\r\n"));
        CHECK(dialogue.outcome.decisions.size() == 1); // OnConnect, once each
    }
}

TEST_CASE("A session under way when the server ends is kept as far as it went") {
    RecordingBench bench;
    {
        Lab lab;
        REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
        auto client = lab.connectFrom("203.0.113.9");
        client.hello();
    }
    const auto recording = bench.only();
    CHECK(recording.has(SessionEnd::Stopping));
    CHECK(dialogueOf(recording).given.leaving == Leaving::Unknown);
}

TEST_CASE("A disk that fills up ends the recording, says so once, and no session notices") {
    RecordingBench bench;
    Lab lab;
    REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
    bench.files().failAlways(DiskOperation::Write, Errc::NoSpace);
    for (int i = 0; i < 2; ++i) {
        auto client = lab.connectFrom("203.0.113.9");
        CHECK(client.hello().statusCode() == 250);
        CHECK(client.send("ann@fabrikam.com", {"mary@adventureworks.com"}, kMessage).statusCode() == 250);
        CHECK(client.say("QUIT").statusCode() == 221);
    }
    CHECK(bench.names().empty());

    RecorderBench alone;
    alone.files.failAlways(DiskOperation::Write, Errc::NoSpace);
    alone.connect().reset();
    alone.connect().reset();
    CHECK(alone.warnings.size() == 1);
    CHECK(alone.warnings.front().starts_with("sessions are no longer recorded: "));
    CHECK_FALSE(alone.recorder.isRecording());
}

TEST_CASE("A session over the limit is kept up to it") {
    RecordingLimits limits;
    limits.sessionOctets = 1000;
    RecorderBench bench(limits);
    auto transport = bench.connect();
    for (int i = 0; i < 100; ++i)
        bench.write(*transport, "250 a reply that is repeated\r\n");
    transport->close(PeerState::MaySend);
    const auto names = *bench.files.list("/recordings");
    const auto name = *std::find_if(names.begin(), names.end(), [](const std::string& each) {
        return each.ends_with(kRecordingExtension);
    });
    CHECK(bench.files.status("/recordings/" + name)->size < 1500);
    const auto recording = readRecording(bench.files, "/recordings/" + name);
    REQUIRE(recording.has_value());
    CHECK(recording->has(SessionEnd::LimitReached));
    CHECK(dialogueOf(*recording).given.leaving == Leaving::Unknown);
}

TEST_CASE("While memory is full of recordings new sessions pass unrecorded") {
    RecordingLimits limits;
    limits.heldOctets = 100;
    RecorderBench bench(limits);
    auto first = bench.connect();
    bench.write(*first, std::string(200, 'x') + "\r\n");
    auto second = bench.connect();
    bench.write(*second, "220 still served\r\n");
    CHECK(bench.client->take() == "220 still served\r\n");
    second.reset();
    CHECK(bench.recordings() == 0);
    first.reset();
    CHECK(bench.recordings() == 1);
    bench.connect().reset(); // there is room again
    CHECK(bench.recordings() == 2);
    CHECK(bench.warnings.size() == 1);
}

TEST_CASE("The folder keeps so many recordings, the youngest ones") {
    RecordingLimits limits;
    limits.folder.files = 3;
    RecorderBench bench(limits);
    for (int i = 0; i < 5; ++i) {
        bench.clock.advance(std::chrono::seconds(1));
        bench.connect().reset();
    }
    CHECK(bench.recordings() == 3);
    auto names = *bench.files.list("/recordings");
    std::sort(names.begin(), names.end());
    for (const auto& name : names)
        if (name.ends_with(kRecordingExtension))
            CHECK(name > "20190603T090003");
}

TEST_CASE("The folder keeps so many octets, also of recordings that were there before") {
    boost::asio::io_context loop;
    ManualClock clock(loop);
    SeededRandom random(1);
    FaultyFileSystem files(clock, random);
    const RecordingHead head{clock.utcNow(), RecorderBench::kServer, RecorderBench::kServer,
                             RecorderBench::kServer};
    const RecordingFolderLimits limits{.files = 10, .octets = 250};
    const auto count = [&files] {
        const auto names = *files.list("/recordings");
        return std::count_if(names.begin(), names.end(),
                             [](const std::string& name) { return name.ends_with(kRecordingExtension); });
    };
    {
        auto folder = RecordingFolder::open(files, "/recordings", limits);
        REQUIRE(folder.has_value());
        CHECK(folder->keep(head, std::string(100, 'a')).has_value());
        CHECK(folder->keep(head, std::string(100, 'b')).has_value());
        CHECK(count() == 2);
        CHECK(RecordingFolder::open(files, "/recordings", limits).error().code == Errc::Unavailable);
    }
    auto again = RecordingFolder::open(files, "/recordings", limits);
    REQUIRE(again.has_value());
    CHECK(again
              ->keep({head.started + std::chrono::seconds(1), head.client, head.local, head.selection},
                     std::string(100, 'c'))
              .has_value());
    CHECK(count() == 2);
}

TEST_CASE("Answers of the DNS are kept with every session that is under way") {
    RecorderBench bench;
    ZoneResolver zones(bench.clock);
    REQUIRE(zones.load("fabrikam.com TXT \"v=spf1 -all\"\nbroken.com servfail").has_value());
    RecordedResolver resolver(zones, bench.clock, bench.recorder);
    auto transport = bench.connect();
    for (const auto* name : {"fabrikam.com", "broken.com", "unknown.com"}) {
        auto asking = resolver.query(name, DnsType::Txt);
        boost::asio::co_spawn(bench.loop, std::move(asking), boost::asio::detached);
        bench.loop.restart();
        bench.loop.poll();
    }
    transport.reset();
    const auto names = *bench.files.list("/recordings");
    for (const auto& name : names) {
        if (!name.ends_with(kRecordingExtension))
            continue;
        const auto recording = readRecording(bench.files, "/recordings/" + name);
        REQUIRE(recording.has_value());
        CHECK(zoneLines(dialogueOf(*recording).given.answers) ==
              std::vector<std::string>{"fabrikam.com TXT \"v=spf1 -all\"", "broken.com servfail",
                                       "unknown.com nxdomain"});
    }
    CHECK(bench.recordings() == 1);
}
