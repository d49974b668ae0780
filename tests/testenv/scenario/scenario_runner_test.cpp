// Scenarios played in memory: what passes, what misses and what is said about it.
#include <edge/base/text.h>
#include <edge/testenv/scenario/expectations.h>
#include <edge/tests/scenario/scenario_bench.h>

#include <thread>

using namespace edge;
using namespace edge::testenv;

namespace {

// design.md 8.
constexpr const char* kBlankSender = R"(# A blank reverse-path is refused when the administrator says so.
PS> Set-SenderFilterConfig -BlankSenderBlockingEnabled $true     # agents.md 3.3, documented

client 203.0.113.9
S: 220
C: EHLO mail.fabrikam.com
S: 250
C: MAIL FROM:<>
S: 554 5.1.0 Sender denied after 5s
S: closed

agent "Sender Filter Agent" OnMailCommand RejectCommand
replay 0
)";

constexpr const char* kAccepted = R"(client 203.0.113.9
hello
envelope ann@fabrikam.com mary@adventureworks.com
message <<END
Subject: Greetings

Dear Mary
END
S: 250 2.6.0
)";

} // namespace

TEST_CASE("The smallest scenario of the design passes") {
    ScenarioBench bench;
    CHECK(bench.miss(kBlankSender) == "");
}

TEST_CASE("A wrong expectation ends the scenario with its line, what was expected and what came") {
    ScenarioBench bench;
    CHECK(bench.miss("client 203.0.113.9\nS: 554\n").starts_with("2: expected 554 / got 220 "));
    CHECK(bench.miss("client 203.0.113.9\nS: 220\nS: closed\n")
              .starts_with("3: expected the server to close / got 4"));
    CHECK(bench.miss("client 203.0.113.9\nhello\nC: QUIT\nS: 221\nS: 250\n") ==
          "5: expected a reply / got the server closed");
    CHECK(bench.miss("client 203.0.113.9\nS: 220\nC: XYZZY\nS: 500 after 3s\n") ==
          "4: expected the reply after 00:00:03 / got it after 00:00:05");
    CHECK(bench.miss("replay 1\n") == "1: expected 1 published / got 0 published");
    const auto result = bench.run("client 203.0.113.9\nS: 554\nreplay 7\n");
    CHECK(result.misses.size() == 1);
    CHECK((result.verdict == Verdict::Failed));
}

TEST_CASE("Replies are compared by beginning, whole, by pattern, and line by line") {
    ScenarioBench bench;
    CHECK(bench.miss(
              "client 203.0.113.9\nS~ ^220 .* Microsoft ESMTP\nC: EHLO x.com\nS: 250 \nS+ 250-PIPELINING\n"
              "S- 250-STARTTLS\nC: NOOP\nS= 250 2.0.0 OK\n") == "");
    CHECK(bench.miss("client 203.0.113.9\nhello\nS+ 250-XYZZY\n")
              .starts_with("3: expected a line that begins with 250-XYZZY"));
    CHECK(bench.miss("client 203.0.113.9\nhello\nS- 250-PIPELINING\n").starts_with("3: expected no line"));
    CHECK(bench.miss("client 203.0.113.9\nhello\nC: NOOP\nS= 250\n") ==
          "4: expected 250 and nothing else / got 250 2.0.0 OK");
    CHECK(bench.miss("client 203.0.113.9\nhello\nC: NOOP\nS~ ^251\n") ==
          "4: expected a line that matches ^251 / got 250 2.0.0 OK");
}

TEST_CASE("Lines in a row arrive together, and the time of a reply counts from the last of them") {
    ScenarioBench bench;
    CHECK(bench.miss("client 203.0.113.9\nhello\nC: MAIL FROM:<a@fabrikam.com>\nC: RCPT TO:<x@contoso.com>\n"
                     "S: 250 2.1.0\nS: 550 5.7.54 after 5s\n") == "");
}

TEST_CASE("What was accepted is looked at: count, file, header, body, logs") {
    ScenarioBench bench;
    const std::string accepted = kAccepted;
    CHECK(bench.miss(accepted + "replay 1\n"
                                "file Replay/1 contains \"X-sender: <ann@fabrikam.com>\"\n"
                                "file Replay/1 not contains Sincerely\n"
                                "file Replay/1 header Subject is Greetings\n"
                                "file Replay/1 header Bcc not present\n"
                                "file Replay/1 header Received present\n"
                                "file Replay/1 header Received matches \"^from mail\\\\.fabrikam\\\\.com\"\n"
                                "file Replay/1 body is \"Dear Mary\\r\\n\"\n"
                                "log agent not contains Reject\n"
                                "log receive contains \"MAIL FROM:<ann@fabrikam.com>\"\n") == "");
    CHECK(bench.miss(accepted + "file Replay/2 present\n") ==
          "10: expected a file Replay/2 / got 1 published");
    CHECK(bench.miss(accepted + "file Replay/1 header Subject is Other\n") ==
          "10: expected the text \"Other\" / got Greetings");
    CHECK(bench.miss(accepted + "file Replay/1 header Subject not present\n") ==
          "10: expected nothing there / got Greetings");
}

TEST_CASE("Decisions are found by agent, event, action, reply, reason, data and input, in their order") {
    ScenarioBench bench;
    const std::string refused = kBlankSender;
    CHECK(bench.miss(refused + "no agent \"Recipient Filter Agent\"\n") == "");
    const std::string before(refused.substr(0, refused.find("agent \"")));
    CHECK(bench.miss(
              before +
              "agent * OnMailCommand RejectCommand response \"554 5.1.0\" reason BlankSender data <>\n") ==
          "");
    CHECK(bench
              .miss(before +
                    "agent \"Sender Filter Agent\" OnMailCommand RejectCommand reason SenderInBlockList\n")
              .starts_with(
                  "12: expected a decision of that kind / got 09:00:00.000 OnMailCommand Sender Filter Agent "
                  "RejectCommand \"554 5.1.0 Sender denied\" because BlankSender"));
    CHECK(bench.miss(refused + "agent \"Sender Filter Agent\" OnMailCommand RejectCommand\n")
              .ends_with("got it only before the decision that the last agent line named"));
    CHECK(bench.miss(refused + "no agent \"Sender Filter Agent\" OnMailCommand\n")
              .starts_with("14: expected no such"));
    CHECK(bench.miss(refused + "agent \"Nobody\" * *\n") ==
          "14: expected a decision of that kind / got no decision of that agent at that event");
}

TEST_CASE("Cmdlets run before and during the session; their output and errors are expected or not") {
    ScenarioBench bench;
    CHECK(bench.miss("PS> 'one', 'two', 'three'\n| one\n| ...\n| three\n") == "");
    CHECK(bench.miss("PS> 'one'\n| two\n").starts_with("1: expected the output\ntwo / got one"));
    CHECK(bench.miss("PS> Set-SenderFilterConfig -Enabeld $true\n! Enabled\n") == "");
    CHECK(bench.miss("PS> Set-SenderFilterConfig -Enabled $true\n! wrong\n") ==
          "1: expected an error with \"wrong\" / got no error");
    CHECK(
        bench.miss("PS> Set-SenderFilterConfig -Enabeld $true\n").starts_with("1: expected no error / got "));
    CHECK(bench.miss("PS> Set-SenderFilterConfig `\n>> -BlankSenderBlockingEnabled $true\nPS> "
                     "(Get-SenderFilterConfig).BlankSenderBlockingEnabled\n| True\n") == "");
}

TEST_CASE("Virtual time: silence, a timeout of hours, an advance") {
    ScenarioBench bench;
    CHECK(bench.miss("client 203.0.113.9\nS: 220\nC: XYZZY\nsilence 4s\nS: 500 after 5s\n") == "");
    CHECK(bench.miss("client 203.0.113.9\nS: 220\nC: XYZZY\nsilence 6s\n")
              .starts_with("4: expected silence for 00:00:06 / got 500"));
    CHECK(bench.miss("client 203.0.113.9\nS: 220\nadvance 24h\nS: 421\nS: closed\n") == "");
}

TEST_CASE("Clients speak by turns; one can end, cut or vanish") {
    ScenarioBench bench;
    CHECK(bench.miss(
              "client A 203.0.113.9\nhello a.com\nclient B 198.51.100.2\nhello b.com\nC: NOOP\nclient A\n"
              "C: QUIT\nS: 221\nS: closed\nclient B\nS: 250\n") == "");
    CHECK(bench.miss("client 203.0.113.9\nhello\nC: NOOP\nend\nS: 250\nS: closed\n") == "");
    CHECK(bench.miss("client 203.0.113.9\nhello\ncut\nwait\nagent \"SMTP Receive\" * *\n").starts_with("5:"));
    CHECK(bench.miss("client 203.0.113.9\nhello\nvanish\nadvance 24h\nreplay 0\n") == "");
    CHECK(bench.miss(
              "client 203.0.113.9\nhello\nvanish\nC: QUIT\nadvance 24h\nlog receive not contains QUIT\n") ==
          "");
    CHECK(bench.miss(
              "client 203.0.113.9\nhello\nclient 203.0.113.9\nhello\nlog receive contains \"-,,\"\n") == "");
    CHECK(bench.miss("client 203.0.113.9\npieces 1\nhello\nC: NOOP\nS: 250\n") == "");
}

TEST_CASE("Faults have a count: a full disk, a throwing agent, a peer that resets") {
    ScenarioBench bench;
    const std::string accepted = kAccepted;
    const std::string refused(accepted.substr(0, accepted.find("S: 250 2.6.0")));
    CHECK(bench.miss("fault disk ENOSPC\n" + refused + "S: 452 4.3.1\nreplay 0\n") == "");
    CHECK(bench.miss("fault agent \"Sender Filter Agent\" throw once\nclient 203.0.113.9\nhello\nC: MAIL "
                     "FROM:<a@fabrikam.com>\n"
                     "S: 421 4.3.2\nS: closed\nagent \"Sender Filter Agent\" OnMailCommand Fault\n"
                     "client 203.0.113.9\nhello\nC: MAIL FROM:<a@fabrikam.com>\nS: 250\n") == "");
    CHECK(bench.miss("fault agent Nobody throw\n") ==
          "1: expected something that can be broken / got there is no agent \"Nobody\"");
    CHECK(
        bench.miss(
            "client 203.0.113.9\nhello\nfault peer reset after DATA\nC: MAIL FROM:<a@fabrikam.com>\n"
            "C: RCPT TO:<mary@adventureworks.com>\nC: DATA\nS: 250\nS: 250\nS: 354\nS: closed\nreplay 0\n") ==
        "");
}

TEST_CASE("The DNS is a text; strict makes a forgotten record a miss") {
    ScenarioBench bench;
    CHECK(bench.miss("zone <<END\nfabrikam.com A 192.0.2.1\nslow.com delay 3s\nEND\nzone dead.com timeout\n"
                     "dns strict\ndns not asked fabrikam.com\n") == "");
    CHECK(bench.miss("dns asked fabrikam.com A\n") == "1: expected such a question / got no question");
}

TEST_CASE("A scenario is left out where what it needs is not there, and says so") {
    ScenarioBench bench;
    const auto result = bench.run("skip unless agent \"No Such Agent\"\nreplay 7\n");
    CHECK((result.verdict == Verdict::Skipped));
    CHECK(result.reason == "no agent No Such Agent");
    CHECK(bench.run("skip unless cmdlet Get-Nonsense\n").reason == "no cmdlet Get-Nonsense");
    CHECK(bench.run("skip unless file /no/such/file\n").reason == "no file /no/such/file");
    CHECK((bench.run("skip unless agent \"Sender Filter Agent\"\nskip unless cmdlet Get-SenderFilterConfig\n")
               .verdict == Verdict::Passed));
}

TEST_CASE("What a scenario requires fails it where it is not there") {
    ScenarioBench bench;
    CHECK(bench.miss("require agent \"Sender Filter Agent\"\nreplay 0\n") == "");
    CHECK(bench.miss("require agent Nobody\nreplay 0\n") == "1: expected agent Nobody / got none here");
}

TEST_CASE("The server has no TLS, and scenarios do not pretend: starttls fails, skip unless tls skips") {
    ScenarioBench bench;
    CHECK(bench.miss("client 203.0.113.9\nhello\nstarttls\n")
              .starts_with("3: expected 220 to STARTTLS / got 5"));
    CHECK(bench.run("skip unless tls\nclient 203.0.113.9\nhello\nstarttls\n").reason == "no TLS");
    CHECK(bench.miss("require tls\n") == "1: expected TLS / got none here");
}

TEST_CASE("A client can leave in the middle of a line or of a message") {
    ScenarioBench bench;
    const std::string accepted = kAccepted;
    const std::string cut(accepted.substr(0, accepted.find("message <<END")));
    CHECK(bench.miss(cut + "cut at 25\nmessage <<END\nSubject: Greetings\n\nDear Mary\nEND\nS: closed\n"
                           "replay 0\n") == "");
    CHECK(bench.miss("client 203.0.113.9\nhello\nend at 9\nC: NOOP\nS: 250\nC: NOOP\nS: closed\n") == "");
    CHECK(bench.miss("client 203.0.113.9\nhello\nvanish at 0\nC: NOOP\nsilence 59s\n") == "");
    CHECK(bench.miss("client 203.0.113.9\ncut at 3\nclient 203.0.113.9\nhello\n") == "");
}

TEST_CASE("One row of a log is looked at, whole or by its column") {
    ScenarioBench bench;
    const std::string refused = kBlankSender;
    CHECK(bench.miss(refused + "log agent rows 1\nlog agent row 1 Reason is BlankSender\n"
                               "log agent row last reason not is SenderInBlockList\n"
                               "log agent row 1 matches \"Sender Filter Agent,OnMailCommand\"\n"
                               "log agent row 1 EnteredOrgFromIP is 203.0.113.9\n"
                               "log receive row 1 is \"+,,\"\nlog receive row last contains -\n") == "");
    CHECK(bench.miss(refused + "log agent row 2 Reason is x\n") == "14: expected a row 2 / got 1 rows");
    CHECK(bench.miss(refused + "log agent row 1 Reason is x\n") ==
          "14: expected the text \"x\" / got BlankSender");
}

TEST_CASE(
    "A text of several lines is compared with the file's, whatever ends them, and missed line by line") {
    ScenarioBench bench;
    const std::string accepted = kAccepted;
    CHECK(bench.miss(accepted + "file Replay/1 body is <<END\nDear Mary\nEND\n") == "");
    CHECK(bench.miss(accepted + "file Replay/1 contains <<END\nSubject: Greetings\nEND\n") == "");
    CHECK(bench.miss(accepted + "file Replay/1 body is <<END\nDear Mary\nBob\nEND\n") ==
          "10: expected Dear Mary\nBob / got Dear Mary\r\n");
}

TEST_CASE("A world that cannot be made is not the scenario's failure") {
    ScenarioBench bench;
    const auto parsed = bench.parse("wait\n");
    const auto result = runScenario(parsed.scenarios[0],
                                    [](const Scenario&, std::uint64_t) -> std::unique_ptr<ScenarioWorld> {
                                        throw std::runtime_error("no memory");
                                    });
    CHECK((result.verdict == Verdict::Broken));
    CHECK(result.reason == "no memory");
}

TEST_CASE("Update says which lines would let it pass, and goes on behind them") {
    ScenarioBench bench;
    const auto result =
        bench.run("client 203.0.113.9\nS: 220\n  C: XYZZY\n  S: 250 after 1s\nPS> 'a'\n| b\n| c\nreplay 3\n",
                  {.update = true});
    REQUIRE(result.edits.size() == 3);
    CHECK(result.edits[0].first == 4);
    CHECK(result.edits[0].lines == std::vector<std::string>{"  S: 500 5.3.3 Unrecognized command after 5s"});
    CHECK(result.edits[1].first == 6);
    CHECK(result.edits[1].removed == 2);
    CHECK(result.edits[1].lines == std::vector<std::string>{"| a"});
    CHECK(result.edits[2].lines == std::vector<std::string>{"replay 0"});
}

TEST_CASE("Update rewrites texts that are to be exactly so, on the line and beneath it") {
    ScenarioBench bench;
    const std::string accepted = kAccepted;
    const auto result = bench.run(accepted + "  file Replay/1 header Subject is Other # why\n"
                                             "file Replay/1 body is <<END\nDear Bob,\nhello\nEND\n"
                                             "file Replay/1 header Subject contains Other\n",
                                  {.update = true});
    REQUIRE(result.edits.size() == 2);
    CHECK(result.edits[0].first == 10);
    CHECK(result.edits[0].lines == std::vector<std::string>{"  file Replay/1 header Subject is Greetings"});
    CHECK(result.edits[1].first == 12);
    CHECK(result.edits[1].removed == 2);
    CHECK(result.edits[1].lines == std::vector<std::string>{"Dear Mary"});
    CHECK(result.misses.size() == 3); // a part is nobody's to guess
}

TEST_CASE("A word stands in quotes where it must") {
    CHECK(withValue("file X is a", "b") == "file X is b");
    CHECK(withValue("file \"a is b\" is x", "y z") == "file \"a is b\" is \"y z\"");
    CHECK(withValue("log agent row 1 Reason is x", "") == "log agent row 1 Reason is \"\"");
    CHECK(withValue("file X is a", "q\"\r\n\x01\\#") == "file X is \"q\\\"\\r\\n\\x01\\\\#\"");
    CHECK_FALSE(withValue("file X contains a", "b"));
}

TEST_CASE("The same seed gives the same transcript, decisions and files, whatever runs beside it") {
    ScenarioBench bench;
    const auto parsed = bench.parse(kAccepted);
    const RunOptions options{.seed = 42, .keepsReplay = true};
    const auto once = runInMemory(parsed.scenarios[0], options);
    REQUIRE((once.verdict == Verdict::Passed));
    REQUIRE(once.replayFiles.size() == 1);
    std::vector<ScenarioResult> others(8);
    std::vector<std::thread> threads;
    for (auto& other : others)
        threads.emplace_back([&] { other = runInMemory(parsed.scenarios[0], options); });
    for (auto& thread : threads)
        thread.join();
    for (const auto& other : others) {
        CHECK(other.transcript == once.transcript);
        CHECK(other.decisions == once.decisions);
        CHECK(other.replayFiles == once.replayFiles);
    }
    const auto different = runInMemory(parsed.scenarios[0], {.seed = 43, .keepsReplay = true});
    CHECK(different.replayFiles != once.replayFiles);
}

TEST_CASE("The transcript has the time, who spoke, and marks refusals") {
    ScenarioBench bench;
    const auto result = bench.run("client 203.0.113.9\nhello a.com\nC: XYZZY\nS: 500\n");
    const auto text = join(result.transcript, "\n");
    CHECK(text.starts_with("09:00:00.000 === connected from 203.0.113.9\n09:00:00.000 <- 220 "));
    CHECK(text.find("09:00:00.000 -> XYZZY\n09:00:05.000 <** 500 5.3.3") != std::string::npos);
}
