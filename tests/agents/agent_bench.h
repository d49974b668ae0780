// AgentBench: a PipelineBench with the built-in agents in it, configured as an administrator would: through
// the schema tables of a ConfigurationStore, so that a test of an agent is also a test of its parameters.
#pragma once

#include <edge/agents/builtin_agents.h>
#include <edge/agents/content_filter/content_filter_config.h>
#include <edge/agents/recipient_filter/recipient_filter_config.h>
#include <edge/agents/sender_filter/sender_filter_config.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/configuration_store.h>
#include <edge/tests/pipeline/pipeline_bench.h>

#include <string>
#include <vector>

namespace edge::bench {

class AgentBench : public PipelineBench {
public:
    // adventureworks.com is accepted, authoritative, and empty.
    explicit AgentBench(ProfileId profile = kDefaultProfile);

    // Set-<noun> -<parameter> <value>, before the first event.
    Result<> set(const NounSchema& noun, std::string parameter, CmdletValue value);
    // Add-<noun> or New-<noun>.
    Result<> create(const NounSchema& noun, std::vector<Assignment> assignments);
    Result<> setContentFilter(std::string parameter, CmdletValue value);
    Result<> setSenderFilter(std::string parameter, CmdletValue value);
    Result<> setRecipientFilter(std::string parameter, CmdletValue value);
    // What the session will see.
    const ContentFilterConfig& contentFilter() const;
    const SenderFilterConfig& senderFilter() const;
    const RecipientFilterConfig& recipientFilter() const;

    void acceptDomain(const char* domain, AcceptedDomainType type = AcceptedDomainType::Authoritative);
    void setAddressBookEnabled(const char* domain, bool enabled);

private:
    Result<> change(const std::function<Result<>(ConfigurationDraft&)>& edit);

    ConfigurationStore store_;
};

// The value of the first input of that name, or "(none)".
std::string input(const Decision& decision, std::string_view what);

} // namespace edge::bench
