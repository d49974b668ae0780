// A comparison for people (text, a page for a browser) and for programs (JSON). Pure functions, so that every
// form has a test.
#pragma once

#include <edge/testenv/diff/diff_tally.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

struct DiffReport {
    std::string a; // file names
    std::string b;
    std::vector<std::string> paths; // of the corpus
    std::string envelope;           // "from ... to ...", in words
    std::vector<std::string> onlyA; // settings that the other one does not have
    std::vector<std::string> onlyB;
    DiffTally tally;
    double seconds = 0;
};

// Lines of two exported scripts that the other one does not have, in their order; comments are left out.
void findSettings(std::string_view a, std::string_view b, DiffReport& report);

std::string diffText(const DiffReport& report);

// Raised when a key changes its meaning or goes; a new key does not raise it.
inline constexpr int kDiffJsonSchema = 1;
// One object, with a line end.
std::string diffJson(const DiffReport& report);

// A page that stands alone (testenv/report/html_page.h).
std::string diffHtml(const DiffReport& report);

} // namespace edge::testenv
