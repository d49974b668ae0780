// The counts of a comparison, and why verdicts changed: messages for which server A said one thing for one
// reason, and server B another, are one group. Everything here is bounded, however long the corpus is.
#pragma once

#include <edge/testenv/diff/message_verdict.h>

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace edge::testenv {

inline constexpr std::size_t kMaxDiffGroups = 1000;   // the rest is one group
inline constexpr std::size_t kMaxDiffExamples = 10;   // files that a group names
inline constexpr std::size_t kMaxDiffData = 100;      // different data that a group counts
inline constexpr std::size_t kMaxDiffUnreadable = 20; // files whose trouble is told

// One message, judged twice.
struct JudgedMessage {
    std::string name;
    std::string trouble; // why it was not judged
    MessageVerdict a;
    MessageVerdict b;
};

struct DiffExample {
    std::string name;
    MessageVerdict a;
    MessageVerdict b;
};

struct DiffGroup {
    std::string a; // MessageVerdict::cause()
    std::string b;
    std::size_t messages = 0;
    std::vector<DiffExample> examples; // the first
    // How often which datum decided: of the stricter verdict, "SCL" where it is one.
    std::map<std::string, std::size_t> data;
    std::size_t otherData = 0;
};

class DiffTally {
public:
    // In the order of the corpus.
    void add(const JudgedMessage& message);

    std::size_t messages() const { return messages_; } // judged
    std::size_t changed() const { return changed_; }
    std::size_t unreadable() const { return unreadable_; }
    // Messages that had the outcome at A (first) and B.
    std::size_t count(Outcome a, Outcome b) const;
    std::size_t countA(Outcome outcome) const;
    std::size_t countB(Outcome outcome) const;
    // Groups of changed verdicts, the largest first.
    std::vector<DiffGroup> groups() const;
    const std::vector<std::pair<std::string, std::string>>& troubles() const { return troubles_; }

private:
    static constexpr std::size_t kOutcomeCount = 5;

    std::size_t messages_ = 0;
    std::size_t changed_ = 0;
    std::size_t unreadable_ = 0;
    std::array<std::array<std::size_t, kOutcomeCount>, kOutcomeCount> matrix_{};
    std::map<std::pair<std::string, std::string>, DiffGroup> groups_;
    std::vector<std::pair<std::string, std::string>> troubles_; // file, trouble
};

} // namespace edge::testenv
