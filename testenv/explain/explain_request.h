// What `edgesim explain` is asked: one message, one client and one server. Everything that decides about mail
// is in here and nothing has a silent default (peers.md C.3): who leaves something out is told all of it at
// once.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/base/ip_address.h>
#include <edge/base/profile.h>
#include <edge/base/result.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

struct ExplainRequest {
    // The client.
    IpAddress ip;
    std::string helo;
    std::string from; // "" for the blank sender
    std::vector<std::string> to;
    std::string messageName;        // shown: the file
    std::string message;            // as it is sent, dots not yet stuffed
    std::size_t mendedLineEnds = 0; // bare LF of the file that became CRLF
    // The server.
    std::string config; // cmdlets
    std::string configName;
    std::vector<std::string> changes; // cmdlets that run behind the configuration
    std::string zones;
    std::vector<std::string> recipients; // in the directory, besides those of the configuration
    std::optional<ProfileId> profile;    // wins over the configuration's
    UtcTime at{};
    FileSystem* files = nullptr; // where Import- cmdlets of the configuration read; none: nowhere
};

// The inputs of a session as somebody gave them, or not yet.
struct ExplainInputs {
    std::optional<std::string> message; // path, "-" for the standard input
    std::optional<std::string> ip;
    std::optional<std::string> helo;
    std::optional<std::string> from;
    std::vector<std::string> to;
};

// One input that is not there.
struct MissingInput {
    std::string option;   // "--ip"
    std::string question; // "Address of the client"
    // Takes the answer; an error where it is none.
    std::function<Result<>(ExplainInputs& inputs, const std::string& answer)> take;
};
std::vector<MissingInput> missingInputs(const ExplainInputs& inputs);
// "explain needs --ip (Address of the client), --to (Recipients)".
std::string missingText(const std::vector<MissingInput>& missing);

// Asks for what is missing, one by one; an answer that is none is asked for again, with the reason in front
// of the question. `ask` gives nothing where nobody answers any more: Cancelled.
Result<> askMissing(ExplainInputs& inputs,
                    const std::function<std::optional<std::string>(const std::string& question)>& ask);

// Checks the inputs and puts them into the request; the message is read by whoever has files.
Result<> takeInputs(const ExplainInputs& inputs, ExplainRequest& request);

// The octets of a message file as a client sends them. A file without any CRLF, as editors on Unix write,
// gets them; any other stays as it is, since its line ends may be the point.
struct WireText {
    std::string text;
    std::size_t mendedLineEnds = 0;
};
WireText wireText(std::string_view file);

// "2019-06-03 09:00", "2019-06-03T09:00:30Z": UTC.
Result<UtcTime> parseMoment(std::string_view text);

} // namespace edge::testenv
