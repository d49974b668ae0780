// From a long session to the few lines that matter.
#include <edge/base/text.h>
#include <edge/server/posix_file_system.h>
#include <edge/testenv/recording/delta_debugging.h>
#include <edge/testenv/recording/scenario_writer.h>
#include <edge/testenv/recording/session_player.h>
#include <edge/testenv/recording/session_shrinker.h>
#include <edge/testenv/scenario/scenario_parser.h>
#include <edge/tests/recording/recording_bench.h>

#include <numeric>
#include <set>

using namespace edge;
using namespace edge::testenv;

namespace {

// A morning of a gateway: several messages, one of them with a forbidden attachment between others.
Dialogue recordedMorning() {
    RecordingBench bench;
    Lab lab;
    lab.run("Set-SenderFilterConfig -BlockedSenders blocked@contoso.com,other@contoso.com "
            "-BlockedDomains spam.example,junk.example; "
            "Set-RecipientFilterConfig -BlockListEnabled $true -BlockedRecipients secret@adventureworks.com; "
            "Add-ContentFilterPhrase -Phrase 'buy now' -Influence BadWord; "
            "Add-AttachmentFilterEntry -Name *.zap -Type FileName; Add-AttachmentFilterEntry -Name *.zip "
            "-Type FileName; "
            "Set-AttachmentFilterListConfig -Action Reject; "
            "Add-IPAllowListEntry -IPRange 198.51.100.0/24");
    REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
    auto client = lab.connectFrom("203.0.113.9");
    client.hello();
    const auto message = [](int number, const std::string& attachment) {
        auto text = "From: ann@fabrikam.com\r\nTo: mary@adventureworks.com\r\nSubject: number " +
                    std::to_string(number) + "\r\nMessage-ID: <" + std::to_string(number) +
                    "@fabrikam.com>\r\nDate: Mon, 3 Jun 2019 09:00:00 +0000\r\nX-Mailer: morning\r\n"
                    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
                    "--cut\r\nContent-Type: text/plain\r\n\r\n";
        for (int line = 0; line < 20; ++line)
            text += "Line " + std::to_string(line) + " of an ordinary letter.\r\n";
        text += "--cut\r\nContent-Type: text/html\r\n\r\n<p>The same again</p>\r\n";
        return text +
               "--cut\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
               "filename=" +
               attachment + "\r\n\r\nAAAA\r\n--cut--\r\n";
    };
    client.send("ann@fabrikam.com", {"mary@adventureworks.com", "bob@adventureworks.com"},
                message(1, "notes.txt"));
    client.say("NOOP");
    client.send("eve@fabrikam.com", {"mary@adventureworks.com"}, message(2, "picture.png"));
    client.send("ann@fabrikam.com", {"mary@adventureworks.com", "bob@adventureworks.com"},
                message(3, "tool.zap"));
    client.say("RSET");
    client.send("ann@fabrikam.com", {"bob@adventureworks.com"}, message(4, "list.csv"));
    client.say("QUIT");
    return dialogueOf(bench.only());
}

bool passes(const std::string& text) {
    PosixFileSystem files;
    const auto parsed = parseScenarios(files, "shrunk.scenario", text);
    REQUIRE(parsed.errors.empty());
    return runInMemory(parsed.scenarios.front()).verdict == Verdict::Passed;
}

std::size_t lineCount(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("Of many things those few are found that matter together") {
    std::size_t asked = 0;
    const std::set<std::size_t> needed{3, 40, 41, 99};
    const auto holds = [&](const std::vector<std::size_t>& kept) {
        ++asked;
        return std::includes(kept.begin(), kept.end(), needed.begin(), needed.end());
    };
    CHECK(fewestThatHold(100, holds) == std::vector<std::size_t>(needed.begin(), needed.end()));
    CHECK(asked < 150);
    CHECK(fewestThatHold(0, holds).empty());
    CHECK(fewestThatHold(5, [](const std::vector<std::size_t>&) { return true; }).empty());
    CHECK(fewestThatHold(3, [](const std::vector<std::size_t>& kept) { return kept.size() == 3; }).size() ==
          3);
}

TEST_CASE("The pieces of a message are the message") {
    for (const std::string text :
         {"", "Subject: x\r\n",
          "Subject: a\r\n folded\r\nTo: b\r\n\r\nbody\r\n--cut\r\nA: b\r\n\r\nx\r\n--cut--\r\n",
          "\r\n--cut\r\n\r\n", "no end"}) {
        const auto parts = messageParts(text);
        const auto lines = messageLines(text);
        CHECK(std::accumulate(parts.begin(), parts.end(), std::string()) == text);
        CHECK(std::accumulate(lines.begin(), lines.end(), std::string()) == text);
    }
    CHECK(messageParts("Subject: a\r\n folded\r\nTo: b\r\n\r\nbody\r\nmore\r\n--cut\r\nx\r\n") ==
          std::vector<std::string>{"Subject: a\r\n folded\r\n", "To: b\r\n", "\r\n", "body\r\nmore\r\n",
                                   "--cut\r\nx\r\n"});
    CHECK(cmdletPieces("Set-X 'a -b' -C 'd,e','f' -G:$true") ==
          std::vector<std::string>{"Set-X 'a -b'", " -C 'd,e',", "'f'", " -G:$true"});
}

TEST_CASE("A long session that was refused shrinks to under a quarter of its lines, and still shows it") {
    const auto dialogue = recordedMorning();
    const auto whole = toScenario(dialogue.given, dialogue.outcome, "A morning.");
    REQUIRE(whole.has_value());
    CHECK(whole->wrong == "");

    const auto given = withoutSmallPauses(dialogue.given);
    const auto verdict = lastVerdict(given, dialogue.outcome);
    CHECK(verdict.find("Attachment Filtering Agent") != std::string::npos);
    const auto shrunk = shrinkSession(given, showsText(verdict));
    CHECK_FALSE(shrunk.gaveUp);
    CHECK(sizeOf(shrunk.smallest) * 4 < sizeOf(given));

    const auto outcome = playSession(shrunk.smallest);
    REQUIRE(outcome.has_value());
    const auto smallest = toScenario(shrunk.smallest, *outcome, "Still refused.", ScenarioStyle::Concise);
    REQUIRE(smallest.has_value());
    INFO(smallest->text);
    CHECK(smallest->wrong == "");
    CHECK(passes(smallest->text));
    CHECK(lineCount(smallest->text) * 4 < lineCount(whole->text));
    CHECK(smallest->text.find("tool.zap") != std::string::npos);
    CHECK(smallest->text.find("eve@") == std::string::npos);
    CHECK(smallest->text.find("ordinary letter") == std::string::npos);

    const auto again = shrinkSession(given, showsText(verdict));
    CHECK(again.runs == shrunk.runs);
    CHECK(again.smallest.said == shrunk.smallest.said);
    CHECK(again.smallest.script == shrunk.smallest.script);
}

TEST_CASE("Of two configurations the line that makes the difference is found") {
    const auto dialogue = recordedMorning();
    auto given = withoutSmallPauses(dialogue.given);
    const auto recorded = given.script;
    given.script.emplace_back("Set-SenderFilterConfig -BlockedSenders eve@fabrikam.com,mallory@fabrikam.com");
    given.script.emplace_back("Set-RecipientFilterConfig -RecipientValidationEnabled $false");
    const auto shrunk = shrinkSession(given, showsOnlyWithout(recorded, "554 5.1.0 Sender denied"));
    CHECK(shrunk.smallest.script ==
          std::vector<std::string>{"Set-SenderFilterConfig -BlockedSenders eve@fabrikam.com"});
    REQUIRE(shrunk.smallest.said.size() == 2); // EHLO and MAIL
    CHECK(shrunk.smallest.said[1].bytes() == "MAIL FROM:<eve@fabrikam.com>\r\n");
}

TEST_CASE("It gives up after so many runs, with what it has") {
    const auto given = withoutSmallPauses(recordedMorning().given);
    std::size_t told = 0;
    const auto shrunk =
        shrinkSession(given, showsText("Attachment Filtering Agent RejectMessage"),
                      {.maxRuns = 30, .progress = [&](std::size_t runs, std::size_t) { told = runs; }});
    CHECK(shrunk.gaveUp);
    CHECK(shrunk.runs == 30);
    CHECK(told == 30);
    CHECK(sizeOf(shrunk.smallest) < sizeOf(given));
}

TEST_CASE("What no plain line can say becomes raw octets, and pauses become advances") {
    RecordingBench bench;
    Lab lab;
    REQUIRE(lab.record(bench.files(), bench.kFolder).has_value());
    auto client = lab.connectFrom("203.0.113.9");
    client.hello("mail.fabrikam.com ");
    lab.advance(std::chrono::seconds(7));
    client.say("NOOP \x01\xff");
    client.send("ann@fabrikam.com", {"mary@adventureworks.com"},
                "Subject: END\r\n\r\nEND\r\n.dot\r\n\ttab \r\n");
    client.say("QUIT");
    const auto dialogue = dialogueOf(bench.only());
    const auto written = toScenario(dialogue.given, dialogue.outcome, "Odd.");
    REQUIRE(written.has_value());
    INFO(written->text);
    CHECK(written->wrong == "");
    CHECK(written->text.find("advance 7s\nraw \"NOOP \\x01\\xFF\\r\\n\"\n") != std::string::npos);
    CHECK(written->text.find("message <<END2\nSubject: END\n\nEND\n.dot\n\ttab \nEND2\n") !=
          std::string::npos);
}
