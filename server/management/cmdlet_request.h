// What travels between `edgesim shell` and the running server: a piece of script there, what the shell would
// have shown back. The same request is served in process by the Lab.
#pragma once

#include <string>
#include <vector>

namespace edge {

struct CmdletRequest {
    std::string script;
    std::string source = "shell";     // shown in errors: "shell:1:5"
    int width = 120;                  // columns of the terminal
    bool interactive = false;         // somebody is there to answer prompts
    std::vector<std::string> answers; // to the prompts so far, in order
    std::string session;              // names the shell whose variables the script sees; empty: nobody's
};

struct CmdletReply {
    std::string output;                // what the pipeline printed
    std::vector<std::string> warnings; // without "WARNING: "
    std::vector<std::string> verbose;  // without "VERBOSE: "
    std::vector<std::string> errors;   // ready to print, with place and nearest right name
    std::string prompt; // not empty: nothing was changed yet, ask this and send again with the answer
    bool secretPrompt = false;
    int exitCode = 0; // 0 done, 1 a cmdlet failed, 2 the script is wrong
};

} // namespace edge
