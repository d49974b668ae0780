// What Set-ContentFilterConfig sets and the phrases beside it (agents.md 6.1). A phrase is an object of its
// own, as in Exchange: it is added and removed, never changed.
#pragma once

#include <edge/agents/mail_scope.h>
#include <edge/base/text.h>
#include <edge/config/enum_words.h>
#include <edge/mail/routing_address.h>

#include <optional>
#include <set>
#include <string>

namespace edge {

class NounSchema;

// From which SCL on something happens, and whether.
struct SclThreshold {
    bool enabled = false;
    int scl = 9;
};

struct ContentFilterConfig {
    static constexpr std::size_t kMaxListEntries = 100;     // each list (agents.md 6.1)
    static constexpr std::size_t kMaxListEntries2007 = 800; // the same under Exchange 2007

    MailScope scope;
    SclThreshold sclDelete;
    SclThreshold sclReject{true, 7}; // docs/decisions/0820
    SclThreshold sclQuarantine;
    std::optional<RoutingAddress> quarantineMailbox;
    std::string rejectionResponse = "Message rejected as spam by Content Filtering."; // docs/decisions/0820
    std::set<RoutingAddress> bypassedRecipients;
    std::set<RoutingAddress> bypassedSenders;
    std::set<std::string, ILess> bypassedSenderDomains; // "contoso.com", "*.contoso.com"
    bool outlookEmailPostmarkValidationEnabled = false;
    bool sclHeaderEnabled = false; // X-EdgeSim-SCL, ours
};

// What a phrase says of the message that has it.
enum class PhraseInfluence { GoodWord, BadWord };
template <>
struct EnumWords<PhraseInfluence> {
    static constexpr EnumWord<PhraseInfluence> words[] = {{PhraseInfluence::GoodWord, "GoodWord"},
                                                          {PhraseInfluence::BadWord, "BadWord"}};
};

struct ContentFilterPhrase {
    static constexpr std::size_t kMaxLength = 256;  // characters (agents.md 6.1)
    static constexpr std::size_t kMaxPhrases = 800; // good and bad together (agents.md 6.1)

    std::string phrase;
    PhraseInfluence influence = PhraseInfluence::BadWord;
};

// The table behind Get- and Set-ContentFilterConfig, and Set-EdgeSimContentFilter.
const NounSchema& contentFilterConfigSchema();
// The table behind Get-, Add- and Remove-ContentFilterPhrase.
const NounSchema& contentFilterPhraseSchema();

} // namespace edge
