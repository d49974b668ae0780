// MessageSubmission: what the session driver needs of the queue, and no more. The 250 is given only after
// submit() has succeeded.
#pragma once

#include <edge/base/result.h>
#include <edge/base/task.h>
#include <edge/mail/mail_item.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edge {

class MessageSubmission {
public:
    // Why no message may begin now (quota, disk, back pressure), and the cmdlet that changes it.
    struct Refusal {
        SmtpResponse response; // 452 4.3.1 Insufficient system resources
        std::string explanation;
        std::string remedy;
    };

    virtual ~MessageSubmission() = default;
    // Asked at MAIL; cheap. Empty: go ahead.
    virtual std::optional<Refusal> admission() = 0;
    // A number never given before, also over restarts (platform.md 2.6).
    virtual std::uint64_t nextInternalId() = 0;
    // Returns once the message survives a power cut. NoSpace: 452, anything else: 451; nothing was accepted
    // then.
    virtual Task<Result<>> submit(std::shared_ptr<MailItem> item) = 0;
    // The same for messages that belong together: all of them are accepted, or none.
    virtual Task<Result<>> submitTogether(std::vector<std::shared_ptr<MailItem>> items) = 0;
};

} // namespace edge
