#include <edge/tests/storage/storage_bench.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace {

std::shared_ptr<MailItem> itemWithEverything() {
    auto item = makeItem("full", 500, 0);
    item->fromAddress = RoutingAddress::nullReversePath();
    EnvelopeRecipient one;
    one.address = *RoutingAddress::parse("\"quoted one\"@contoso.com");
    one.originalRecipient = "rfc822;one@contoso.com";
    one.dsnTypeRequested = {true, false, true, false, true};
    one.properties.set<std::string>("note", "for one");
    item->recipients.add(one);
    EnvelopeRecipient two;
    two.address = *RoutingAddress::parse("two@contoso.com");
    two.dsnTypeRequested = {true, true, false, false, false};
    item->recipients.add(two);
    item->envelopeId = "ENV+20ID";
    item->dsnFormatRequested = DsnFormatRequested::Full;
    item->bodyType = BodyType::BinaryMime;
    item->originalAuthenticator = "<>";
    item->dateTimeReceived = kScenarioStart + std::chrono::microseconds(123456);
    item->inboundDeliveryMethod = InboundDeliveryMethod::File;
    item->networkMessageId = Guid{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
    item->originatingDomain = "contoso.com";
    item->originatorOrganization = "Contoso";
    item->hasBlankLine = true;
    item->properties.set<std::string>("text", std::string("a\0b", 3));
    item->properties.set<bool>("flag", true);
    item->properties.set<int>("int", -7);
    item->properties.set<std::int64_t>("big", -(std::int64_t{1} << 60));
    item->properties.set<std::uint64_t>("unsigned", ~std::uint64_t{0});
    item->properties.set<double>("double", 0.1);
    item->properties.set<std::vector<int>>("session only", {1, 2});
    return item;
}

void checkSame(const MailItem& a, const MailItem& b) {
    CHECK(a.fromAddress == b.fromAddress);
    REQUIRE(a.recipients.size() == b.recipients.size());
    for (std::size_t i = 0; i < a.recipients.size(); ++i) {
        CHECK(a.recipients[i].address.toString() == b.recipients[i].address.toString());
        CHECK(a.recipients[i].originalRecipient == b.recipients[i].originalRecipient);
        CHECK((a.recipients[i].dsnTypeRequested == b.recipients[i].dsnTypeRequested));
    }
    CHECK(*b.recipients[0].properties.get<std::string>("note") == "for one");
    CHECK(a.envelopeId == b.envelopeId);
    CHECK((a.dsnFormatRequested == b.dsnFormatRequested));
    CHECK((a.bodyType == b.bodyType));
    CHECK(a.originalAuthenticator == b.originalAuthenticator);
    CHECK((a.dateTimeReceived == b.dateTimeReceived));
    CHECK((a.inboundDeliveryMethod == b.inboundDeliveryMethod));
    CHECK((a.networkMessageId == b.networkMessageId));
    CHECK(a.heloDomain == b.heloDomain);
    CHECK(a.sourceIpAddress == b.sourceIpAddress);
    CHECK(a.sourceName == b.sourceName);
    CHECK(a.originatingDomain == b.originatingDomain);
    CHECK(a.originatorOrganization == b.originatorOrganization);
    CHECK(a.hasBlankLine == b.hasBlankLine);
    CHECK(a.headers.toBytes() == b.headers.toBytes());
    CHECK(*a.body.readAll(1 << 20) == *b.body.readAll(1 << 20));
    CHECK(*b.properties.get<std::string>("text") == std::string("a\0b", 3));
    CHECK(*b.properties.get<bool>("flag"));
    CHECK(*b.properties.get<int>("int") == -7);
    CHECK(*b.properties.get<std::int64_t>("big") == -(std::int64_t{1} << 60));
    CHECK(*b.properties.get<std::uint64_t>("unsigned") == ~std::uint64_t{0});
    CHECK(*b.properties.get<double>("double") == 0.1);
    CHECK_FALSE(b.properties.contains("session only"));
}

} // namespace

TEST_CASE("A message comes out of the queue as it went in: at once, and after a restart") {
    StorageBench bench;
    const auto item = itemWithEverything();
    REQUIRE(bench.process->commit(item));
    for (int life = 0; life < 2; ++life) {
        auto taken = bench.process->queue->take(10);
        REQUIRE(taken.size() == 1);
        CHECK((taken[0].record != nullptr) == (life == 0)); // handed over, or to be loaded
        auto record = taken[0].record;
        if (!record) {
            const auto loaded = runTask(bench.process->queue->load(taken[0].entry.sequence));
            REQUIRE(loaded);
            record = *loaded;
        }
        const auto restored = restoreItem(*record, Spool());
        REQUIRE(restored);
        checkSame(*item, *restored);
        bench.killAndRestart();
    }
}

TEST_CASE("A header that is no header keeps its octets") {
    StorageBench bench;
    auto item = makeItem("odd");
    item->headers = HeaderList::parse(
        "  starts with blanks\r\nno colon here\r\nX: a\n b\r\n\tfolded \xFF\r\nlast: without end");
    item->hasBlankLine = false;
    const auto record = makeRecord(*item, 1000);
    REQUIRE(record);
    const auto restored = restoreItem(*record, Spool());
    REQUIRE(restored);
    CHECK(restored->headers.toBytes() == item->headers.toBytes());
    CHECK(replayText(*restored) == replayText(*item));
}

TEST_CASE("Addresses of any connector's limits come back") {
    auto item = makeItem("long", 10, 0);
    EnvelopeRecipient recipient;
    recipient.address =
        *RoutingAddress::parse("IMCEAX400-" + std::string(1500, 'a') + "@contoso.com", {1860, 1860, true});
    item->recipients.add(recipient);
    const auto record = makeRecord(*item, 1000);
    REQUIRE(record);
    const auto restored = restoreItem(*record, Spool());
    REQUIRE(restored);
    CHECK(restored->recipients[0].address == recipient.address);
}

TEST_CASE("A queue made by a newer program is not touched") {
    StorageBench bench;
    bench.process.reset();
    {
        SqliteVfs vfs(*bench.disk, bench.clock, bench.random, kQueueDirectory);
        auto database = Database::open(vfs, joinPath(kQueueDirectory, "mail.que"));
        REQUIRE(database);
        REQUIRE((*database)->execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA user_version=99"));
    }
    bench.restart();
    CHECK_FALSE(bench.process->isUp());
    CHECK(bench.process->startError.code == Errc::Unsupported);
}
