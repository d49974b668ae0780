// What somebody configured, one thing at a time: a parameter that was set, an entry of a list, an object that
// was made, a range on an IP list. Read off the schema tables, so a new filter is listed the day it gets its
// table. Coverage asks which of these a suite exercised; mutation changes them one by one.
#pragma once

#include <edge/config/configuration_draft.h>
#include <edge/config/value.h>

#include <string>
#include <vector>

namespace edge {
class IpListStore;
}

namespace edge::testenv {

struct ConfiguredSetting {
    enum class Kind {
        Parameter, // of an object, with its whole value
        Entry,     // one element of a parameter that is a list
        Object,    // one object of a list of objects: a phrase, a connector
        IpEntry,   // one range on the IP Allow or Block list
    };
    Kind kind = Kind::Parameter;
    std::string noun;      // "SenderFilterConfig"; of an IpEntry "IPBlockListEntry"
    std::string object;    // its name; empty where there is only one
    std::string parameter; // empty of an Object or IpEntry
    CmdletValue value;     // of an IpEntry the range as text

    // "SenderFilterConfig.BlockedDomains contoso.com", "IPBlockListEntry 192.0.2.0/24".
    std::string toString() const;
    bool operator==(const ConfiguredSetting&) const = default;
};

// Everything set explicitly, in the order of nouns, objects and parameters.
std::vector<ConfiguredSetting> configuredSettings(const NounList& nouns, const Configuration& configuration);
// Both lists, by identity; no more than `limit` of each.
std::vector<ConfiguredSetting> configuredSettings(const IpListStore& lists, std::size_t limit);

// Without most entries of long lists: `most` of each list are left, spread evenly.
std::vector<ConfiguredSetting> thinned(std::vector<ConfiguredSetting> settings, std::size_t most);

inline constexpr const char* kIpAllowEntry = "IPAllowListEntry";
inline constexpr const char* kIpBlockEntry = "IPBlockListEntry";

} // namespace edge::testenv
