// A Lab in which only the Attachment Filtering Agent has a say, and messages go in one after the other.
#pragma once

#include <edge/testenv/lab.h>

#include <map>
#include <string>

namespace edge::hostile {

class HostileBench {
public:
    // `action`: Reject or Strip.
    explicit HostileBench(const std::string& action);

    testenv::Lab& lab() { return lab_; }
    // Sends the message in a session of its own; the reply that ended it.
    SmtpResponse send(const std::string& message);
    // The same, marked so that delivered() finds it again.
    SmtpResponse send(const std::string& name, const std::string& message);
    // Everything delivered so far that was marked: header and body, without the mark, by name.
    std::map<std::string, std::string> delivered();
    // What the agent decided last, as "550 5.7.1 ...": reason data of its last decision.
    std::string lastReason() const;

private:
    testenv::Lab lab_;
};

} // namespace edge::hostile
