// One fact of the reference about what Exchange has, and what has become of it here. The facts are a table in
// the repository (documented.tsv); what became of them is asked of the product, so that the page cannot
// flatter it.
#pragma once

#include <edge/config/configuration_draft.h>
#include <edge/server/shell/cmdlet.h>

#include <string>
#include <string_view>
#include <vector>

namespace edge::parity {

enum class Kind {
    Agent,
    Event,
    Action,
    Reason,
    Reply,
    Keyword,
    Header,
    Token,
    Replay,
    Field,
    Cmdlet,
    Parameter
};
inline constexpr int kKinds = static_cast<int>(Kind::Parameter) + 1;
std::string_view toString(Kind kind);

enum class Status {
    Unknown, // the product does not know it, and the table says nothing: a gap of the table
    Implemented,
    Simulated, // something of ours stands in for it
    Refused,   // told apart and refused, with the reason
};
std::string_view toString(Status status);

struct Row {
    Kind kind = Kind::Event;
    std::string name; // of a parameter: "ReceiveConnector -MaxHopCount"
    std::string level;
    std::string reference;
    Status status = Status::Unknown;
    std::string note;
    int line = 0; // in the table
};

// Reads the table; what is wrong with it goes to `problems`.
std::vector<Row> readTable(std::string_view text, std::vector<std::string>& problems);

// Gives each row the status that the product tells. Where table and product contradict each other, that is a
// problem.
void askProduct(std::vector<Row>& rows, const NounList& nouns, const CmdletRegistry& cmdlets,
                std::vector<std::string>& problems);

// "ReceiveConnector" and "MaxHopCount" of a parameter's name.
std::pair<std::string, std::string> partsOf(const std::string& parameterName);

} // namespace edge::parity
