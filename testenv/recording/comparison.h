// What two playings of a session have in common, and where they part. What differs each time — dates, ids,
// rates — is put into one spelling first (docs/recordings.md says which), so that every difference that is
// shown is one of behaviour.
#pragma once

#include <edge/testenv/recording/dialogue.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

// `line` with dates, ids and rates as <date>, <id>, <rate>.
std::string normalised(std::string_view line);
// The part of `line` before the first of these.
std::string stableBeginning(std::string_view line);

// "OnMailCommand \"Sender Filter Agent\" RejectCommand \"554 5.1.0 Sender denied\" because BlankSender (<>)".
std::string decisionText(const RecordedDecision& decision);

// What came of a session as lines for people, normalised: dialogue, decisions, end. Replies that took a
// second and more say so.
std::vector<std::string> outcomeLines(const SessionCase& given, const SessionOutcome& outcome);

// "- recorded" and "+ now" with what both have in between; empty where nothing differs. A few seconds
// more or less are no difference: the recording is of real time, and of a machine that may have been busy.
std::string outcomeDifference(const SessionCase& given, const SessionOutcome& recorded,
                              const SessionOutcome& now);

} // namespace edge::testenv
