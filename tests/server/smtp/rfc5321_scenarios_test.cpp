// The dialogues of RFC 5321 appendix D (../shared/corpora/smtp-sessions, read in place): what the client says
// there is said to the machine, and each reply must be of the class the RFC shows.
#include <edge/base/text.h>

#include "agreement.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace edge::smtp {
namespace {

const std::string kScenarios = std::string(EDGE_CORPORA) + "/smtp-sessions/rfc5321-appendix-D.txt";

struct Scenario {
    std::string title;
    std::string client;               // all that the client says
    std::vector<std::string> replies; // first digits
};

std::vector<Scenario> readScenarios() {
    std::vector<Scenario> scenarios;
    std::ifstream file(kScenarios);
    for (std::string line; std::getline(file, line);) {
        const auto text = trim(line);
        if (text.starts_with("D.") || text.starts_with("Step"))
            scenarios.push_back({std::string(text), "", {}});
        if (scenarios.empty())
            continue;
        auto& scenario = scenarios.back();
        if (text.starts_with("C:"))
            scenario.client += std::string(text.substr(std::min<std::size_t>(3, text.size()))) + "\r\n";
        if (text.starts_with("S:") && text.size() > 6 && text[6] != '-')
            scenario.replies.emplace_back(text.substr(3, 1));
    }
    std::erase_if(scenarios, [](const Scenario& scenario) { return scenario.client.empty(); });
    return scenarios;
}

TEST_CASE("The scenarios of RFC 5321 appendix D go as the RFC shows") {
    if (!std::filesystem::exists(kScenarios)) {
        MESSAGE("skipped: no " << kScenarios);
        return;
    }
    Setup setup;
    setup.answer = [](const Event& event) {
        const auto* rcpt = std::get_if<RcptCommand>(&event);
        return rcpt && rcpt->address.localPart() == "Green" ? SmtpResponse{550, "5.1.1", "User unknown"}
                                                            : acceptingAnswer(event);
    };
    const auto scenarios = readScenarios();
    CHECK(scenarios.size() == 5);
    for (const auto& scenario : scenarios) {
        CAPTURE(scenario.title);
        const auto record = agreed(scenario.client, setup);
        std::vector<std::string> classes;
        for (const auto& line : record.replies())
            classes.push_back(line.substr(0, 1));
        CHECK(classes == scenario.replies);
        CHECK(record.over);
    }
}

} // namespace
} // namespace edge::smtp
