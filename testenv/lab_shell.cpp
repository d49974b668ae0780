#include <edge/server/administration/cmdlet_service.h>
#include <edge/server/config/transport_server.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/lab_shell.h>

#include <stdexcept>

namespace edge::testenv {

LabShell::LabShell(UtcTime at, FileSystem* files)
    : lab_(std::make_unique<Lab>(LabOptions{.bare = true, .start = at, .outside = files}))
    , cmdlets_(std::make_unique<CmdletService>(lab_->server())) {}

LabShell::~LabShell() = default;

Result<std::unique_ptr<LabShell>> LabShell::make(const LabSetup& setup, UtcTime at, FileSystem* files) {
    try {
        std::unique_ptr<LabShell> shell(new LabShell(at, files));
        if (auto done = setUp(*shell->lab_, *shell->cmdlets_, setup); !done)
            return done.error();
        return shell;
    } catch (const std::runtime_error& error) { // the Lab's own trouble
        return Error{Errc::Unavailable, error.what()};
    }
}

Result<CmdletReply> LabShell::run(const CmdletRequest& request) {
    auto reply = cmdlets_->run(request);
    lab_->settle();
    return reply;
}

Result<CompletionReply> LabShell::complete(const CompletionRequest& request) {
    return cmdlets_->complete(request);
}

Result<bool> LabShell::needsMore(std::string_view text) {
    return cmdlets_->needsMore(text);
}

Result<ServerInfo> LabShell::info() {
    const auto configuration = lab_->server().configuration().current();
    ServerInfo info;
    info.name = configuration->get<TransportServer>().name;
    info.version = EDGE_VERSION;
    info.profile = profile(configuration->profile).name;
    info.dataDirectory = "in memory";
    return info;
}

} // namespace edge::testenv
