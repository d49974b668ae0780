#include <edge/base/assert.h>
#include <edge/tests/agents/agent_bench.h>

namespace edge::bench {
namespace {

NounList nouns() {
    auto all = builtinAgentSchemas();
    all.push_back(&acceptedDomainSchema());
    return all;
}

} // namespace

AgentBench::AgentBench(ProfileId profile)
    : store_(nouns(), profile) {
    registerBuiltInAgents(registry);
    server.settings = *store_.current();
    acceptDomain("adventureworks.com");
}

Result<> AgentBench::change(const std::function<Result<>(ConfigurationDraft&)>& edit) {
    if (auto changed = store_.update(edit); !changed)
        return changed;
    server.settings = *store_.current();
    return {};
}

Result<> AgentBench::set(const NounSchema& noun, std::string parameter, CmdletValue value) {
    const Assignment assignments[] = {{std::move(parameter), std::move(value)}};
    return change([&](ConfigurationDraft& draft) { return draft.set(noun, "", assignments); });
}

Result<> AgentBench::create(const NounSchema& noun, std::vector<Assignment> assignments) {
    return change([&](ConfigurationDraft& draft) { return draft.create(noun, assignments); });
}

Result<> AgentBench::setContentFilter(std::string parameter, CmdletValue value) {
    return set(contentFilterConfigSchema(), std::move(parameter), std::move(value));
}

Result<> AgentBench::setSenderFilter(std::string parameter, CmdletValue value) {
    return set(senderFilterConfigSchema(), std::move(parameter), std::move(value));
}

Result<> AgentBench::setRecipientFilter(std::string parameter, CmdletValue value) {
    return set(recipientFilterConfigSchema(), std::move(parameter), std::move(value));
}

const ContentFilterConfig& AgentBench::contentFilter() const {
    return server.settings.get<ContentFilterConfig>();
}

const SenderFilterConfig& AgentBench::senderFilter() const {
    return server.settings.get<SenderFilterConfig>();
}

const RecipientFilterConfig& AgentBench::recipientFilter() const {
    return server.settings.get<RecipientFilterConfig>();
}

void AgentBench::acceptDomain(const char* domain, AcceptedDomainType type) {
    const Assignment assignments[] = {{"Name", domain}, {"DomainName", domain}, {"DomainType", wordOf(type)}};
    const auto accepted =
        change([&](ConfigurationDraft& draft) { return draft.create(acceptedDomainSchema(), assignments); });
    EDGE_ASSERT(accepted, "the test's domain is acceptable");
}

void AgentBench::setAddressBookEnabled(const char* domain, bool enabled) {
    const Assignment assignments[] = {{"AddressBookEnabled", enabled}};
    const auto changed = change(
        [&](ConfigurationDraft& draft) { return draft.set(acceptedDomainSchema(), domain, assignments); });
    EDGE_ASSERT(changed, "the test's domain is there");
}

std::string input(const Decision& decision, std::string_view what) {
    for (const auto& candidate : decision.inputs)
        if (candidate.what == what)
            return candidate.value;
    return "(none)";
}

} // namespace edge::bench
