#include <edge/agents/content_filter/rule_classifier.h>
#include <edge/agents/content_filter/scl_score.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace edge {
namespace {

// The test for unsolicited bulk email that spam filters agree on. In two pieces, so that this very file may
// be mailed.
constexpr std::string_view kGtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*"
                                    "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

bool hasGtube(const MessageText& text) {
    // Not string_view::find, which stops at every X: a body full of them would cost more than all the rest.
    const auto has = [](std::string_view where) {
        return ::memmem(where.data(), where.size(), kGtube.data(), kGtube.size()) != nullptr;
    };
    return has(text.subject) || std::any_of(text.parts.begin(), text.parts.end(),
                                            [&](const MessageText::Part& part) { return has(part.text); });
}

} // namespace

Task<Result<Classification>> RuleClassifier::classify(const MailItem&, const MessageText& text) {
    Classification classification;
    classification.version = kSclRulesVersion;
    if (hasGtube(text)) {
        classification.scl = kMaxScl;
        classification.lines.push_back({"GTUBE", kMaxScl, "the GTUBE test string"});
    }
    co_return classification;
}

} // namespace edge
