// RuleClassifier: the scorer that stands in for SmartScreen. It knows one rule, GTUBE, because a filter that
// invents spam rules of its own would teach administrators things that are true nowhere; everything else an
// ordinary message is worth comes from phrases and the notes of other agents (scl_score.h).
#pragma once

#include <edge/content_classifier.h>

namespace edge {

class RuleClassifier final : public ContentClassifier {
public:
    Task<Result<Classification>> classify(const MailItem& item, const MessageText& text) override;
};

} // namespace edge
