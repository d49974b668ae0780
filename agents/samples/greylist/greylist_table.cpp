#include "greylist_table.h"

namespace contoso {

bool GreylistTable::hasExpired(const Entry& entry, edge::SteadyTime now) const {
    return now - entry.since > (entry.known ? limits_.memory : limits_.patience);
}

GreylistTable::Answer GreylistTable::begin(const std::string& whom, edge::SteadyTime now) {
    if (entries_.size() >= limits_.entries) {
        entries_.erase(uses_.front());
        uses_.pop_front();
    }
    entries_[whom] = {now, false, uses_.insert(uses_.end(), whom)};
    return Answer::First;
}

GreylistTable::Answer GreylistTable::meet(const std::string& whom, edge::SteadyTime now) {
    const auto found = entries_.find(whom);
    if (found == entries_.end())
        return begin(whom, now);
    auto& entry = found->second;
    uses_.splice(uses_.end(), uses_, entry.use);
    if (hasExpired(entry, now)) {
        entry.since = now;
        entry.known = false;
        return Answer::First;
    }
    if (!entry.known && now - entry.since < limits_.delay)
        return Answer::TooSoon;
    const auto answer = entry.known ? Answer::Known : Answer::CameBack;
    entry.known = true;
    entry.since = now;
    return answer;
}

} // namespace contoso
