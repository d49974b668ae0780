#include <edge/agents/content_filter/scl_score.h>
#include <edge/base/text.h>

#include <algorithm>

namespace edge {
namespace {

constexpr int kSenderIdFailPoints = 2;
constexpr int kSenderIdSoftFailPoints = 1;
constexpr int kSenderBlockedPoints = 3;
constexpr int kMimeErrorPoints = 1;

class Scoring {
public:
    void begin(const char* rule, int scl, std::string what) {
        score_.scl = scl;
        if (scl != 0)
            score_.lines.push_back({rule, scl, std::move(what)});
    }
    void add(const char* rule, int points, std::string what) {
        score_.scl += points;
        score_.lines.push_back({rule, points, std::move(what)});
    }
    void clamp() { score_.scl = std::clamp(score_.scl, kMinScl, kMaxScl); }
    void decide(const char* rule, int scl, std::string what) {
        score_.lines.push_back({rule, scl - score_.scl, std::move(what)});
        score_.scl = scl;
        score_.byPhrase = true;
    }
    SclScore take() { return std::move(score_); }

private:
    SclScore score_;
};

} // namespace

SclScore scoreOf(const SclFacts& facts) {
    Scoring scoring;
    if (facts.header)
        scoring.begin("X-EdgeSim-SCL", *facts.header, "the message's own header");
    else
        scoring.begin("Classifier", facts.base, "base score");
    if (iequals(facts.senderIdResult, "Fail"))
        scoring.add("SenderId", kSenderIdFailPoints, "Fail");
    else if (iequals(facts.senderIdResult, "SoftFail"))
        scoring.add("SenderId", kSenderIdSoftFailPoints, "SoftFail");
    if (facts.senderBlocked)
        scoring.add("SenderBlocked", kSenderBlockedPoints, "noted by the Sender Filter");
    if (!facts.mimeDefect.empty())
        scoring.add("MimeErrors", kMimeErrorPoints, facts.mimeDefect);
    scoring.clamp();
    if (facts.badPhrase)
        scoring.decide("BadWord", kMaxScl, *facts.badPhrase);
    if (facts.goodPhrase) // last: it ends the matter (agents.md 6.3)
        scoring.decide("GoodWord", kMinScl, *facts.goodPhrase);
    return scoring.take();
}

} // namespace edge
