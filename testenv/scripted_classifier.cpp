#include <edge/testenv/scripted_classifier.h>

namespace edge::testenv {

Task<Result<Classification>> ScriptedClassifier::classify(const MailItem& item, const MessageText& text) {
    asked_.push_back(text.subject);
    if (delay_ > Duration::zero())
        co_await clock_.waitUntil(clock_.steadyNow() + delay_);
    if (failure_)
        co_return *failure_;
    if (const auto scripted = bySubject_.find(text.subject); scripted != bySubject_.end()) {
        Classification classification;
        classification.scl = scripted->second;
        classification.lines.push_back({"Scripted", scripted->second, text.subject});
        co_return classification;
    }
    if (answer_)
        co_return *answer_;
    auto asking = own_.classify(item, text);
    co_return co_await std::move(asking);
}

} // namespace edge::testenv
