#include <edge/server/terminal/decision_json.h>
#include <edge/server/terminal/decision_line.h>
#include <edge/server/terminal/decision_printer.h>

#include <string>
#include <utility>

namespace edge {

DecisionPrinter::DecisionPrinter(Output output, const Options& options)
    : output_(std::move(output))
    , options_(options)
    , buffer_(
          options.writing, [this](std::string_view lines) { write(lines); }, options.maxWaitingBytes) {}

void DecisionPrinter::record(const Decision& decision) {
    if (options_.quiet)
        return;
    if (options_.form == Form::Json)
        buffer_.append(decisionToJson(decision) + "\n");
    else if (isOfInterest(decision))
        buffer_.append(decisionLine(decision, options_.colour) + "\n");
}

void DecisionPrinter::write(std::string_view lines) {
    if (const auto lost = buffer_.lostLines(); lost != toldLost_) {
        const auto count = std::to_string(lost - std::exchange(toldLost_, lost));
        output_(options_.form == Form::Json
                    ? "{\"lostLines\":" + count + "}\n"
                    : "(" + count + " lines not shown: the terminal was slower than the mail)\n");
    }
    if (!lines.empty())
        output_(lines);
}

} // namespace edge
