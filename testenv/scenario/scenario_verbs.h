// The verbs of the scenario language in one table. The parser dispatches by it, and the reference in
// docs/scenario-language.md and `edgesim test --verbs` are printed from it, so no verb can exist
// undocumented.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

enum class Verb {
    // the world
    Profile,
    Bare,
    Seed,
    Cmdlet,
    Zone,
    Dns,
    Directory,
    Scl,
    Scanner,
    Fault,
    // the dialogue
    Client,
    Say,
    Expect,
    ExpectExactly,
    ExpectRegex,
    ExpectLine,
    ExpectNoLine,
    Hello,
    Envelope,
    Message,
    Raw,
    Pieces,
    StartTls,
    End,
    Cut,
    Vanish,
    // time
    Advance,
    Wait,
    Silence,
    // what became of it
    Agent,
    No,
    Replay,
    Header,
    File,
    Log,
    // the file
    Include,
    Table,
    Tag,
    Evidence,
    Skip,
    Require,
};
inline constexpr std::size_t kVerbCount = static_cast<std::size_t>(Verb::Require) + 1;

struct VerbInfo {
    Verb verb;
    std::string_view word;  // what the line begins with
    std::string_view group; // heading in the reference
    std::string_view syntax;
    std::string_view sentence; // what it does, for people
    std::string_view example;
    std::string_view since;  // version of edgesim
    bool takesBlock = false; // may end in <<WORD
};

// In the order of the enumerators.
std::span<const VerbInfo> verbs();
const VerbInfo& info(Verb verb);
std::optional<Verb> findVerb(std::string_view word);
std::vector<std::string> verbWords();
// The reference in Markdown: a table for each group.
std::string verbReference();
// The same for a terminal.
std::string verbHelp();

} // namespace edge::testenv
