// One machine that loses its power: a whole server takes mail over SMTP on a scripted disk, a consumer takes
// the replay files between any two operations, and at one operation of the trace the power fails. What is
// there after the next start is compared with what was acknowledged. crash_bench.py runs hundreds of these
// and counts.
#pragma once

#include <edge/testenv/lab.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace edge::testenv {

// What one run showed.
struct PowerCutCount {
    std::uint64_t cutAt = 0;      // the operation during which the power failed
    std::uint64_t operations = 0; // of the whole trace, had it not failed
    unsigned cuts = 0;            // two where recovery lost its power, too
    bool consumerFirst = false;   // the consumer looked at the disk before the server was back
    std::uint64_t acknowledged = 0;
    std::uint64_t published = 0;  // different messages, among them some that were under way
    std::uint64_t lost = 0;       // acknowledged and nowhere
    std::uint64_t torn = 0;       // visible and not octet for octet what was sent
    std::uint64_t strayFiles = 0; // .tmp names, and whatever is left in staging
    // Twice, and a consumer had taken it before the server was back: the guarantee allows it.
    std::uint64_t doubledTaken = 0;
    std::uint64_t doubled = 0; // twice otherwise

    bool holds() const { return lost + torn + strayFiles + doubled == 0; }
};

class PowerCutRun {
public:
    explicit PowerCutRun(std::uint64_t seed);
    // Load, power cut, restart, comparison. What broke the promise is told in sentences().
    PowerCutCount run();
    const std::vector<std::string>& sentences() const { return sentences_; }

private:
    static std::uint64_t operationsOf(std::uint64_t seed);

    void load(Lab& lab);
    void deliverBatch(Lab& lab);
    void consumeSometimes(Lab& lab);
    void takeOne(Lab& lab, const std::string& name);
    void takeAll(Lab& lab);
    void check(const std::string& file, const std::string& text);
    void lookForStrays(Lab& lab);
    void endWithPower(Lab& lab);
    bool recover(Lab& lab);
    void settleAccounts();
    void complain(std::uint64_t& counter, const std::string& sentence);

    const std::uint64_t seed_;
    SeededRandom random_; // of the load; the Lab has its own
    PowerCutCount count_;
    std::map<std::string, std::string> sent_; // message name → content
    std::set<std::string> acknowledged_;
    std::map<std::string, unsigned> seen_;      // copies that the consumer has had
    std::map<std::string, std::string> copies_; // the first of them
    std::set<std::string> takenBeforeStart_;
    std::vector<std::string> sentences_;
};

} // namespace edge::testenv
