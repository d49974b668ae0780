#include <edge/config/accepted_domain.h>
#include <edge/server/administration/cmdlet_service.h>
#include <edge/testenv/diff/verdict_lab.h>
#include <edge/testenv/lab.h>
#include <edge/testenv/lab_setup.h>

#include <algorithm>
#include <stdexcept>

namespace edge::testenv {
namespace {

// Longer than the minute in which messages and connections are counted.
constexpr Duration kBetweenMessages = std::chrono::seconds(61);
constexpr std::string_view kSetup = "New-AcceptedDomain -Name AdventureWorks -DomainName adventureworks.com";
constexpr const char* kDefaultDomain = "adventureworks.com";
constexpr const char* kDefaultMailbox = "mary@";

LabOptions optionsOf(const JudgeConfiguration& configuration) {
    LabOptions options;
    options.bare = true;
    options.outside = configuration.files;
    options.agentFolders = {folderOf(configuration.name)};
    return options;
}

// Its errors, one a line.
std::string configure(Lab& lab, const JudgeConfiguration& configuration) {
    CmdletService cmdlets(lab.server());
    const auto done = setUp(
        lab, cmdlets, {configuration.script, configuration.name, configuration.profile, configuration.zones});
    if (!done)
        return done.error().message + "\n";
    if (lab.server().configuration().current()->all<AcceptedDomain>().empty())
        lab.run(kSetup);
    return {};
}

// As a consumer of the folder does: what is left there is looked through again and again.
void takePublished(Lab& lab) {
    const auto folder = lab.server().replayDirectory();
    if (const auto names = lab.disk().list(folder))
        for (const auto& name : *names)
            static_cast<void>(lab.disk().remove(joinPath(folder, name)));
}

// One message as a client that does not pipeline sends it, up to the first reply that ends it.
class Delivery {
public:
    explicit Delivery(LabClient client)
        : client_(std::move(client)) {}

    SmtpResponse send(const MailEnvelope& envelope, std::string_view content) {
        if (!says(client_.read()) || !says(client_.say("EHLO " + envelope.helo)) ||
            !says(client_.say("MAIL FROM:<" + envelope.from + ">")))
            return last_;
        for (const auto& recipient : envelope.to)
            accepted_ += says(client_.say("RCPT TO:<" + recipient + ">")) ? 1 : 0;
        if (accepted_ == 0 || !says(client_.say("DATA")))
            return last_;
        client_.raw(dotStuffed(content));
        says(client_.read());
        return last_;
    }
    // In good order, so that nothing of the session is left.
    void leave() {
        if (!client_.closed())
            client_.say("QUIT");
    }
    std::size_t accepted() const { return accepted_; }

private:
    bool says(SmtpResponse reply) {
        last_ = std::move(reply);
        return last_.statusCode() >= 200 && last_.statusCode() < 400;
    }

    LabClient client_;
    SmtpResponse last_;
    std::size_t accepted_ = 0;
};

} // namespace

VerdictLab::VerdictLab(const JudgeConfiguration& configuration)
    : lab_(std::make_unique<Lab>(optionsOf(configuration))) {
    if (const auto errors = configure(*lab_, configuration); !errors.empty())
        throw std::runtime_error(errors);
}

VerdictLab::~VerdictLab() = default;

MessageVerdict VerdictLab::judge(const MailEnvelope& envelope, std::string_view content) {
    lab_->decisions().clear();
    Delivery delivery(lab_->connectFrom(envelope.ip));
    const auto reply = delivery.send(envelope, content);
    auto verdict = verdictOf(lab_->decisions().all(), reply, envelope.to.size());
    delivery.leave();
    lab_->advance(kBetweenMessages);
    takePublished(*lab_);
    return verdict;
}

std::string VerdictLab::defaultRecipient() const {
    for (const auto& domain : lab_->server().configuration().current()->all<AcceptedDomain>()) {
        const std::string_view name = domain->domainName;
        if (name != "*")
            return kDefaultMailbox + std::string(name.starts_with("*.") ? name.substr(2) : name);
    }
    return std::string(kDefaultMailbox) + kDefaultDomain;
}

std::string VerdictLab::settings() {
    return lab_->run("Export-EdgeSimConfig");
}

std::string VerdictLab::errorsOf(const JudgeConfiguration& configuration) {
    Lab lab(optionsOf(configuration));
    return configure(lab, configuration);
}

} // namespace edge::testenv
