// A session as a scenario (docs/scenario-language.md): what it was given as cmdlets, zone lines and the
// client's words, what came of it as expectations. The client's octets are kept exactly; where a plain line
// cannot say them, `raw` does.
#pragma once

#include <edge/testenv/recording/dialogue.h>

#include <string>

namespace edge::testenv {

enum class ScenarioStyle {
    Full,    // every line as it was said
    Concise, // `hello` and `envelope` where nothing else happened, codes where all went well
};

// The same session without what a scenario has no use for: pauses of less than a second, and the packets in
// which words came.
SessionCase withoutSmallPauses(SessionCase given);

// `title` is the comment it begins with, a sentence a line.
std::string scenarioText(const SessionCase& given, const SessionOutcome& outcome, const std::string& title,
                         ScenarioStyle style = ScenarioStyle::Full);

// What was refused, or accepted, in a sentence.
std::string titleOf(const SessionCase& given, const SessionOutcome& outcome);

struct WrittenScenario {
    std::string text;
    std::string wrong; // why it does not pass; empty: it was played and passes
};

// Writes `given` with the outcome that was recorded and plays what it wrote.
Result<WrittenScenario> toScenario(const SessionCase& given, const SessionOutcome& recorded,
                                   const std::string& title, ScenarioStyle style = ScenarioStyle::Full);

} // namespace edge::testenv
