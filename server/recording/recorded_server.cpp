#include <edge/config/value.h>
#include <edge/server/edge_server.h>
#include <edge/server/recording/recorded_server.h>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace edge {
namespace {

// Exporting costs a millisecond; sessions begin far more often than somebody changes something.
class ScriptOfNow {
public:
    ScriptOfNow(EdgeServer& server, std::function<std::string()> exportScript)
        : server_(server)
        , exportScript_(std::move(exportScript)) {}

    std::string get() {
        auto state = server_.liveState();
        const std::lock_guard lock(mutex_);
        if (state != state_) {
            script_ = exportScript_();
            state_ = std::move(state);
        }
        return script_;
    }

private:
    EdgeServer& server_;
    std::function<std::string()> exportScript_;
    std::mutex mutex_;
    LiveStatePtr state_;
    std::string script_;
};

std::string recipientCmdlet(const AddressBookEntry& entry) {
    auto script = "New-EdgeSimRecipient " + quotedLiteral(entry.primarySmtpAddress.toString());
    if (entry.antispamBypass)
        script += " -AntispamBypassEnabled $true";
    if (entry.requireSenderAuthentication)
        script += " -RequireSenderAuthenticationEnabled $true";
    return script + "\n";
}

// Without an end: it was in force, and shall be when the recording is played, whatever the date.
std::string ipListCmdlet(IpListKind list, const IpListEntry& entry) {
    return std::string(list == IpListKind::Allow ? "Add-IPAllowListEntry" : "Add-IPBlockListEntry") +
           " -IPRange " + quotedLiteral(entry.range.toString()) + "\n";
}

std::string entriesOf(EdgeServer& server, const SessionRecording& session) {
    std::string script;
    for (const auto& recipient : session.recipients()) {
        const auto address = RoutingAddress::parse(recipient);
        const auto entry = address ? server.recipients().lookUp(*address) : std::nullopt;
        if (entry)
            script += recipientCmdlet(*entry);
    }
    for (const auto list : {IpListKind::Allow, IpListKind::Block}) {
        std::set<std::int64_t> written;
        for (const auto& address : session.addresses()) {
            const auto entry = server.ipLists().find(list, address, session.head().started);
            if (entry && written.insert(entry->identity).second)
                script += ipListCmdlet(list, *entry);
        }
    }
    return script;
}

} // namespace

RecordedServer recordedServer(EdgeServer& server, std::function<std::string()> exportScript) {
    RecordedServer recorded;
    const auto script = std::make_shared<ScriptOfNow>(server, std::move(exportScript));
    recorded.configuration = [script] { return script->get(); };
    recorded.listEntries = [&server](const SessionRecording& session) { return entriesOf(server, session); };
    recorded.warn = [&server](const std::string& what) { server.operationsLog().warning(what); };
    return recorded;
}

} // namespace edge
