// What `replay`, `shrink` and `to-scenario` have in common: a recording from the disk, played under its own
// configuration or under another one.
#pragma once

#include <edge/testenv/recording/dialogue.h>

#include <optional>
#include <string>

namespace edge {

// The session that was recorded in `path`.
Result<testenv::Dialogue> readDialogue(const std::string& path);
// The statements of a configuration script.
Result<std::vector<std::string>> readStatements(const std::string& path);
// Writes to `path`, or to standard output where there is none.
Result<> writeText(const std::optional<std::string>& path, const std::string& text);
// Prints what went wrong; returns the exit code for it.
int unreadable(const std::string& what);

} // namespace edge
