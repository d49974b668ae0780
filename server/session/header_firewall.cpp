#include <edge/base/text.h>
#include <edge/server/session/header_firewall.h>

namespace edge {
namespace {

struct Rule {
    Permission permission; // without it the fields go
    std::string_view name;
    bool isPrefix;
};

// agents.md 12.2
constexpr Rule kRules[] = {
    {Permission::AcceptOrganizationHeaders, "X-MS-Exchange-Organization-", true},
    {Permission::AcceptForestHeaders, "X-MS-Exchange-Forest-", true},
    {Permission::AcceptRoutingHeaders, "Received", false},
    {Permission::AcceptRoutingHeaders, "Resent-", true},
};

bool mustGo(std::string_view name, const Permissions& permissions) {
    for (const auto& rule : kRules) {
        const bool named = rule.isPrefix ? istartsWith(name, rule.name) : iequals(name, rule.name);
        if (named && permissions.count(rule.permission) == 0)
            return true;
    }
    return false;
}

} // namespace

std::vector<std::string> applyHeaderFirewall(HeaderList& headers, const Permissions& permissions) {
    std::vector<std::string> removed;
    headers.removeIf([&](const Header& header) {
        const bool gone = mustGo(header.name(), permissions);
        if (gone)
            removed.emplace_back(header.name());
        return gone;
    });
    return removed;
}

} // namespace edge
