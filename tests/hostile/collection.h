// The collection of hiding places: one message a file in tests/hostile/messages, what shall become of each in
// outcomes.tsv. Read by the tests here and, as seeds, by the fuzz target of the Attachment Filtering Agent.
#pragma once

#include <string>
#include <vector>

namespace edge::hostile {

struct Case {
    std::string name;    // of the file, without ".eml"
    std::string outcome; // found, allowed, malformed
    std::string why;
    std::string message; // with CRLF
};

// Every row of outcomes.tsv with its message, in the order of the table.
std::vector<Case> readCollection();
// The names of all files in messages/, sorted.
std::vector<std::string> messageFiles();

// Octets of a file; fails the test where it cannot be read.
std::string readFile(const std::string& path);
// Every line end as CRLF.
std::string withCrlf(const std::string& text);

} // namespace edge::hostile
