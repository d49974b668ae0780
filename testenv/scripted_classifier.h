// ScriptedClassifier: the spam engine of the Lab. Until a test says otherwise it is the server's own scorer;
// a test gives scores by subject, for everything else, errors and delays.
#pragma once

#include <edge/agents/content_filter/rule_classifier.h>
#include <edge/base/clock.h>
#include <edge/content_classifier.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

class ScriptedClassifier final : public ContentClassifier {
public:
    explicit ScriptedClassifier(Clock& clock)
        : clock_(clock) {}

    Task<Result<Classification>> classify(const MailItem& item, const MessageText& text) override;

    // The score of messages with that subject.
    void score(const std::string& subject, int scl) { bySubject_[subject] = scl; }
    // The answer about every other message.
    void answer(Classification classification) { answer_ = std::move(classification); }
    // No answer at all from now on; an empty one ends that.
    void fail(std::optional<Error> error) { failure_ = std::move(error); }
    // Each answer takes so long.
    void delay(Duration span) { delay_ = span; }
    // Subjects of the messages it was asked about, in order.
    const std::vector<std::string>& asked() const { return asked_; }

private:
    Clock& clock_;
    RuleClassifier own_;
    std::map<std::string, int> bySubject_;
    std::optional<Classification> answer_;
    std::optional<Error> failure_;
    Duration delay_{};
    std::vector<std::string> asked_;
};

} // namespace edge::testenv
