// What Set-IPAllowListConfig, Set-IPBlockListConfig and Set-EdgeSimConnectionFilter set (agents.md 2.1). The
// entries of the lists are not here: they live in IpLists.
#pragma once

#include <edge/agents/mail_scope.h>
#include <edge/base/profile.h>
#include <edge/config/enum_words.h>

#include <string>

namespace edge {

class NounSchema;

// When a peer on the block list is refused; Microsoft's own pages differ (agents.md 2.3).
enum class BlockStage { Connect, Mail, Rcpt };
template <>
struct EnumWords<BlockStage> {
    static constexpr EnumWord<BlockStage> words[] = {
        {BlockStage::Connect, "Connect"}, {BlockStage::Mail, "Mail"}, {BlockStage::Rcpt, "Rcpt"}};
};

struct IpAllowListConfig {
    MailScope scope;
};

struct IpBlockListConfig {
    static constexpr std::size_t kMaxResponse = 240; // agents.md 2.1

    MailScope scope;
    // "{0}" is the client's address; the code in front of it is the agent's.
    std::string staticEntryRejectionResponse;
    std::string machineEntryRejectionResponse;
    BlockStage blockStage = BlockStage::Rcpt;
};

// The texts of a fresh server, and the stage at which that version of Exchange blocks.
IpBlockListConfig defaultIpBlockListConfig(ProfileId profile);

// The tables behind Get- and Set-IPAllowListConfig, Get- and Set-IPBlockListConfig.
const NounSchema& ipAllowListConfigSchema();
const NounSchema& ipBlockListConfigSchema();

} // namespace edge
