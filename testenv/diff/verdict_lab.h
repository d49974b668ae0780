// A server in memory that judges stored messages. One server sees many of them, because making one costs as
// much as a hundred messages; between two messages a good minute passes there, so that no limit per minute
// and no open session carries over from one to the next (docs/decisions/0951).
#pragma once

#include <edge/base/file_system.h>
#include <edge/base/profile.h>
#include <edge/base/result.h>
#include <edge/testenv/diff/mail_envelope.h>
#include <edge/testenv/diff/message_verdict.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace edge::testenv {

class Lab;

// A script as `serve --config` takes it, and the world round it.
struct JudgeConfiguration {
    std::string name; // of the file
    std::string script;
    std::optional<ProfileId> profile = {}; // wins over the script's
    std::string zones = {};                // the DNS; what it does not name does not exist
    FileSystem* files = nullptr;           // where Import- cmdlets read; none: nowhere. For every thread
};

class VerdictLab {
public:
    // The script has been checked; throws std::runtime_error with its errors otherwise. A script without an
    // accepted domain gets adventureworks.com, as scenarios do.
    explicit VerdictLab(const JudgeConfiguration& configuration);
    ~VerdictLab();

    // A whole session with the message, `content` in CRLF lines.
    MessageVerdict judge(const MailEnvelope& envelope, std::string_view content);

    // Who gets mail when nobody was named: mary at the first accepted domain.
    std::string defaultRecipient() const;
    // Everything that is set, as a script (Export-EdgeSimConfig).
    std::string settings();

    // The errors of script and zones, each with its place; empty where they are right.
    static std::string errorsOf(const JudgeConfiguration& configuration);

private:
    std::unique_ptr<Lab> lab_;
};

} // namespace edge::testenv
