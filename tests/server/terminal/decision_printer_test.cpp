#include <edge/base/text.h>
#include <edge/server/terminal/decision_json.h>
#include <edge/server/terminal/decision_line.h>
#include <edge/server/terminal/decision_printer.h>

#include "log_bench.h"
#include <doctest/doctest.h>

#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace edge;
using namespace edge::testenv;

namespace {

std::string printed(const DecisionPrinter::Options& options, const std::vector<Decision>& decisions) {
    std::string shown;
    DecisionPrinter printer([&](std::string_view lines) { shown += lines; }, options);
    for (const auto& made : decisions)
        printer.record(made);
    printer.flush();
    return shown;
}

const auto kPassed = decision("Sender Filter Agent", AgentEvent::OnMailCommand, Action::None);
const auto kRefused = decision("Recipient Filter Agent", AgentEvent::OnRcptCommand, Action::RejectCommand);
const auto kAccepted = decision("SMTP Receive", AgentEvent::OnEndOfData, Action::AcceptMessage);

DecisionPrinter::Options options(DecisionPrinter::Form form, bool quiet = false) {
    DecisionPrinter::Options made;
    made.form = form;
    made.quiet = quiet;
    made.writing = Writing::Inline;
    return made;
}

} // namespace

TEST_CASE("Lines are printed for what was done") {
    CHECK(printed(options(DecisionPrinter::Form::Lines), {kPassed, kRefused, kAccepted}) ==
          decisionLine(kRefused, false) + "\n" + decisionLine(kAccepted, false) + "\n");
}

TEST_CASE("JSON is printed for every decision") {
    CHECK(printed(options(DecisionPrinter::Form::Json), {kPassed, kRefused}) ==
          decisionToJson(kPassed) + "\n" + decisionToJson(kRefused) + "\n");
}

TEST_CASE("Quiet prints nothing in either form") {
    CHECK(printed(options(DecisionPrinter::Form::Lines, true), {kRefused, kAccepted}).empty());
    CHECK(printed(options(DecisionPrinter::Form::Json, true), {kRefused, kAccepted}).empty());
}

TEST_CASE("A reader that hangs costs lines, and is told how many when it goes on") {
    struct Row {
        DecisionPrinter::Form form;
        const char* told;
    };
    for (const auto& row :
         {Row{DecisionPrinter::Form::Lines, "(3 lines not shown: the terminal was slower than the mail)\n"},
          Row{DecisionPrinter::Form::Json, "{\"lostLines\":3}\n"}}) {
        const auto line = row.form == DecisionPrinter::Form::Json ? decisionToJson(kRefused)
                                                                  : decisionLine(kRefused, false);
        std::promise<void> entered, release;
        bool first = true;
        std::string shown;
        DecisionPrinter::Options hanging;
        hanging.form = row.form;
        hanging.maxWaitingBytes = 2 * (line.size() + 1);
        DecisionPrinter printer(
            [&](std::string_view lines) {
                if (std::exchange(first, false)) {
                    entered.set_value();
                    release.get_future().wait();
                }
                shown += lines;
            },
            hanging);
        printer.record(kRefused);
        std::thread flusher([&] { printer.flush(); });
        entered.get_future().wait();
        for (int i = 0; i < 5; ++i)
            printer.record(kRefused);
        release.set_value();
        flusher.join();
        printer.flush();
        CHECK(shown == line + "\n" + row.told + line + "\n" + line + "\n");
    }
}

TEST_CASE("Sessions on several threads print whole lines") {
    std::string shown;
    DecisionPrinter printer([&](std::string_view lines) { shown += lines; }, {});
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i)
                printer.record(kRefused);
        });
    for (auto& thread : threads)
        thread.join();
    printer.flush();
    const auto expected = decisionLine(kRefused, false);
    const auto lines = split(shown, '\n');
    REQUIRE(lines.size() == 601);
    for (std::size_t i = 0; i < 600; ++i)
        CHECK(lines[i] == expected);
}
