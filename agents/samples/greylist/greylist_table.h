// What the greylist knows of the senders it has met: when each was first seen, and whether it came back.
// Times are given, nothing here asks a clock, so a month is a number to its tests.
#pragma once

#include <edge/base/clock.h>

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

namespace contoso {

struct GreylistLimits {
    edge::Duration delay = std::chrono::minutes(5);  // who comes back sooner is sent away again
    edge::Duration patience = std::chrono::hours(4); // who comes back later begins anew
    edge::Duration memory =
        std::chrono::hours(24 * 36); // who has come back is known so long: lists send monthly
    std::size_t entries = 100000;    // about 20 MB; a flood pushes out those not seen for longest
};

class GreylistTable {
public:
    enum class Answer { First, TooSoon, CameBack, Known };

    explicit GreylistTable(const GreylistLimits& limits = {})
        : limits_(limits) {}

    // Somebody comes at `now`; the answer, and from now on the table knows of it.
    Answer meet(const std::string& whom, edge::SteadyTime now);
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        edge::SteadyTime since; // first seen, or last seen once it is known
        bool known = false;
        std::list<std::string>::iterator use;
    };

    bool hasExpired(const Entry& entry, edge::SteadyTime now) const;
    Answer begin(const std::string& whom, edge::SteadyTime now);

    const GreylistLimits limits_;
    std::unordered_map<std::string, Entry> entries_;
    std::list<std::string> uses_; // the longest unused first
};

} // namespace contoso
