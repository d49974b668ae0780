// Several windows into one pipeline: a Lab has room for one observer, and a scenario wants faults *and* the
// history of headers.
#pragma once

#include <edge/dispatch_observer.h>

#include <vector>

namespace edge::testenv {

class ObserverChain final : public DispatchObserver {
public:
    // Asked in this order; all outlive the chain.
    explicit ObserverChain(std::vector<DispatchObserver*> observers)
        : observers_(std::move(observers)) {}

    Task<> beforeAgent(const AgentCall& call) override {
        for (auto* observer : observers_)
            co_await observer->beforeAgent(call);
    }
    void enterAgent(const AgentCall& call) override {
        for (auto* observer : observers_)
            observer->enterAgent(call);
    }
    void afterAgent(const AgentCall& call, const Decision& decision) override {
        for (auto* observer : observers_)
            observer->afterAgent(call, decision);
    }

private:
    std::vector<DispatchObserver*> observers_;
};

} // namespace edge::testenv
