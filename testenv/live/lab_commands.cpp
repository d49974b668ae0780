#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/testenv/live/lab_commands.h>
#include <edge/testenv/live/lab_json.h>
#include <edge/testenv/live/lab_server.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <stdexcept>

namespace edge::testenv {

namespace json = boost::json;

namespace {

// A line that cannot be obeyed; what() is the answer.
struct Wrong : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// One line: what it says, and whom to.
class Call {
public:
    Call(LabServer& server, std::uint64_t who, const json::object& line)
        : lab(server)
        , controller(who)
        , said_(line) {}

    LabServer& lab;
    const std::uint64_t controller;

    bool has(std::string_view name) const { return said_.contains(name) && !said_.at(name).is_null(); }
    const json::value& member(std::string_view name) const {
        if (!has(name))
            throw Wrong("\"" + std::string(name) + "\" is missing");
        return said_.at(name);
    }
    std::string text(std::string_view name) const {
        auto octets = octetsOf(member(name));
        if (!octets)
            throw Wrong("\"" + std::string(name) + "\" is a text, or {\"base64\": ...}");
        return std::move(*octets);
    }
    std::string textOr(std::string_view name, std::string otherwise) const {
        return has(name) ? text(name) : std::move(otherwise);
    }
    template <class T>
    T number(std::string_view name) const {
        boost::system::error_code error;
        const auto value = member(name).to_number<T>(error);
        if (error)
            throw Wrong("\"" + std::string(name) + "\" is a number in the range that is meant");
        return value;
    }
    template <class T>
    T numberOr(std::string_view name, T otherwise) const {
        return has(name) ? number<T>(name) : otherwise;
    }
    bool flag(std::string_view name) const {
        if (!has(name))
            return false;
        if (!member(name).is_bool())
            throw Wrong("\"" + std::string(name) + "\" is true or false");
        return member(name).get_bool();
    }
    template <class T>
    static T valid(Result<T> result) {
        if (!result)
            throw Wrong(result.error().message);
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    LabWire& wire() const {
        const auto& wires = lab.wires();
        const auto found = wires.find(number<std::uint16_t>("port"));
        if (found == wires.end())
            throw Wrong("no connection was announced from that port");
        return *found->second;
    }

private:
    const json::object& said_;
};

// ---- the server

json::object about(Call& call) {
    return {{"edgesim", EDGE_VERSION},
            {"protocol", kLabProtocol},
            {"smtp", call.lab.endpoint().toString()},
            {"data", call.lab.options().directory ? json::value(*call.lab.options().directory) : nullptr}};
}

json::object reset(Call& call) {
    LabLife life{.seed = call.numberOr<std::uint64_t>("seed", 1),
                 .profile = call.lab.options().profile,
                 .bare = call.flag("bare"),
                 .keepsHeaders = call.flag("headers"),
                 .agentFolder = call.textOr("agents", ".")};
    if (call.has("profile"))
        life.profile = Call::valid(findProfile(call.text("profile")));
    call.lab.hold(call.flag("hold"));
    Call::valid(call.lab.begin(life));
    return {};
}

json::object own(Call& call) {
    call.lab.own(call.controller);
    return {};
}

json::object stop(Call& call) {
    call.lab.stop();
    return {};
}

// ---- time

json::object hold(Call& call) {
    call.lab.hold(true);
    return {};
}

json::object release(Call& call) {
    const auto pace = call.textOr("pace", "real");
    if (pace != "real" && pace != "still")
        throw Wrong("\"pace\" is real or still");
    call.lab.setPace(pace == "real");
    call.lab.hold(false);
    return {};
}

// "5m", or a number of nanoseconds.
Duration spanOf(const Call& call, std::string_view name) {
    if (call.member(name).is_string())
        return Call::valid(parseTimeSpan(call.text(name)));
    return Duration(call.number<std::int64_t>(name));
}

json::object advance(Call& call) {
    const auto span = spanOf(call, "by");
    if (span < Duration::zero())
        throw Wrong("time does not go back");
    call.lab.lab().advance(span);
    return {};
}

json::object settle(Call& call) {
    std::vector<SentSoFar> sent;
    for (const auto& each : call.has("sent") ? call.member("sent").as_array() : json::array()) {
        const Call one(call.lab, call.controller, each.as_object());
        sent.push_back({one.number<std::uint16_t>("port"), one.numberOr<std::uint64_t>("octets", 0),
                        one.flag("ended"), one.flag("reset")});
    }
    Call::valid(call.lab.await(sent));
    call.lab.lab().settle();
    return {};
}

json::object hear(Call& call) {
    return {{"heard",
             call.lab.hear(call.wire(), call.numberOr<std::uint64_t>("said", 0), call.flag("until_read"))}};
}

// ---- peers

json::object peer(Call& call) {
    call.lab.announce(call.numberOr<std::uint16_t>("port", 0),
                      Call::valid(IpAddress::parse(call.text("from"))));
    return {};
}

json::object accept(Call& call) {
    Call::valid(call.lab.await({{.port = call.number<std::uint16_t>("port")}}));
    return {};
}

json::object pieces(Call& call) {
    const auto octets = call.number<std::size_t>("octets");
    if (octets == 0)
        throw Wrong("a read gives at least one octet");
    call.wire().readSize = octets;
    return {};
}

json::object silent(Call& call) {
    const auto operation = call.numberOr<std::size_t>("at", 1);
    if (operation == 0)
        throw Wrong("operations are counted from 1");
    call.wire().fallSilentAt(operation);
    return {};
}

// ---- the worlds round the server

json::object cmdlet(Call& call) {
    const auto answer = call.lab.world().run(call.text("script"));
    return {{"output", toJson(answer.output)}, {"errors", toJson(answer.errors)}};
}

json::object zone(Call& call) {
    Call::valid(call.lab.world().addZone(call.text("text")));
    return {};
}

json::object strict(Call& call) {
    call.lab.world().setDnsStrict();
    return {};
}

json::object scl(Call& call) {
    call.lab.world().setScl(call.has("level") ? std::optional(call.number<int>("level")) : std::nullopt);
    return {};
}

struct ScanWord {
    std::string_view word;
    ScanOutcome outcome;
};
constexpr std::array<ScanWord, 4> kScans{{{"clean", ScanOutcome::Clean},
                                          {"infected", ScanOutcome::Infected},
                                          {"unscannable", ScanOutcome::Unscannable},
                                          {"unavailable", ScanOutcome::Unavailable}}};

ScanOutcome outcomeOf(const std::string& word) {
    for (const auto& row : kScans)
        if (row.word == word)
            return row.outcome;
    throw Wrong("\"says\" is clean, infected, unscannable or unavailable");
}

json::object scanner(Call& call) {
    step::Scanner scanner;
    scanner.scan = call.numberOr<std::uint64_t>("scan", 1);
    scanner.once = call.flag("once");
    scanner.verdict = {outcomeOf(call.textOr("says", "unavailable")), call.textOr("what", "")};
    scanner.after = call.has("after") ? spanOf(call, "after") : Duration::zero();
    scanner.hangs = call.flag("hangs");
    call.lab.world().setScanner(scanner);
    return {};
}

struct FaultWord {
    std::string_view word;
    step::FaultKind kind;
};
constexpr std::array<FaultWord, 4> kFaults{{{"ENOSPC", step::FaultKind::DiskFull},
                                            {"EIO", step::FaultKind::DiskSync},
                                            {"repaired", step::FaultKind::DiskRepaired},
                                            {"throw", step::FaultKind::AgentThrows}}};

json::object fault(Call& call) {
    const auto word = call.text("what");
    for (const auto& row : kFaults) {
        if (row.word != word)
            continue;
        step::Fault fault{row.kind, call.textOr("agent", ""), {}};
        if (call.has("times"))
            fault.count = call.number<std::uint64_t>("times");
        Call::valid(call.lab.world().breakDown(fault));
        return {};
    }
    throw Wrong("\"what\" is ENOSPC, EIO, repaired or throw");
}

json::object meets(Call& call) {
    const auto kind = call.text("kind");
    if (kind != "agent" && kind != "cmdlet")
        throw Wrong("\"kind\" is agent or cmdlet");
    const Condition condition{kind == "agent" ? Condition::Kind::Agent : Condition::Kind::Cmdlet,
                              call.text("what")};
    return {{"meets", call.lab.world().meets(condition)}};
}

// ---- what became of it

json::object decisions(Call& call) {
    json::array array;
    const auto& all = call.lab.world().decisions();
    for (auto i = call.numberOr<std::size_t>("from", 0); i < all.size(); ++i)
        array.push_back(toJson(all[i]));
    return {{"decisions", std::move(array)}};
}

json::array questionsJson(const std::vector<WorldQuestion>& questions) {
    json::array array;
    for (const auto& question : questions)
        array.push_back(json::object{{"name", toJson(question.name)},
                                     {"type", static_cast<int>(question.type)},
                                     {"outcome", static_cast<int>(question.outcome)}});
    return array;
}

json::object questions(Call& call) {
    return {{"questions", questionsJson(call.lab.world().questions())},
            {"unexpected", questionsJson(call.lab.world().unexpectedQuestions())}};
}

json::object replay(Call& call) {
    json::array array;
    for (const auto& message : call.lab.world().replay())
        array.push_back(json::object{{"name", toJson(message.name)}, {"bytes", toJson(message.bytes)}});
    return {{"files", std::move(array)}};
}

json::object header(Call& call) {
    const auto when = call.text("when");
    if (when != "before" && when != "after")
        throw Wrong("\"when\" is before or after");
    step::HeaderMoment moment{when == "before", call.text("agent"), {}};
    if (call.has("event"))
        moment.event = findAgentEvent(call.text("event"));
    const auto values = call.lab.world().headerAt(moment, call.text("name"));
    return {{"values", values ? json::value(toJson(*values)) : nullptr}};
}

json::object file(Call& call) {
    return {{"text", toJson(call.lab.world().file(call.text("path")))}};
}

json::object log(Call& call) {
    const auto which = call.text("which");
    if (which == "agent")
        return {{"rows", toJson(call.lab.world().agentLog())}};
    if (which == "receive")
        return {{"text", toJson(call.lab.world().receiveLog())}};
    throw Wrong("\"which\" is agent or receive");
}

// ---- the table

struct Command {
    std::string_view word;
    std::string_view takes; // members, blanks between them
    std::string_view sentence;
    json::object (*obey)(Call& call);
};

constexpr Command kCommands[] = {
    {"about", "", "`edgesim` (version), `protocol`, `smtp` (where clients connect), `data`.", about},
    {"reset", "seed profile bare hold headers agents",
     "Ends the server and begins a new one: empty disk, 3 June 2019, 9:00 UTC, nothing configured but the "
     "accepted "
     "domain `adventureworks.com` (with `bare` not even that). With `headers` it keeps "
     "every header around every call of an agent. `agents` is the folder in which Install-TransportAgent "
     "looks for a relative path first.",
     reset},
    {"hold", "", "From now on nothing moves but by command.", hold},
    {"release", "pace",
     "Serves whoever comes; the clock goes as fast as ours (`real`, when nothing is said) or by command only "
     "(`still`).",
     release},
    {"advance", "by", "Lets time pass, timer by timer: `\"5m\"`, or a number of nanoseconds.", advance},
    {"peer", "from port",
     "The next connection comes from that address; with `port`: the one whose client has bound that port.",
     peer},
    {"accept", "port", "Waits until the connection announced with that port is there.", accept},
    {"settle", "sent",
     "Does everything that can be done without time passing. `sent` is a list of `{\"port\", \"octets\", "
     "\"ended\", "
     "\"reset\"}`: first waits until so much has arrived on those connections.",
     settle},
    {"hear", "port said until_read",
     "Lets time pass until the server has sent more than `said` octets there or has closed, with "
     "`until_read` also "
     "until it has read everything. `heard` is false where it never will.",
     hear},
    {"pieces", "port octets", "The server gets at most so many octets from one read there.", pieces},
    {"silent", "port at", "That peer falls silent at the n-th read or write of the server from now.", silent},
    {"cmdlet", "script", "Runs cmdlets: `output`, `errors`.", cmdlet},
    {"zone", "text", "Adds to the DNS, as `zone` in a scenario does.", zone},
    {"strict", "", "Questions about names that no zone mentions are listed as unexpected.", strict},
    {"scl", "level", "What the classifier says of every message from now on; null: it cannot say.", scl},
    {"scanner", "says what scan once after hangs",
     "What the virus engine says from the n-th scan from now on, or `once`: `clean`, `infected`, "
     "`unscannable` or "
     "`unavailable`; `after` a time, or never (`hangs`).",
     scanner},
    {"fault", "what agent times",
     "`ENOSPC`: writes fail, `EIO`: syncs fail, `repaired`: neither; `throw`: that agent throws. So often, "
     "or until "
     "repaired.",
     fault},
    {"meets", "kind what", "Is there such an `agent` or `cmdlet`?", meets},
    {"decisions", "from", "All decisions, or those from that one on (0 is the first).", decisions},
    {"questions", "", "What the DNS was asked, and which of it was `unexpected`.", questions},
    {"replay", "", "The published files: `name`, `bytes`.", replay},
    {"header", "name agent when event",
     "The fields of that name `before` or `after` an agent's work on the message that it saw last; null "
     "where it "
     "saw none (needs a `reset` with `headers`).",
     header},
    {"file", "path", "The text of a file of the data directory; empty where there is none.", file},
    {"log", "which", "The rows of the `agent` log, or the text of the `receive` protocol log.", log},
    {"own", "", "When this connection ends, so does the lab.", own},
    {"stop", "", "Ends the lab.", stop},
};

const Command& commandOf(const json::object& line) {
    const auto* word = line.if_contains("do");
    if (!word || !word->is_string())
        throw Wrong("a command is {\"do\": \"...\"}");
    for (const auto& command : kCommands)
        if (command.word == std::string_view(word->get_string()))
            return command;
    throw Wrong("there is no command \"" + std::string(word->get_string()) + "\"");
}

// A misspelt member must not be ignored.
void refuseOthers(const Command& command, const json::object& line) {
    const auto known = split(command.takes, ' ');
    for (const auto& member : line) {
        const std::string_view name(member.key());
        if (name != "do" && std::find(known.begin(), known.end(), name) == known.end())
            throw Wrong(std::string(command.word) + " takes no \"" + std::string(name) + "\"");
    }
}

// What nearly every controller wants to know next.
void addState(LabServer& server, json::object& answer) {
    auto& clock = server.lab().clock();
    answer["time"] = isoTime(clock.utcNow());
    answer["utc"] = clock.utcNow().time_since_epoch().count();
    answer["steady"] = clock.steadyNow().time_since_epoch().count();
    answer["scans"] = server.world().scans();
    answer["unexpected_count"] = server.world().unexpectedQuestions().size();
    json::array peers;
    for (const auto& [port, wire] : server.wires())
        peers.push_back(json::object{{"port", port},
                                     {"said", wire->said},
                                     {"unread", wire->unread()},
                                     {"over", wire->over},
                                     {"silent", wire->silent}});
    answer["peers"] = std::move(peers);
}

json::object obey(LabServer& server, std::uint64_t controller, std::string_view text) {
    const auto line = json::parse(json::string_view(text.data(), text.size()));
    if (!line.is_object())
        throw Wrong("a command is an object");
    const auto& command = commandOf(line.get_object());
    refuseOthers(command, line.get_object());
    Call call(server, controller, line.get_object());
    auto answer = command.obey(call);
    addState(server, answer);
    return answer;
}

} // namespace

std::string answerCommand(LabServer& server, std::uint64_t controller, std::string_view line) {
    try {
        return json::serialize(obey(server, controller, line));
    } catch (const std::exception& wrong) {
        return json::serialize(json::object{{"error", toJson(std::string_view(wrong.what()))}});
    }
}

std::string labCommandReference() {
    std::string table = "| command | members | what it does, and what it answers |\n| --- | --- | --- |\n";
    for (const auto& command : kCommands) {
        std::string members;
        for (const auto member : split(command.takes, ' '))
            if (!member.empty())
                members += (members.empty() ? "`" : ", `") + std::string(member) + "`";
        table += "| `" + std::string(command.word) + "` | " + members + " | " +
                 std::string(command.sentence) + " |\n";
    }
    return table;
}

} // namespace edge::testenv
