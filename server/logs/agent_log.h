// The agent log (agents.md 13): what antispam agents did, one row for each recipient. It is a reader of the
// decision stream; no agent writes a log. Which decisions become rows is one predicate, because Exchange's
// own answer ("these six agents") says nothing about agents of your own
// (docs/decisions/0401-agent-log-rows.md).
#pragma once

#include <edge/base/profile.h>
#include <edge/decision.h>
#include <edge/server/logs/log_file.h>

#include <functional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Whether a decision belongs in the agent log.
using AgentLogFilter = std::function<bool(const Decision&)>;
// The default: an agent acted, on the receive side, and is none of those documented not to write
// (agents.md 13.2).
bool belongsInAgentLog(const Decision& decision);

// The columns in the words of that version: 17 of 2007 and 2010, 20 from 2013 on.
std::span<const std::string_view> agentLogFields(const Profile& profile);
// The rows of one decision: one for each recipient it concerned, at least one.
std::vector<std::string> agentLogRows(const Decision& decision, const Profile& profile);

class AgentLog final : public DecisionSink {
public:
    AgentLog(const LogPlace& place, ProfileId profile, const LogSettings& settings,
             AgentLogFilter filter = belongsInAgentLog);

    void record(const Decision& decision) override;
    // For the decisions to come.
    void configure(ProfileId profile, const LogSettings& settings);
    // Returns when everything recorded before is in the file: before it is read.
    void flush() { file_.flush(); }
    std::uint64_t lostRows() const { return file_.lostRows(); }
    // The folder that Get-AgentLog reads; empty while the log is off.
    std::string directory() const { return file_.directory(); }

private:
    const AgentLogFilter filter_;
    std::shared_mutex mutex_; // rows of one version never go to a file of another
    const Profile* profile_;
    LogFile file_;
};

} // namespace edge
