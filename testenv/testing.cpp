#include <edge/server/net/system_clock.h>
#include <edge/server/posix_file_system.h>
#include <edge/testenv/scenario/scenario_report.h>
#include <edge/testenv/scenario/scenario_suite.h>
#include <edge/testenv/testing.h>

namespace edge::testenv {

bool operator==(const SmtpResponse& response, const ReplyCodes& codes) {
    return response.statusCode() == codes.statusCode &&
           (codes.enhancedStatusCode.empty() || response.enhancedStatusCode() == codes.enhancedStatusCode);
}

std::ostream& operator<<(std::ostream& out, const ReplyCodes& codes) {
    out << codes.statusCode;
    return codes.enhancedStatusCode.empty() ? out : out << " " << codes.enhancedStatusCode;
}

std::string playScenario(const std::string& file) {
    PosixFileSystem files;
    SystemClock clock;
    const auto suite = loadSuite(files, {file});
    std::string text;
    for (const auto& error : suite.errors)
        text += error.toString() + "\n";
    if (!text.empty())
        return text;
    const auto told = [&text](const PlayedScenario& played) {
        if (played.result.verdict != Verdict::Passed)
            text += resultLine(played, false) + "\n" + failureText(played);
    };
    playSuite(suite.scenarios, {}, clock, told);
    return text;
}

} // namespace edge::testenv

namespace edge {

std::ostream& operator<<(std::ostream& out, const SmtpResponse& response) {
    return out << response.toString();
}

} // namespace edge
