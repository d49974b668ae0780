// SessionWatch: looks at every agent call of a Lab and notes what decisions do not say of themselves: how
// long the processor was busy, and which questions went to the DNS meanwhile.
#pragma once

#include <edge/base/clock.h>
#include <edge/dispatch_observer.h>

#include <cstddef>
#include <map>

namespace edge::testenv {

class Lab;

class SessionWatch final : public DispatchObserver {
public:
    struct Noted {
        Duration realTime{};
        std::size_t firstQuestion = 0; // of ZoneResolver::questions()
        std::size_t endQuestion = 0;
    };

    // `real` measures; it may be another one than the Lab's.
    explicit SessionWatch(Clock& real)
        : real_(real) {}
    // Before the first session.
    void attach(Lab& lab) { lab_ = &lab; }

    Task<> beforeAgent(const AgentCall&) override { co_return; }
    void enterAgent(const AgentCall& call) override;
    void afterAgent(const AgentCall& call, const Decision& decision) override;

    // By the index of the decision among the Lab's.
    const std::map<std::size_t, Noted>& calls() const { return calls_; }

private:
    Clock& real_;
    Lab* lab_ = nullptr;
    SteadyTime entered_{};
    std::size_t questions_ = 0;
    std::map<std::size_t, Noted> calls_;
};

} // namespace edge::testenv
