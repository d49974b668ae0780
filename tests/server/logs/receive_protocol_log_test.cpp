#include <edge/base/text.h>
#include <edge/server/logs/csv.h>
#include <edge/server/logs/receive_protocol_log.h>

#include "log_bench.h"
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono;
using Event = ProtocolLog::Event;

namespace {

// The session of platform.md 6.2 as the driver tells it.
class SampleSession {
public:
    SampleSession(ProtocolLog& log, bool verbose = true)
        : log_(log) {
        session_.sessionId = 0x08D675E58CA1DA38;
        session_.serverName = "EDGE01";
        session_.connectorName = "Internet Mail";
        session_.localEndpoint = Endpoint::parse("10.0.0.6:25").value();
        session_.remoteEndpoint = Endpoint::parse("185.234.217.220:61061").value();
        session_.verbose = verbose;
    }

    void write(int millisecond, Event event, std::string_view data, std::string_view context = {}) {
        log_.write(session_, sequence_++,
                   sys_days{year{2019} / January / 25} + minutes(3) + seconds(58) + milliseconds(millisecond),
                   event, data, context);
    }

    void play() {
        write(478, Event::Connect, "");
        write(494, Event::Information,
              "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders",
              "Set Session Permissions");
        write(494, Event::Send,
              "220 mail.x.x Microsoft ESMTP MAIL Service ready at Thu, 24 Jan 2019 19:03:58 -0500");
        write(1340, Event::Receive, "EHLO ylmf-pc");
        write(1340, Event::Send,
              "250-mail.x.x Hello [185.234.217.220]\n250-SIZE 37748736\n250-PIPELINING\n250-DSN\n"
              "250-ENHANCEDSTATUSCODES\n250-STARTTLS\n250-X-ANONYMOUSTLS\n250-8BITMIME\n250-BINARYMIME\n250 "
              "CHUNKING");
        write(1496, Event::Receive, "AUTH LOGIN");
        write(1496, Event::Information, "Tarpit for '0.00:00:05'");
        write(6496, Event::Send, "504 5.7.4 Unrecognized authentication type");
        write(7074, Event::Disconnect, "", "Remote");
    }

private:
    ProtocolLog& log_;
    ProtocolSession session_;
    std::uint32_t sequence_ = 0;
};

LogSettings settings() {
    LogSettings made;
    made.path = "Logs/ProtocolLog/SmtpReceive";
    return made;
}

std::string folderFile(const std::string& name) {
    return "/data/Logs/ProtocolLog/SmtpReceive/" + name;
}

const UtcTime kStart = sys_days{year{2019} / January / 25} + minutes(3) + seconds(58) + milliseconds(478);

// The lines of platform.md 6.2, the ones that it leaves out filled in.
std::string golden(std::string_view text) {
    return replaceAll(replaceAll(std::string(text), "@", "EDGE01\\Internet Mail,08D675E58CA1DA38"), "\n",
                      "\r\n");
}

} // namespace

// platform.md 9 item 14.
TEST_CASE("A 2010 session is logged line for line as real servers do") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2010, settings());
    SampleSession(log).play();
    CHECK(bench.names("/data/Logs/ProtocolLog/SmtpReceive") ==
          std::vector<std::string>{"RECV20190125-1.LOG"});
    CHECK(bench.content(folderFile("RECV20190125-1.LOG")) == golden(
                                                                 R"(#Software: Microsoft Exchange Server
#Version: 14.0.0.0
#Log-type: SMTP Receive Protocol Log
#Date: 2019-01-25T00:03:58.478Z
#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
2019-01-25T00:03:58.478Z,@,0,10.0.0.6:25,185.234.217.220:61061,+,,
2019-01-25T00:03:58.494Z,@,1,10.0.0.6:25,185.234.217.220:61061,*,SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders,Set Session Permissions
2019-01-25T00:03:58.494Z,@,2,10.0.0.6:25,185.234.217.220:61061,>,"220 mail.x.x Microsoft ESMTP MAIL Service ready at Thu, 24 Jan 2019 19:03:58 -0500",
2019-01-25T00:03:59.340Z,@,3,10.0.0.6:25,185.234.217.220:61061,<,EHLO ylmf-pc,
2019-01-25T00:03:59.340Z,@,4,10.0.0.6:25,185.234.217.220:61061,>,250-mail.x.x Hello [185.234.217.220],
2019-01-25T00:03:59.340Z,@,5,10.0.0.6:25,185.234.217.220:61061,>,250-SIZE 37748736,
2019-01-25T00:03:59.340Z,@,6,10.0.0.6:25,185.234.217.220:61061,>,250-PIPELINING,
2019-01-25T00:03:59.340Z,@,7,10.0.0.6:25,185.234.217.220:61061,>,250-DSN,
2019-01-25T00:03:59.340Z,@,8,10.0.0.6:25,185.234.217.220:61061,>,250-ENHANCEDSTATUSCODES,
2019-01-25T00:03:59.340Z,@,9,10.0.0.6:25,185.234.217.220:61061,>,250-STARTTLS,
2019-01-25T00:03:59.340Z,@,10,10.0.0.6:25,185.234.217.220:61061,>,250-X-ANONYMOUSTLS,
2019-01-25T00:03:59.340Z,@,11,10.0.0.6:25,185.234.217.220:61061,>,250-8BITMIME,
2019-01-25T00:03:59.340Z,@,12,10.0.0.6:25,185.234.217.220:61061,>,250-BINARYMIME,
2019-01-25T00:03:59.340Z,@,13,10.0.0.6:25,185.234.217.220:61061,>,250 CHUNKING,
2019-01-25T00:03:59.496Z,@,14,10.0.0.6:25,185.234.217.220:61061,<,AUTH LOGIN,
2019-01-25T00:03:59.496Z,@,15,10.0.0.6:25,185.234.217.220:61061,*,Tarpit for '0.00:00:05',
2019-01-25T00:04:04.496Z,@,16,10.0.0.6:25,185.234.217.220:61061,>,504 5.7.4 Unrecognized authentication type,
2019-01-25T00:04:05.074Z,@,17,10.0.0.6:25,185.234.217.220:61061,-,,Remote
)"));
}

TEST_CASE("From 2019 on the EHLO answer is one line, and files are hourly") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2019, settings());
    SampleSession(log).play();
    const auto text = bench.content(folderFile("RECV2019012500-1.LOG"));
    const auto lines = split(text, '\n');
    REQUIRE(lines.size() == 5 + 9 + 1);
    CHECK(trim(lines[1]) == "#Version: 15.0.0.0");
    CHECK(trim(lines[9]) == "2019-01-25T00:03:59.340Z,EDGE01\\Internet "
                            "Mail,08D675E58CA1DA38,4,10.0.0.6:25,185.234.217.220:61061,>,"
                            "250  mail.x.x Hello [185.234.217.220] SIZE 37748736 PIPELINING DSN "
                            "ENHANCEDSTATUSCODES STARTTLS X-ANONYMOUSTLS "
                            "8BITMIME BINARYMIME CHUNKING,");
    CHECK(trim(lines[13]).ends_with(",8,10.0.0.6:25,185.234.217.220:61061,-,,Remote"));
}

TEST_CASE("An agent's reply of several lines with an enhanced code is joined under one code") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2019, settings());
    SampleSession(log).write(0, Event::Send, "550-5.7.1 First line\n550 5.7.1 second line\n");
    CHECK(bench.content(folderFile("RECV2019012500-1.LOG"))
              .ends_with(",>,550 5.7.1 First line second line,\r\n"));
}

TEST_CASE("Two sessions whose replies are split keep their own sequence numbers") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2007, settings());
    const auto sequences = [&] {
        std::vector<std::string> numbers;
        const auto text = bench.content(folderFile("RECV20190125-1.LOG"));
        for (const auto line : split(text, '\n'))
            if (!line.empty() && line.front() != '#')
                numbers.push_back(parseCsvRow(trim(line)).value()[3]);
        return numbers;
    };
    SampleSession first(log);
    first.write(0, Event::Send, "250-a\n250-b\n250 c");
    first.write(0, Event::Receive, "QUIT");
    first.write(0, Event::Disconnect, "", "Local");
    SampleSession again(log); // the same id after the first one's end: nothing is left over
    again.write(0, Event::Connect, "");
    again.write(0, Event::Receive, "NOOP");
    CHECK(sequences() == std::vector<std::string>{"0", "1", "2", "3", "4", "0", "1"});
}

TEST_CASE("Connectors without Verbose are not logged") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2019, settings());
    SampleSession(log, false).play();
    CHECK(bench.names("/data/Logs/ProtocolLog/SmtpReceive").empty());
}

TEST_CASE("A command cannot forge a line") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2010, settings());
    SampleSession(log).write(0, Event::Receive, "EHLO x\r\n2019-01-25T00:00:00.000Z,forged,\"");
    const auto text = bench.content(folderFile("RECV20190125-1.LOG"));
    CHECK(text.ends_with(",<,\"EHLO x\\r\\n2019-01-25T00:00:00.000Z,forged,\"\"\",\r\n"));
    CHECK(split(text, '\n').size() == 5 + 1 + 1);
}

TEST_CASE("The profile changes between two lines") {
    LogBench bench(kStart);
    ReceiveProtocolLog log(bench.place(), ProfileId::E2010, settings());
    SampleSession session(log);
    session.write(0, Event::Connect, "");
    log.configure(ProfileId::E2019, settings());
    session.write(0, Event::Receive, "QUIT");
    CHECK(bench.content(folderFile("RECV20190125-1.LOG")).find("QUIT") == std::string::npos);
    CHECK(bench.content(folderFile("RECV2019012500-1.LOG")).find("QUIT") != std::string::npos);
}

TEST_CASE("The published samples have our header and our columns") {
    struct Row {
        const char* sample;
        ProfileId profile;
        const char* file;
    };
    for (const auto& row : {Row{"smtpreceive-2010-sample.log", ProfileId::E2010, "RECV20190125-1.LOG"},
                            Row{"smtpreceive-2019-sample.log", ProfileId::E2019, "RECV2019012500-1.LOG"}}) {
        const auto sample = exchangeSample(row.sample);
        if (sample.empty())
            continue;
        LogBench bench(kStart);
        ReceiveProtocolLog log(bench.place(), row.profile, settings());
        SampleSession(log).play();
        const auto ours = bench.content(folderFile(row.file));
        const auto ourLines = split(ours, '\n');
        const auto theirLines = split(sample, '\n');
        for (const std::size_t i : {0u, 1u, 2u, 4u}) // line 3 is the date
            CHECK(trim(ourLines[i]) == trim(theirLines[i]));
        if (row.profile ==
            ProfileId::E2010) // the same session: its two lines are ours but for the server's name
            for (const std::size_t i : {5u, 6u})
                CHECK(replaceAll(std::string(trim(ourLines[i])), "EDGE01", "TAIL-EXCH-1") ==
                      trim(theirLines[i]));
        else // the EHLO answer, told by a driver, comes out as theirs
            CHECK(parseCsvRow(trim(theirLines[7]))
                      .value()[7]
                      .starts_with("250  SERVER-HOSTNAME.DOMAIN.TEST Hello ["));
    }
}
