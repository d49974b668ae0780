#include <edge/base/text.h>
#include <edge/testenv/scenario/scenario_verbs.h>

#include <algorithm>
#include <array>

namespace edge::testenv {
namespace {

constexpr std::string_view kWorld = "The world";
constexpr std::string_view kDialogue = "The dialogue";
constexpr std::string_view kTime = "Time";
constexpr std::string_view kOutcome = "What became of it";
constexpr std::string_view kFile = "The file itself";

constexpr std::array<VerbInfo, kVerbCount> kVerbs{{
    {Verb::Profile, "profile", kWorld, "profile VERSION",
     "The version of Exchange: 2007, 2010, 2013, 2016, 2019 (when nothing is said) or SE.", "profile 2007",
     "0.1"},
    {Verb::Bare, "bare", kWorld, "bare",
     "A server as it is after setup. Without this line it accepts mail for adventureworks.com.", "bare",
     "0.1"},
    {Verb::Seed, "seed", kWorld, "seed NUMBER",
     "Where session ids, GUIDs and other random values come from. `edgesim test --seed` overrules it.",
     "seed 7", "0.1"},
    {Verb::Cmdlet, "PS>", kWorld, "PS> CMDLET",
     "Runs cmdlets. Beneath it, `>>` continues the script, each `|` line is a line it must print (`| ...`: "
     "any lines), each "
     "`!` line is a part of an error it must give. Without `|` lines its output is not looked at; without "
     "`!` lines it must not fail.",
     "PS> Set-SenderFilterConfig -BlockedDomains contoso.com", "0.1"},
    {Verb::Zone, "zone", kWorld,
     "zone NAME TYPE VALUE|servfail|timeout|nxdomain|delay SPAN [on|from query N] | zone <<END",
     "Adds to the DNS. A name that no line mentions does not exist (NXDOMAIN). `on query 2`: only the second "
     "answer about that name and type is so; `from query 2`: the second and all later ones.",
     "zone fabrikam.com TXT \"v=spf1 ip4:203.0.113.9 -all\"", "0.1", true},
    {Verb::Dns, "dns", kWorld,
     "dns strict | dns asked NAME [TYPE] [once|twice|N times] | dns not asked NAME [TYPE]",
     "`strict`: a question about a name that no `zone` line mentions fails the scenario. `asked`: the server "
     "has asked that "
     "question so far, at least once or exactly so often.",
     "dns strict", "0.1"},
    {Verb::Directory, "directory", kWorld, "directory ADDRESS...",
     "Makes recipients that Recipient Filter finds.",
     "directory mary@adventureworks.com bob@adventureworks.com", "0.1"},
    {Verb::Scl, "scl", kWorld, "scl LEVEL | scl error",
     "What the classifier says of every message from now on: 0 to 9, or that it cannot say.", "scl 8", "0.1"},
    {Verb::Scanner, "scanner", kWorld,
     "scanner clean|infected NAME|unscannable WHY|error|hang [after SPAN] [on|from scan N] | scanner asked "
     "[once|twice|N times]",
     "What the virus engine says from now on, or at the n-th scan from now: `unscannable` is a file it "
     "cannot look into, `error` an engine that is out of order, `hang` one that never answers. `asked`: it "
     "was asked exactly so often so far (once when nothing is said).",
     "scanner infected EICAR on scan 2", "0.1"},
    {Verb::Fault, "fault", kWorld,
     "fault disk ENOSPC|EIO [once|TIMES] | fault disk repaired | fault agent NAME throw [TIMES] | "
     "fault peer reset after VERB | fault peer silent at OPERATION",
     "Breaks something: writes fail (ENOSPC) or syncs (EIO), an agent throws at its next calls, the client "
     "resets the "
     "connection once the server has worked off that command, or falls silent at the n-th read or write of "
     "the server.",
     "fault agent \"Sender Filter Agent\" throw 1", "0.1"},

    {Verb::Client, "client", kDialogue, "client [NAME] ADDRESS | client NAME",
     "Connects from that address; lines that follow are this client's. With a name alone, an earlier client "
     "speaks again; one that connects anew has ended its earlier connection.",
     "client 203.0.113.9", "0.1"},
    {Verb::Say, "C:", kDialogue, "C: LINE",
     "The client sends the line, octet for octet, with CRLF. Several in a row arrive together, as from a "
     "client that pipelines.",
     "C: MAIL FROM:<ann@fabrikam.com>", "0.1"},
    {Verb::Expect, "S:", kDialogue, "S: BEGINNING [after SPAN] | S: closed",
     "The server's next reply begins so; of a reply with several lines the last one counts. `after 5s`: "
     "exactly that long "
     "after the client's last word. `closed`: it says nothing more and closes.",
     "S: 554 5.1.0 after 5s", "0.1"},
    {Verb::ExpectExactly, "S=", kDialogue, "S= LINE [after SPAN]", "The same, but this is the whole line.",
     "S= 250 2.1.5 Recipient OK", "0.1"},
    {Verb::ExpectRegex, "S~", kDialogue, "S~ REGEX [after SPAN]",
     "The same, but a regular expression (ECMAScript) found in the line.", "S~ ^250 2\\.6\\.0 <.*> Queued",
     "0.1"},
    {Verb::ExpectLine, "S+", kDialogue, "S+ BEGINNING",
     "The reply that was just read has a line that begins so.", "S+ 250-PIPELINING", "0.1"},
    {Verb::ExpectNoLine, "S-", kDialogue, "S- BEGINNING",
     "The reply that was just read has no line that begins so.", "S- 250-STARTTLS", "0.1"},
    {Verb::Hello, "hello", kDialogue, "hello [DOMAIN]", "Waits for the banner, says EHLO and expects 250.",
     "hello mail.fabrikam.com", "0.1"},
    {Verb::Envelope, "envelope", kDialogue, "envelope FROM TO...",
     "Says MAIL, RCPT for each and DATA, and expects each to be accepted. `<>` is the null sender.",
     "envelope ann@fabrikam.com mary@adventureworks.com", "0.1"},
    {Verb::Message, "message", kDialogue, "message FILE [NAME=VALUE]... | message <<END",
     "Sends a message, dots stuffed, line ends CRLF, and the dot that ends it; `{NAME}` in the file is "
     "filled in.",
     "message hello.eml", "0.1", true},
    {Verb::Raw, "raw", kDialogue, "raw \"BYTES\"",
     "Sends bytes as they are; \\r \\n \\t \\0 \\\\ \\\" and \\xHH are understood.", "raw \"NOOP\\r\\nNO\"",
     "0.1"},
    {Verb::Pieces, "pieces", kDialogue, "pieces OCTETS",
     "The server gets at most so many octets from one read.", "pieces 1", "0.1"},
    {Verb::StartTls, "starttls", kDialogue, "starttls",
     "Says STARTTLS and goes on encrypted. The server of this version has no STARTTLS: the line fails; `skip "
     "unless tls` leaves such a scenario out.",
     "starttls", "0.1"},
    {Verb::End, "end", kDialogue, "end [at OCTETS]",
     "The client has nothing more to say but still listens (FIN). `at 120`: in the middle of what it says "
     "next, behind 120 octets.",
     "end", "0.1"},
    {Verb::Cut, "cut", kDialogue, "cut [at OCTETS]",
     "The client resets the connection (RST), now or in the middle of what it says next.", "cut at 120",
     "0.1"},
    {Verb::Vanish, "vanish", kDialogue, "vanish [at OCTETS]",
     "The client is gone and nobody tells the server, now or in the middle of what it says next.", "vanish",
     "0.1"},

    {Verb::Advance, "advance", kTime, "advance SPAN",
     "Time passes: 30s, 5m, 24h, 1d or [d.]hh:mm:ss. Every timer on the way goes off at its time.",
     "advance 24h", "0.1"},
    {Verb::Wait, "wait", kTime, "wait", "Everything that can happen without time passing happens.", "wait",
     "0.1"},
    {Verb::Silence, "silence", kTime, "silence SPAN",
     "That much time passes, and the server says nothing meanwhile.", "silence 4s", "0.1"},

    {Verb::Agent, "agent", kOutcome,
     "agent NAME EVENT ACTION [response TEXT] [reason WORD] [data TEXT] [input WHAT VALUE]...",
     "This decision was made, after those that earlier `agent` lines named. `*` stands for any name, event "
     "or action; "
     "`None` is an agent that looked and did nothing.",
     "agent \"Sender Filter Agent\" OnMailCommand RejectCommand reason BlankSender", "0.1"},
    {Verb::No, "no", kOutcome, "no agent NAME [EVENT [ACTION]]",
     "No such decision was made; without an action: it did nothing there.",
     "no agent \"Sender Filter Agent\" *", "0.1"},
    {Verb::Replay, "replay", kOutcome, "replay COUNT",
     "So many messages have been accepted and published so far.", "replay 1", "0.1"},
    {Verb::Header, "header", kOutcome,
     "header NAME before|after AGENT [EVENT] [not] contains|is|matches TEXT|present",
     "Looks at a header field as the agent found it or left it, in the message that it saw last: before its "
     "first call for that message, after its last one, or at that event.",
     "header Subject before \"Content Filter Agent\" is Greetings", "0.1", true},
    {Verb::File, "file", kOutcome,
     "file PATH [header NAME | body] [not] contains|is|matches TEXT|<<END | file PATH [header NAME] [not] "
     "present",
     "Looks into a file of the data directory; `Replay/1` is the first message that was published. Line ends "
     "of a text beneath the line are those of the file.",
     "file Replay/1 header Subject is Greetings", "0.1", true},
    {Verb::Log, "log", kOutcome,
     "log agent|receive [row N|last [COLUMN]] [not] contains|is|matches TEXT | log agent rows COUNT",
     "Looks into the agent log or the protocol log of the Receive connectors: into all of it, one row, or "
     "one column of a row of the agent log.",
     "log agent row last Reason is BlankSender", "0.1", true},

    {Verb::Include, "include", kFile, "include FILE [NAME=VALUE]...",
     "The lines of another file, `{NAME}` in them filled in. The path is seen from this file.",
     "include dialogue.part sender=ann@fabrikam.com", "0.1"},
    {Verb::Table, "table", kFile, "table NAME | NAME ...",
     "The file is played once for each row beneath, `{NAME}` filled in from its column.",
     "table sender | reason", "0.1"},
    {Verb::Tag, "tag", kFile, "tag WORD...", "For `edgesim test --tag`.", "tag smoke", "0.1"},
    {Verb::Evidence, "evidence", kFile, "evidence documented|observed|inferred|ours [REFERENCE]",
     "How sure we are that Exchange does so, and where that stands.", "evidence documented agents.md 3.3",
     "0.1"},
    {Verb::Skip, "skip", kFile, "skip unless agent NAME | cmdlet NAME | file PATH | tls",
     "Leaves the scenario out, with that reason, where the thing is not there.",
     "skip unless agent \"Connection Filtering Agent\"", "0.1"},
    {Verb::Require, "require", kFile, "require agent NAME | cmdlet NAME | file PATH | tls",
     "The same, but the scenario fails where the thing is not there: for what must not be missing unnoticed.",
     "require agent \"Sender Filter Agent\"", "0.1"},
}};

// A pipe would end the cell.
std::string cell(std::string_view text) {
    return replaceAll(std::string(text), "|", "\\|");
}

} // namespace

std::span<const VerbInfo> verbs() {
    return kVerbs;
}

const VerbInfo& info(Verb verb) {
    return kVerbs[static_cast<std::size_t>(verb)];
}

std::optional<Verb> findVerb(std::string_view word) {
    for (const auto& row : kVerbs)
        if (row.word == word)
            return row.verb;
    return std::nullopt;
}

std::vector<std::string> verbWords() {
    std::vector<std::string> words;
    for (const auto& row : kVerbs)
        words.emplace_back(row.word);
    return words;
}

std::string verbReference() {
    std::string page;
    std::string_view group;
    for (const auto& row : kVerbs) {
        if (row.group != group) {
            group = row.group;
            page += "\n### " + std::string(group) +
                    "\n\n| line | what it does | example |\n| --- | --- | --- |\n";
        }
        page += "| `" + cell(row.syntax) + "` | " + cell(row.sentence) + " | `" + cell(row.example) + "` |\n";
    }
    return page;
}

std::string verbHelp() {
    std::string text;
    std::string_view group;
    for (const auto& row : kVerbs) {
        if (row.group != group) {
            group = row.group;
            text += (text.empty() ? "" : "\n") + std::string(group) + "\n";
        }
        text += "  " + std::string(row.syntax) + "\n      " + std::string(row.sentence) + "\n      e.g. " +
                std::string(row.example) + "\n";
    }
    return text;
}

} // namespace edge::testenv
