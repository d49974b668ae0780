// Each hiding place through a whole server with the default list, under Reject and under Strip.
#include <edge/tests/hostile/collection.h>
#include <edge/tests/hostile/hostile_bench.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace edge;
using namespace edge::hostile;

namespace {

std::string multipart(const std::string& boundary, const std::string& content) {
    return "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n" +
           content + "\r\n--" + boundary + "--\r\n";
}

std::string message(const std::string& mime) {
    return "From: sender@fabrikam.com\r\nTo: student@adventureworks.com\r\nSubject: bomb\r\nMIME-Version: "
           "1.0\r\n" +
           mime;
}

// The body of a message: what an agent could have changed.
std::string bodyOf(const std::string& bytes) {
    return bytes.substr(bytes.find("\r\n\r\n"));
}

} // namespace

TEST_CASE("Every hiding place has its documented outcome, and every outcome its message") {
    std::set<std::string> rows;
    for (const auto& row : readCollection()) {
        CAPTURE(row.name);
        CHECK((row.outcome == "found" || row.outcome == "allowed" || row.outcome == "malformed"));
        CHECK(row.why.size() > 10);
        CHECK(rows.insert(row.name + ".eml").second);
    }
    CHECK(rows.size() >= 40);
    const auto files = messageFiles();
    CHECK(std::set<std::string>(files.begin(), files.end()) == rows);
}

TEST_CASE("Reject refuses each message with a forbidden file before its 250") {
    HostileBench bench("Reject");
    for (const auto& row : readCollection()) {
        CAPTURE(row.name);
        const auto reply = bench.send(row.name, row.message);
        if (row.outcome == "found")
            CHECK(reply == SmtpResponse(550, "5.7.1", "Message rejected due to unacceptable attachments"));
        else if (row.outcome == "malformed")
            CHECK(reply.statusCode() / 100 == 5);
        else
            CHECK(reply.statusCode() == 250);
    }
    const auto delivered = bench.delivered();
    for (const auto& row : readCollection()) {
        CAPTURE(row.name);
        CHECK(delivered.contains(row.name) == (row.outcome == "allowed"));
        if (row.outcome == "allowed" && delivered.contains(row.name))
            CHECK(bodyOf(delivered.at(row.name)) == bodyOf(row.message));
    }
}

TEST_CASE("Strip leaves nothing forbidden: what it delivers passes Reject") {
    HostileBench strip("Strip");
    for (const auto& row : readCollection()) {
        CAPTURE(row.name);
        const auto reply = strip.send(row.name, row.message);
        if (row.outcome == "malformed")
            CHECK(reply.statusCode() / 100 == 5);
        else
            CHECK(reply.statusCode() == 250);
    }
    const auto delivered = strip.delivered();
    HostileBench reject("Reject");
    for (const auto& row : readCollection()) {
        CAPTURE(row.name);
        REQUIRE(delivered.contains(row.name) == (row.outcome != "malformed"));
        if (row.outcome == "malformed")
            continue;
        const auto& stripped = delivered.at(row.name);
        CHECK(reject.send(row.name, stripped).statusCode() == 250);
        if (row.outcome == "found")
            CHECK(stripped.find("This attachment was removed.") != std::string::npos);
        else
            CHECK(bodyOf(stripped) == bodyOf(row.message));
    }
}

TEST_CASE("Messages built to exhaust the filter are refused, whatever the action") {
    std::string deep = "Content-Type: text/plain\r\n\r\nx";
    for (int i = 0; i < 10'000; ++i) {
        const auto boundary = "b" + std::to_string(10'000 - i);
        deep =
            "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n" + deep;
        if (deep.size() > 2'000'000)
            break;
    }
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += "--b\r\n\r\nx\r\n";
    const auto wide = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + many + "--b--\r\n";
    const auto longHeader =
        multipart("b", "X-Long: " + std::string(70'000, 'x') + "\r\nContent-Type: text/plain\r\n\r\nx");
    for (const auto* action : {"Reject", "Strip", "SilentDelete"}) {
        CAPTURE(action);
        HostileBench bench(action);
        CHECK(bench.send(message(deep)).statusCode() / 100 == 5);
        CHECK(bench.send(message(wide)).statusCode() / 100 == 5);
        CHECK(bench.send(message(longHeader)).statusCode() / 100 == 5);
        CHECK(bench.lab().replay().empty());
    }
}

TEST_CASE("A message with line feeds only is judged as its readers see it") {
    for (const auto& row : readCollection()) {
        if (row.name != "name_plain" && row.name != "harmless_zip")
            continue;
        CAPTURE(row.name);
        std::string lineFeeds = row.message;
        lineFeeds.erase(std::remove(lineFeeds.begin(), lineFeeds.end(), '\r'), lineFeeds.end());
        const bool found = row.outcome == "found";
        CHECK(HostileBench("Reject").send(lineFeeds).statusCode() == (found ? 550 : 250));
        CHECK(HostileBench("Strip").send(lineFeeds).statusCode() == (found ? 554 : 250));
        HostileBench deleting("SilentDelete");
        CHECK(deleting.send(lineFeeds).statusCode() == 250);
        CHECK(deleting.lab().replay().empty() == found);
    }
}

TEST_CASE("Strip does not deliver a message of which it can strip only what one reader sees") {
    // Found by attachment_filter_fuzz: a part to strip, and a name behind a bare line feed in the header.
    const auto twofold = message("X-Note: x\nContent-Disposition: attachment; filename=evil.com\r\n" +
                                 multipart("b", "Content-Type: application/hta\r\n\r\nx"));
    CHECK(HostileBench("Strip").send(twofold).statusCode() == 554);
    CHECK(HostileBench("Reject").send(twofold).statusCode() == 550);
}

TEST_CASE("A reader that is stuck costs its message a temporary refusal") {
    HostileBench bench("Reject");
    bench.lab().archives().fail(Error{Errc::Timeout, "no archive helper became free in time"});
    for (const auto& row : readCollection())
        if (row.name == "harmless_zip")
            CHECK(bench.send(row.message).statusCode() == 451);
    CHECK(bench.lab().replay().empty());
}

TEST_CASE("An archive over which the helper died is refused as unreadable") {
    HostileBench bench("Reject");
    ArchiveListing died;
    died.isArchive = true;
    died.trouble = "the archive helper ended with signal 9";
    bench.lab().archives().answer(died);
    bench.lab().archives().take(std::chrono::seconds(10));
    for (const auto& row : readCollection())
        if (row.name == "harmless_zip")
            CHECK(bench.send(row.message).statusCode() == 550);
}
