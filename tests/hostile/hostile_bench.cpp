#include <edge/base/text.h>
#include <edge/tests/hostile/hostile_bench.h>

namespace edge::hostile {
namespace {

constexpr const char* kAgent = "Attachment Filtering Agent";
constexpr const char* kMark = "X-Hostile-Case: ";

// Other filters must not refuse a message before this one sees it.
constexpr const char* kOthers[] = {"Connection Filtering Agent", "Content Filter Agent",
                                   "Sender Filter Agent", "Recipient Filter Agent"};

} // namespace

HostileBench::HostileBench(const std::string& action) {
    for (const auto* agent : kOthers)
        static_cast<void>( // those that are there
            lab_.runExpectingErrors("Disable-TransportAgent \"" + std::string(agent) + "\" -Confirm:$false"));
    lab_.run("Set-AttachmentFilterListConfig -Action " + action);
}

SmtpResponse HostileBench::send(const std::string& message) {
    auto client = lab_.connectFrom("203.0.113.9");
    client.hello();
    const auto reply = client.send("sender@fabrikam.com", {"student@adventureworks.com"}, message);
    if (!client.closed())
        client.say("QUIT");
    return reply;
}

SmtpResponse HostileBench::send(const std::string& name, const std::string& message) {
    return send(kMark + name + "\r\n" + message);
}

std::map<std::string, std::string> HostileBench::delivered() {
    std::map<std::string, std::string> messages;
    for (const auto& message : lab_.replay()) {
        const auto mark = message.bytes.find(kMark);
        if (mark == std::string::npos)
            continue;
        const auto name = mark + std::string_view(kMark).size();
        const auto end = message.bytes.find("\r\n", name);
        messages[message.bytes.substr(name, end - name)] = message.bytes.substr(end + 2);
    }
    return messages;
}

std::string HostileBench::lastReason() const {
    const auto decisions = const_cast<testenv::Lab&>(lab_).decisions().of(kAgent);
    return decisions.empty() ? std::string{} : decisions.back().reasonData;
}

} // namespace edge::hostile
