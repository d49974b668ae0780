#include <edge/agents/address_entry.h>
#include <edge/mail/routing_address.h>

#include <string>

namespace edge {

Result<> demandAddressEntry(std::string_view text) {
    const auto refusal = [text](const std::string& why) {
        return Error{Errc::InvalidArgument, "\"" + std::string(text) + "\" is not user@domain: " + why};
    };
    const auto address = RoutingAddress::parse(text);
    if (!address)
        return refusal(address.error().message);
    if (address->isNullReversePath() || address->domainPart().empty())
        return refusal("it has no domain");
    return {};
}

} // namespace edge
