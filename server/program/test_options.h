// What the command line of `edgesim test` says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edge {

struct TestOptions {
    std::vector<std::string> paths;         // none: "."
    std::optional<std::string> against; // "HOST:PORT": a server that is not ours to move
    bool live = false;                      // over TCP, against servers in processes of their own
    std::optional<std::string> transcripts; // a directory: what each scenario came to
    std::vector<std::string> filters;
    std::vector<std::string> tags;
    std::optional<std::string> shard; // "2/5"
    std::optional<std::uint64_t> seed;
    std::optional<std::string> junitFile;
    std::optional<std::string> coverageHtml; // file for the coverage as a page
    std::optional<std::string> config;       // cmdlet script that every scenario begins with
    std::size_t jobs = 0;                    // 0: one a processor
    std::size_t repeat = 1;
    std::size_t mutateMax = 0; // 0: all
    bool failFast = false;
    bool tap = false;
    bool github = false;
    bool json = false;
    bool update = false;
    bool coverage = false;
    bool mutate = false;
    bool watch = false;
    bool list = false;
    bool verbs = false;
    bool quiet = false;
};

// 0: all passed; 1: some failed, or a mutation survived; 2: the command line or a scenario is wrong; 3: none
// was selected; 4: a world could not be made, or a file not written.
int runTests(const TestOptions& options);

} // namespace edge
