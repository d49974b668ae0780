// Any octets as an address: what is accepted holds no octet that could break out of a command, a header or a
// log line, and reads back as itself.
#include <edge/base/assert.h>
#include <edge/mail/routing_address.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace {

using edge::RoutingAddress;

bool isSafe(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check(std::string_view text, const edge::AddressLimits& limits) {
    const auto address = RoutingAddress::parse(text, limits);
    if (!address)
        return;
    EDGE_ASSERT(address->toString() == text, "an address is kept as given");
    EDGE_ASSERT(isSafe(text), "no control character gets through");
    EDGE_ASSERT(RoutingAddress::parse(address->toString(), limits).value() == *address, "it reads back");
    EDGE_ASSERT(text.size() <= limits.maxAddress, "the limit holds");
    if (address->isNullReversePath())
        return;
    const auto domain = address->domainPart();
    EDGE_ASSERT(domain.empty() ||
                    std::string(address->localPart()) + "@" + std::string(domain) == address->toString(),
                "the parts make the whole");
    EDGE_ASSERT(domain.empty() || edge::isDomain(domain, limits.smtpUtf8), "the domain is one");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(text, {});
    check(text, edge::kRfc5321AddressLimits);
    check(text, edge::kLongAddressLimits);
    check(text, {571, 315, true});
    return 0;
}
