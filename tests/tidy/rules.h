// The rules of this repository that a compiler does not know, each one a function from a file to findings.
// They are checked like tests, so that a rule is either kept or changed here in the open.
#pragma once

#include <edge/tests/tidy/source_file.h>

#include <cstddef>
#include <string>
#include <vector>

namespace edge::tidy {

struct Finding {
    std::string path;
    std::size_t line; // from 1; 0: the file as a whole
    std::string message;
    bool warning = false; // shown, but no failure

    // path:line: message
    std::string toString() const;
    bool operator==(const Finding&) const = default;
};

// Rules that look at one file.
std::vector<Finding> checkFile(const SourceFile& file);
// Rules that look at all of them together; checkFile of each is included.
std::vector<Finding> checkTree(const std::vector<SourceFile>& files);

} // namespace edge::tidy
