// What became of a header: the fields that came, went or got another value between two states of it, in the
// order in which they stand. Pure, for explanations, scenarios and reports alike.
#pragma once

#include <edge/mail/header_list.h>

#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

struct HeaderDifference {
    std::string name;                  // empty: a line that is no field
    std::optional<std::string> before; // none: the field came
    std::optional<std::string> after;  // none: the field went
    bool operator==(const HeaderDifference&) const = default;
};

// Values are decoded, as a filter sees them, and raw where only the spelling changed. A field that moved has
// gone and come.
std::vector<HeaderDifference> headerDifferences(const HeaderList& before, const HeaderList& after);

// "+ Name: value", "- Name: value"; a change is both.
std::vector<std::string> differenceLines(const HeaderDifference& difference);

} // namespace edge::testenv
