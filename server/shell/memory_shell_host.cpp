#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/config/value.h>
#include <edge/server/shell/memory_shell_host.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kMaxRivals = 10000; // entries that contain one address: more than anybody has
// Entries that exist here only are numbered above all that the original has given.
constexpr std::int64_t kFirstTriedIdentity = std::int64_t{1} << 62;

} // namespace

MemoryShellHost::MemoryShellHost() {
    for (const char* identity :
         {"Connection Filtering Agent", "Address Rewriting Inbound Agent", "Edge Rule Agent",
          "Content Filter Agent", "Sender Id Agent", "Sender Filter Agent", "Recipient Filter Agent",
          "Protocol Analysis Agent", "Attachment Filtering Agent", "Address Rewriting Outbound Agent"})
        agents_.push_back({identity, true, static_cast<int>(agents_.size()) + 1, "", "built in"});
}

MemoryShellHost::MemoryShellHost(const ShellHost& original)
    : agents_(original.transportAgents())
    , original_(&original) {}

Result<std::size_t> MemoryShellHost::indexOf(const std::string& identity) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < agents_.size(); ++i) {
        if (iequals(agents_[i].identity, identity))
            return i;
        names.push_back(agents_[i].identity);
    }
    return Error{Errc::NotFound,
                 "there is no transport agent \"" + identity + "\"" + didYouMean(identity, names)};
}

Result<> MemoryShellHost::setAgentEnabled(const std::string& identity, bool enabled) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    agents_[*index].enabled = enabled;
    return {};
}

Result<> MemoryShellHost::setAgentPriority(const std::string& identity, int priority) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    if (priority < 0 || priority > static_cast<int>(agents_.size()))
        return Error{Errc::InvalidArgument, "the priority is 1 to " + std::to_string(agents_.size())};
    const auto moved = agents_[*index];
    agents_.erase(agents_.begin() + static_cast<std::ptrdiff_t>(*index));
    agents_.insert(agents_.begin() + std::max(priority, 1) - 1, moved);
    numberAgents();
    return {};
}

void MemoryShellHost::numberAgents() {
    for (std::size_t i = 0; i < agents_.size(); ++i)
        agents_[i].priority = static_cast<int>(i) + 1;
}

Result<AgentAssembly> MemoryShellHost::inspectAgent(const std::string& path,
                                                    const std::string& factoryName) const {
    if (original_ != nullptr)
        return original_->inspectAgent(path, factoryName);
    if (agentHost != nullptr && path != kBuiltInAssembly)
        return agentHost->inspect(path, factoryName);
    return AgentAssembly{path, factoryName};
}

Result<> MemoryShellHost::installAgent(const std::string& identity, const AgentAssembly& assembly) {
    agents_.push_back(
        {identity, false, static_cast<int>(agents_.size()) + 1, assembly.factoryName, assembly.path});
    return {};
}

Result<> MemoryShellHost::uninstallAgent(const std::string& identity) {
    const auto index = indexOf(identity);
    if (!index)
        return index.error();
    agents_.erase(agents_.begin() + static_cast<std::ptrdiff_t>(*index));
    numberAgents();
    return {};
}

std::string MemoryShellHost::exportTransportAgents() const {
    std::string script;
    for (const auto& agent : agents_)
        if (!agent.enabled)
            script += "Disable-TransportAgent " + quotedLiteral(agent.identity) + " -Confirm:$false\n";
    return script;
}

std::vector<TransportPipelineRow> MemoryShellHost::transportPipeline(ProfileId profile, bool all) const {
    return original_ == nullptr ? pipeline : original_->transportPipeline(profile, all);
}

Result<> MemoryShellHost::restartService() {
    ++restarts;
    return {};
}

Result<AgentLogListing> MemoryShellHost::agentLog(UtcTime from, UtcTime to,
                                                  const std::string& location) const {
    if (original_ != nullptr)
        return original_->agentLog(from, to, location);
    auto listing = log;
    std::erase_if(listing.records,
                  [&](const auto& row) { return row.timestamp < from || row.timestamp > to; });
    return listing;
}

std::optional<AddressBookEntry> MemoryShellHost::findRecipient(const RoutingAddress& address) const {
    const auto found = recipients_.find(address);
    if (found != recipients_.end())
        return found->second;
    return original_ == nullptr ? std::nullopt : original_->findRecipient(address);
}

std::vector<AddressBookEntry> MemoryShellHost::recipients() const {
    std::map<RoutingAddress, AddressBookEntry> all;
    if (original_ != nullptr)
        for (auto& entry : original_->recipients())
            all.emplace(entry.primarySmtpAddress, std::move(entry));
    for (const auto& [address, entry] : recipients_)
        if (entry)
            all.insert_or_assign(address, *entry);
        else
            all.erase(address);
    std::vector<AddressBookEntry> sorted;
    for (auto& [address, entry] : all)
        sorted.push_back(std::move(entry));
    return sorted;
}

Result<> MemoryShellHost::addRecipient(const AddressBookEntry& entry) {
    if (findRecipient(entry.primarySmtpAddress))
        return Error{Errc::AlreadyExists,
                     "there is a recipient " + entry.primarySmtpAddress.toString() + " already"};
    recipients_[entry.primarySmtpAddress] = entry;
    return {};
}

Result<> MemoryShellHost::removeRecipient(const RoutingAddress& address) {
    if (!findRecipient(address))
        return Error{Errc::NotFound, "there is no recipient " + address.toString()};
    recipients_[address] = std::nullopt;
    return {};
}

Result<std::size_t> MemoryShellHost::importRecipients(const std::string& path) {
    imports.push_back(path);
    return std::size_t{0};
}

std::vector<IpListEntry> MemoryShellHost::ipListEntries(IpListKind list,
                                                        const std::optional<IpAddress>& address,
                                                        std::size_t limit) const {
    std::vector<IpListEntry> entries;
    const auto hidden = removedIpListEntries_.size();
    if (original_ != nullptr)
        entries = original_->ipListEntries(list, address, std::max(limit, limit + hidden));
    std::erase_if(entries, [this](const IpListEntry& entry) {
        return removedIpListEntries_.count(entry.identity) != 0;
    });
    if (const auto added = addedIpListEntries_.find(list); added != addedIpListEntries_.end())
        for (const auto& entry : added->second)
            if (!address || entry.range.contains(*address))
                entries.push_back(entry);
    entries.resize(std::min(entries.size(), limit));
    return entries;
}

std::optional<IpListEntry> MemoryShellHost::findIpListEntry(IpListKind list, std::int64_t identity) const {
    if (const auto added = addedIpListEntries_.find(list); added != addedIpListEntries_.end())
        for (const auto& entry : added->second)
            if (entry.identity == identity)
                return entry;
    if (original_ == nullptr || removedIpListEntries_.count(identity) != 0)
        return std::nullopt;
    return original_->findIpListEntry(list, identity);
}

Result<IpListEntry> MemoryShellHost::addIpListEntry(IpListKind list, const IpListEntry& entry) {
    for (const auto& other : ipListEntries(list, entry.range.first, kMaxRivals))
        if (other.range == entry.range && !other.isMachineGenerated && !other.hasExpired(now()))
            return Error{Errc::AlreadyExists, entry.range.toString() + " is on the list already, as entry " +
                                                  std::to_string(other.identity)};
    auto added = entry;
    added.identity = kFirstTriedIdentity + ++lastIpListIdentity_;
    if (original_ == nullptr)
        added.identity = lastIpListIdentity_;
    addedIpListEntries_[list].push_back(added);
    return added;
}

Result<> MemoryShellHost::removeIpListEntry(IpListKind list, std::int64_t identity) {
    if (!findIpListEntry(list, identity))
        return Error{Errc::NotFound, "there is no entry " + std::to_string(identity)};
    const auto wanted = [identity](const IpListEntry& entry) { return entry.identity == identity; };
    if (std::erase_if(addedIpListEntries_[list], wanted) == 0)
        removedIpListEntries_.insert(identity);
    return {};
}

Result<std::size_t> MemoryShellHost::importIpList(IpListKind, const std::string& path) {
    imports.push_back(path);
    return std::size_t{0};
}

Result<> MemoryShellHost::resumeQueue() {
    ++resumes;
    return {};
}

} // namespace edge
