// What a controller may say to a lab: one table, by which lines are answered and from which the reference in
// docs/live-mode.md is printed, so that no command can exist undocumented.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edge::testenv {

class LabServer;

// Raised when a command or a member of an answer changes its meaning or goes.
inline constexpr int kLabProtocol = 1;

// Obeys one line; returns the answer, a JSON object without line end. For the lab's thread.
std::string answerCommand(LabServer& server, std::uint64_t controller, std::string_view line);

// The commands as a table in Markdown.
std::string labCommandReference();

} // namespace edge::testenv
