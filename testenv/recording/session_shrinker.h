// Reduces a session that shows something to a small one that still shows it. What "it" is, is a question that
// is asked of every candidate; the answer decides, not a guess of ours about what mattered.
#pragma once

#include <edge/testenv/recording/session_parts.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace edge::testenv {

// Whether the candidate still shows it.
using StillShows = std::function<bool(const SessionCase&)>;

// So many candidates are tried at most: some seconds, and far more than a session of usual size needs.
inline constexpr std::size_t kMaxShrinkRuns = 5000;

struct ShrinkOptions {
    std::size_t maxRuns = kMaxShrinkRuns;
    // Told after each candidate: how many were tried, and how large the smallest one is.
    std::function<void(std::size_t runs, std::size_t size)> progress = {};
};

struct ShrunkSession {
    SessionCase smallest;
    std::size_t runs = 0;
    bool gaveUp = false; // maxRuns was reached; it may not be the smallest
};

// `given` itself shows it.
ShrunkSession shrinkSession(SessionCase given, const StillShows& stillShows,
                            const ShrinkOptions& options = {});

// How many lines a session is made of: configuration, answers, words, lines of messages.
std::size_t sizeOf(const SessionCase& given);

// What a session shows at its end, in a line of outcomeLines(): the last decision against somebody, else the
// last refusal, else the last decision that did something, else the last reply.
std::string lastVerdict(const SessionCase& given, const SessionOutcome& outcome);
// Whether a line of outcomeLines() contains `text`.
bool shows(const SessionCase& given, const SessionOutcome& outcome, std::string_view text);

// The question for everyday use: playing the candidate still has a line with `text`.
StillShows showsText(std::string text);
// The question for two configurations: a line with `text` comes with the candidate's own and does not with
// `script`.
StillShows showsOnlyWithout(std::vector<std::string> script, std::string text);

} // namespace edge::testenv
