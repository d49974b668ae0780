#include <edge/testenv/diff/diff_tally.h>

#include <algorithm>

namespace edge::testenv {
namespace {

constexpr const char* kOthers = "(other reasons)";

// What decided: of the verdict that objected; of both, the second.
const MessageVerdict& telling(const JudgedMessage& message) {
    return message.b.agent.empty() ? message.a : message.b;
}

void addTo(DiffGroup& group, const JudgedMessage& message) {
    ++group.messages;
    if (group.examples.size() < kMaxDiffExamples)
        group.examples.push_back({message.name, message.a, message.b});
    const auto& data = telling(message).data;
    if (data.empty())
        return;
    if (group.data.size() < kMaxDiffData || group.data.contains(data))
        ++group.data[data];
    else
        ++group.otherData;
}

} // namespace

void DiffTally::add(const JudgedMessage& message) {
    if (!message.trouble.empty()) {
        ++unreadable_;
        if (troubles_.size() < kMaxDiffUnreadable)
            troubles_.emplace_back(message.name, message.trouble);
        return;
    }
    ++messages_;
    ++matrix_[static_cast<std::size_t>(message.a.outcome)][static_cast<std::size_t>(message.b.outcome)];
    if (message.a.sameAs(message.b))
        return;
    ++changed_;
    auto key = std::pair(message.a.cause(), message.b.cause());
    if (groups_.size() >= kMaxDiffGroups && !groups_.contains(key))
        key = {kOthers, kOthers};
    auto& group = groups_[key];
    group.a = key.first;
    group.b = key.second;
    addTo(group, message);
}

std::size_t DiffTally::count(Outcome a, Outcome b) const {
    return matrix_[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
}

std::size_t DiffTally::countA(Outcome outcome) const {
    std::size_t sum = 0;
    for (const auto messages : matrix_[static_cast<std::size_t>(outcome)])
        sum += messages;
    return sum;
}

std::size_t DiffTally::countB(Outcome outcome) const {
    std::size_t sum = 0;
    for (const auto& row : matrix_)
        sum += row[static_cast<std::size_t>(outcome)];
    return sum;
}

std::vector<DiffGroup> DiffTally::groups() const {
    std::vector<DiffGroup> sorted;
    for (const auto& [key, group] : groups_)
        sorted.push_back(group);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const DiffGroup& x, const DiffGroup& y) { return x.messages > y.messages; });
    return sorted;
}

} // namespace edge::testenv
