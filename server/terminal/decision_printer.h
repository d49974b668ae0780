// DecisionPrinter shows the decision stream while the server runs: readable lines for people, JSON for
// programs. It is a reader like the agent log, with a thread of its own, because a terminal that somebody
// scrolls must not hold up mail.
#pragma once

#include <edge/decision.h>
#include <edge/server/logs/write_behind.h>

#include <functional>
#include <string_view>

namespace edge {

class DecisionPrinter final : public DecisionSink {
public:
    enum class Form {
        Lines, // one for each act of an agent or the server
        Json,  // one object for every decision, those that did nothing included
    };
    struct Options {
        Form form = Form::Lines;
        bool colour = false; // for a terminal; Lines only
        bool quiet = false;  // nothing at all
        Writing writing = Writing::OwnThread;
        std::size_t maxWaitingBytes = kMaxWaitingBytes; // of lines that wait for the output
    };
    // Gets whole lines, on one thread at a time.
    using Output = std::function<void(std::string_view lines)>;

    DecisionPrinter(Output output, const Options& options);

    void record(const Decision& decision) override;
    // Returns when everything recorded before was given to the output.
    void flush() { buffer_.flush(); }

private:
    void write(std::string_view lines);

    const Output output_;
    const Options options_;
    std::uint64_t toldLost_ = 0;
    WriteBehind buffer_; // last: its thread uses the rest
};

} // namespace edge
