// Questions of the interactive shell: missing parameters, confirmations.
#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

struct Talk : ShellBench {
    std::vector<std::string> answers;
    std::vector<std::string> asked;

    Talk() {
        options.prompt = [this](const ShellPrompt& prompt) -> std::optional<std::string> {
            asked.push_back(prompt.text);
            if (answers.empty())
                return std::nullopt;
            auto answer = answers.front();
            answers.erase(answers.begin());
            return answer;
        };
    }
};

TEST_CASE("Missing mandatory parameters are asked for") {
    Talk talk;
    talk.answers = {"Adatum", "adatum.example"};
    CHECK(talk.error("New-AcceptedDomain | Out-Null") == "");
    REQUIRE(talk.asked.size() == 2);
    CHECK(talk.asked[0] ==
          "\ncmdlet New-AcceptedDomain at command pipeline position 1\nSupply values for the following "
          "parameters:\nName: ");
    CHECK(talk.asked[1] == "DomainName: ");
    CHECK(talk.store.current()->all<AcceptedDomain>().size() == 1);
}

TEST_CASE("Who does not answer has not done anything") {
    Talk talk;
    CHECK(talk.error("New-AcceptedDomain; echo after") == "1:1: cancelled: -Name was not given");
    CHECK(talk.run("New-AcceptedDomain; echo after").find("after\n") == std::string::npos);
}

TEST_CASE("Removing asks first, and -Confirm:$false or -Force does not") {
    Talk talk;
    talk.answers = {"n"};
    CHECK(talk.run("Get-ReceiveConnector | Remove-ReceiveConnector") == "");
    CHECK(talk.asked.size() == 1);
    CHECK(talk.asked[0] ==
          "\nConfirm\nAre you sure you want to perform this action?\nRemoving ReceiveConnector "
          "\"EDGE01\\Default internal receive connector EDGE01\".\n[Y] Yes  [A] Yes to All  [N] No  [L] "
          "No to All  [?] Help (default is \"Y\"): ");
    CHECK(talk.store.current()->all<ReceiveConnector>().size() == 1);
    CHECK(talk.run("Disable-TransportAgent 'Edge Rule Agent' -Force -WA Ignore") == "");
    CHECK(talk.run("Get-ReceiveConnector | Remove-ReceiveConnector -Confirm:$false") == "");
    CHECK(talk.asked.size() == 1);
    CHECK(talk.store.current()->all<ReceiveConnector>().empty());
}

TEST_CASE("Yes and no to all hold for the objects of one call") {
    const std::pair<const char*, std::size_t> cases[] = {{"A", 0}, {"L", 3}, {"", 2}};
    for (const auto& [answer, left] : cases) {
        Talk talk;
        for (const char* address : {"a@b.example", "c@b.example", "d@b.example"})
            talk.run("New-EdgeSimRecipient " + std::string(address));
        talk.answers = {answer};
        talk.run("Get-EdgeSimRecipient | Remove-EdgeSimRecipient");
        CHECK(talk.host.recipients().size() == left);
    }
}

TEST_CASE("An answer that is none is asked again") {
    Talk talk;
    talk.answers = {"?", "maybe", "yes"};
    CHECK(talk.run("Get-ReceiveConnector | Remove-ReceiveConnector") == "");
    CHECK(talk.asked.size() == 3);
    CHECK(talk.store.current()->all<ReceiveConnector>().empty());
}

TEST_CASE("Without anybody to ask, scripts mean what they say, and -Confirm is refused") {
    ShellBench bench;
    CHECK(bench.error("Set-TransportConfig -MaxReceiveSize 5MB -Confirm") ==
          "1:41: cancelled: -Confirm asks, but nobody is there to answer");
    CHECK(bench.error("Get-ReceiveConnector | Remove-ReceiveConnector") == "");
    CHECK(bench.store.current()->all<ReceiveConnector>().empty());
}

TEST_CASE("A rehearsal asks the questions of the real run and changes nothing, variables included") {
    Talk talk;
    talk.run("$c = Get-TransportServer; $d = $c");
    const auto result = talk.shell.rehearse(
        "$c.Name = 'changed'; $d.Name; Get-ReceiveConnector | Remove-ReceiveConnector", "t", talk.options);
    CHECK(result.output() == "changed\n");
    CHECK(talk.asked.size() == 1);
    CHECK(talk.run("$c.Name") == "EDGE01\n");
    CHECK(talk.store.current()->all<ReceiveConnector>().size() == 1);
}

} // namespace
} // namespace edge
