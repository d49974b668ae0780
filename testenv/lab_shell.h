// LabShell: an edge in memory that a shell can talk to, for trying cmdlets and for scripts. Nothing of it is
// left when it ends, and nothing outside learns that it was there.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/file_system.h>
#include <edge/server/management/cmdlet_server.h>
#include <edge/testenv/lab_setup.h>

#include <memory>

namespace edge {
class CmdletService;
}

namespace edge::testenv {

class Lab;

class LabShell final : public CmdletServer {
public:
    // Time stands still at `at`; Import- cmdlets read from `files`, where there are some. An error where the
    // configuration or the zones are wrong.
    static Result<std::unique_ptr<LabShell>> make(const LabSetup& setup, UtcTime at,
                                                  FileSystem* files = nullptr);
    ~LabShell() override;

    Result<CmdletReply> run(const CmdletRequest& request) override;
    Result<CompletionReply> complete(const CompletionRequest& request) override;
    Result<bool> needsMore(std::string_view text) override;
    Result<ServerInfo> info() override;

private:
    LabShell(UtcTime at, FileSystem* files);

    std::unique_ptr<Lab> lab_;
    std::unique_ptr<CmdletService> cmdlets_;
};

} // namespace edge::testenv
