// A small change of a configuration, to see whether anybody notices. A mutation is a value, and applying it
// is a pure function: from one configuration to another, the first one untouched. What may be changed into
// what is read off the schema tables.
#pragma once

#include <edge/config/configuration.h>
#include <edge/config/configuration_draft.h>
#include <edge/testenv/mutation/configured_setting.h>

#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

struct Mutation {
    enum class Kind {
        Change,       // a parameter becomes another value
        DropEntry,    // a list loses an element
        DropObject,   // a list of objects loses one
        DropIpEntry,  // an IP list loses a range
        DisableAgent, // new sessions do without the agent `object`
    };
    Kind kind = Kind::Change;
    std::string noun;
    std::string object;
    std::string parameter;
    CmdletValue from;
    CmdletValue to;

    // "ContentFilterConfig.SCLRejectThreshold 7 -> 8", "SenderFilterConfig.BlockedDomains without
    // contoso.com".
    std::string toString() const;
};

// What may become of the setting: a switch the other way, a number one more and one less, a time or size
// doubled and halved, a word any other word of its table, a text another text, an entry or object gone. Only
// what keeps the configuration valid.
std::vector<Mutation> mutationsOf(const NounList& nouns, const Configuration& configuration,
                                  const ConfiguredSetting& setting);
Mutation disabling(const std::string& agent);

// The configuration with that change; none where it does not hold what the mutation starts from.
std::optional<Configuration> mutated(const NounList& nouns, const Configuration& configuration,
                                     const Mutation& mutation);

} // namespace edge::testenv
