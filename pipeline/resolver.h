// DNS as agents see it. NXDOMAIN, "no such record", SERVFAIL and time-out are different answers, because
// Sender ID and block lists treat them differently; RFC limits on the number of look-ups belong to the
// algorithms.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/base/task.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace edge {

enum class DnsType : std::uint16_t {
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28
};

enum class DnsOutcome {
    Answered, // at least one record of the type asked
    NoData,   // the name exists, without records of that type
    NxDomain, // the name does not exist
    ServFail, // the servers could not say
    Timeout,  // nobody answered in time
};

// One record; which member counts depends on the type asked.
struct DnsRecord {
    std::string text;  // TXT: all strings joined; PTR, NS, CNAME, MX: the name without a trailing dot
    IpAddress address; // A, AAAA
    std::uint16_t preference = 0; // MX
    std::chrono::seconds timeToLive{};
};

struct DnsAnswer {
    DnsOutcome outcome = DnsOutcome::NxDomain;
    std::vector<DnsRecord> records;
};

class Resolver {
public:
    virtual ~Resolver() = default;
    // Never throws for what the network does; cancellation passes through.
    virtual Task<DnsAnswer> query(std::string name, DnsType type) = 0;
};

} // namespace edge
