// The lab as people use it: by hand, over its socket, with any client.
#include <edge/testenv/live/lab_commands.h>
#include <edge/tests/live/running_lab.h>

using namespace edge;
using namespace edge::testenv;

TEST_CASE("A lab that runs free serves whoever comes, from the address that was announced") {
    RunningLab lab;
    lab.ask({{"do", "peer"}, {"from", "203.0.113.9"}});
    PlainClient client(lab.smtp());
    CHECK(client.hear().starts_with("220 edge01.adventureworks.com"));
    CHECK(client.say("HELO mail.fabrikam.com") == "250 edge01.adventureworks.com Hello [203.0.113.9]");
    PlainClient other(lab.smtp());
    other.hear();
    CHECK(other.say("HELO x.com") == "250 edge01.adventureworks.com Hello [127.0.0.1]");
}

TEST_CASE("A peer that nobody has let in yet does not hold a lab up") {
    RunningLab lab;
    lab.ask({{"do", "hold"}});
    PlainClient stranger(lab.smtp());
    lab.ask({{"do", "advance"}, {"by", "1h"}});
    lab.ask({{"do", "release"}});
    CHECK(stranger.hear().starts_with("220 "));
}

TEST_CASE("Its clock goes as ours does, or by command only") {
    RunningLab lab;
    lab.ask({{"do", "release"}, {"pace", "still"}});
    const auto begin = lab.controller->state().utc;
    CHECK(lab.ask({{"do", "about"}}).at("time").as_string().starts_with("2019-06-03T09:0"));
    CHECK((lab.controller->state().utc == begin));
    lab.ask({{"do", "advance"}, {"by", "5m"}});
    CHECK((lab.controller->state().utc == begin + std::chrono::minutes(5)));
    lab.ask({{"do", "advance"}, {"by", 1000}});
    CHECK((lab.controller->state().utc == begin + std::chrono::minutes(5) + std::chrono::microseconds(1)));
    lab.ask({{"do", "release"}});
    while (lab.controller->state().utc < begin + std::chrono::minutes(6))
        lab.ask({{"do", "advance"}, {"by", "30s"}});
    PlainClient client(lab.smtp());
    client.hear();
    CHECK(client.say("NOOP").starts_with("250"));
}

TEST_CASE("A tarpit of a still clock ends when a controller says so") {
    RunningLab lab;
    lab.ask({{"do", "release"}, {"pace", "still"}});
    PlainClient client(lab.smtp());
    client.hear();
    client.send("XYZZY\r\n");
    while (octetsOf(lab.ask({{"do", "log"}, {"which", "receive"}}).at("text"))->find("XYZZY") ==
           std::string::npos)
        continue; // until the server has read it
    lab.ask({{"do", "advance"}, {"by", "5s"}});
    CHECK(client.hear().starts_with("500 5.3.3"));
}

TEST_CASE("Worlds are set, and what became of them is told") {
    RunningLab lab;
    lab.ask({{"do", "hold"}});
    lab.ask({{"do", "zone"}, {"text", "fabrikam.com TXT \"v=spf1 -all\""}});
    lab.ask({{"do", "strict"}});
    lab.ask({{"do", "scl"}, {"level", 9}});
    lab.ask({{"do", "scl"}, {"level", nullptr}});
    lab.ask({{"do", "scanner"}, {"says", "infected"}, {"what", "Eicar"}, {"after", "2s"}});
    lab.ask({{"do", "fault"}, {"what", "throw"}, {"agent", "Sender Filter Agent"}, {"times", 1}});
    const auto answer =
        lab.ask({{"do", "cmdlet"}, {"script", "(Get-AcceptedDomain).DomainName; Get-Nonsense"}});
    CHECK(octetsOf(answer.at("output")) == "adventureworks.com\n");
    CHECK(answer.at("errors").as_array().size() == 1);
    CHECK(
        lab.ask({{"do", "meets"}, {"kind", "agent"}, {"what", "Sender Filter Agent"}}).at("meets").as_bool());
    CHECK_FALSE(
        lab.ask({{"do", "meets"}, {"kind", "cmdlet"}, {"what", "Get-Nonsense"}}).at("meets").as_bool());
    CHECK(lab.ask({{"do", "questions"}}).at("questions").as_array().empty());
    CHECK(lab.ask({{"do", "log"}, {"which", "agent"}}).at("rows").as_array().empty());
    CHECK(octetsOf(lab.ask({{"do", "file"}, {"path", "nowhere"}}).at("text")) == "");
    CHECK(lab.ask({{"do", "replay"}}).at("files").as_array().empty());
}

TEST_CASE("Each reset is a server like new; the seed decides its ids") {
    RunningLab lab;
    lab.ask({{"do", "cmdlet"}, {"script", "Set-SenderFilterConfig -BlockedDomains contoso.com"}});
    lab.ask({{"do", "reset"}, {"profile", "2007"}, {"bare", true}, {"hold", true}});
    const auto answer =
        lab.ask({{"do", "cmdlet"},
                 {"script", "(Get-SenderFilterConfig).BlockedDomains.Count; (Get-AcceptedDomain).Count"}});
    CHECK(octetsOf(answer.at("output")) == "0\n0\n");
    CHECK(lab.ask({{"do", "decisions"}}).at("decisions").as_array().empty());
}

TEST_CASE("What is no command is refused in words, and the lab goes on") {
    RunningLab lab;
    CHECK(lab.refusal({{"od", "about"}}) == "a command is {\"do\": \"...\"}");
    CHECK(lab.refusal({{"do", "dance"}}) == "there is no command \"dance\"");
    CHECK(lab.refusal({{"do", "hold"}, {"tight", true}}) == "hold takes no \"tight\"");
    CHECK(lab.refusal({{"do", "advance"}}) == "\"by\" is missing");
    CHECK(lab.refusal({{"do", "advance"}, {"by", -1}}) == "time does not go back");
    CHECK(lab.refusal({{"do", "advance"}, {"by", "soon"}}) != "");
    CHECK(lab.refusal({{"do", "peer"}, {"from", "nowhere"}}) != "");
    CHECK(lab.refusal({{"do", "peer"}, {"from", "192.0.2.1"}, {"port", 70000}}) != "");
    CHECK(lab.refusal({{"do", "pieces"}, {"port", 1}, {"octets", 1}}) ==
          "no connection was announced from that port");
    CHECK(lab.refusal({{"do", "zone"}, {"text", "x NONSENSE y"}}) != "");
    CHECK(lab.refusal({{"do", "fault"}, {"what", "fire"}}) == "\"what\" is ENOSPC, EIO, repaired or throw");
    CHECK(lab.refusal({{"do", "reset"}, {"profile", "95"}}) != "");
    CHECK(lab.refusal({{"do", "settle"}, {"sent", 5}}) != "");
    CHECK(lab.refusal({{"do", "about"}}) == "");
    auto raw = lab.connect();
    CHECK(raw.ask({{"do", "about"}}).at("protocol") == kLabProtocol);
}

TEST_CASE("A lab ends with the controller that owns it, and with no other") {
    TestFolder folder;
    LabServerOptions options;
    options.socket = folder / "control";
    options.listen = {IpAddress::parse("127.0.0.1").value(), 0};
    auto server = LabServer::open(std::move(options));
    REQUIRE(server.has_value());
    std::thread running([&] { (*server)->run(); });
    {
        auto owner = LabController::connect(folder / "control");
        REQUIRE(owner.has_value());
        owner->ask({{"do", "own"}});
        {
            auto visitor = LabController::connect(folder / "control");
            visitor->ask({{"do", "about"}});
        }
        CHECK(owner->tell({{"do", "about"}}).has_value());
    }
    running.join(); // returns because the owner has gone
    CHECK_FALSE(LabController::connect(folder / "control")->tell({{"do", "about"}}).has_value());
}

TEST_CASE("Real files: published ones are there, a reset clears them, and what is no lab's is left alone") {
    RunningLab lab(true);
    PlainClient client(lab.smtp());
    client.hear();
    for (const auto* line :
         {"EHLO x.com", "MAIL FROM:<ann@fabrikam.com>", "RCPT TO:<mary@adventureworks.com>", "DATA"})
        client.say(line);
    CHECK(client.say("Subject: x\r\n\r\nbody\r\n.").starts_with("250 2.6.0"));
    const auto files = lab.ask({{"do", "replay"}}).at("files").as_array();
    REQUIRE(files.size() == 1);
    const auto name = octetsOf(files[0].at("name")).value();
    CHECK(lab.folder.has("data/Replay/" + name));
    lab.ask({{"do", "reset"}});
    CHECK_FALSE(lab.folder.has("data/Replay/" + name));

    TestFolder precious;
    precious.put("thesis.txt", "years of work");
    LabServerOptions options;
    options.socket = precious / "control";
    options.listen = {IpAddress::parse("127.0.0.1").value(), 0};
    options.directory = precious / ".";
    const auto opened = LabServer::open(std::move(options));
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().message.find("is not empty, and no lab has been there") != std::string::npos);
    CHECK(precious.has("thesis.txt"));
}
