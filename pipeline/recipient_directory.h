// The recipient directory: "does this address exist here?" (agents.md 4.1). On a real Edge this is the AD LDS
// copy that EdgeSync fills; here it is a list by file or cmdlet, a scripted twin in tests, later a replicated
// one.
#pragma once

#include <edge/base/result.h>
#include <edge/base/task.h>
#include <edge/mail/routing_address.h>

#include <optional>
#include <string>

namespace edge {

// What agents learn of a recipient: the SDK's AddressBookEntry (sdk-surface.md).
struct AddressBookEntry {
    RoutingAddress primarySmtpAddress;
    std::string displayName;
    std::string recipientType = "UserMailbox";
    bool antispamBypass = false;
    bool requireSenderAuthentication = false; // refuses mail from outside
};

class RecipientDirectory {
public:
    virtual ~RecipientDirectory() = default;
    // nullopt: no such recipient. An error means the directory did not answer, which is not the same.
    virtual Task<Result<std::optional<AddressBookEntry>>> find(RoutingAddress address) = 0;
};

} // namespace edge
