#include <edge/testenv/explain/session_watch.h>
#include <edge/testenv/lab.h>

namespace edge::testenv {

void SessionWatch::enterAgent(const AgentCall&) {
    questions_ = lab_->dns().questions().size();
    entered_ = real_.steadyNow();
}

void SessionWatch::afterAgent(const AgentCall&, const Decision&) {
    const auto took = real_.steadyNow() - entered_;
    const auto index = lab_->decisions().all().size() - 1; // the one that was recorded just now
    calls_[index] = {took, questions_, lab_->dns().questions().size()};
}

} // namespace edge::testenv
