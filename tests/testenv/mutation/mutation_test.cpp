// What somebody configured, and what may become of it: read off the tables of the real server's nouns.
#include <edge/testenv/lab.h>
#include <edge/testenv/mutation/configured_setting.h>
#include <edge/testenv/mutation/mutation.h>

#include <doctest/doctest.h>

#include <algorithm>

using namespace edge;
using namespace edge::testenv;

namespace {

using Texts = std::vector<std::string>;

struct MutationBench {
    Lab lab{{.bare = true}};

    const NounList& nouns() { return lab.server().configuration().nouns(); }
    ConfigurationPtr current() { return lab.server().configuration().current(); }

    Texts configured(const std::string& script) {
        lab.run(script);
        Texts texts;
        for (const auto& setting : configuredSettings(nouns(), *current()))
            texts.push_back(setting.toString());
        return texts;
    }
    // What may become of everything that the script sets.
    Texts mutations(const std::string& script) {
        lab.run(script);
        Texts texts;
        for (const auto& setting : configuredSettings(nouns(), *current()))
            for (const auto& mutation : mutationsOf(nouns(), *current(), setting))
                texts.push_back(mutation.toString());
        return texts;
    }
};

} // namespace

TEST_CASE("Nothing is configured on a fresh server; what is set is listed bit by bit") {
    MutationBench bench;
    CHECK(bench.configured("") == Texts{});
    CHECK(bench.configured("Set-SenderFilterConfig -BlockedDomains contoso.com, fabrikam.com "
                           "-BlankSenderBlockingEnabled $true") ==
          Texts{"SenderFilterConfig.BlockedDomains contoso.com",
                "SenderFilterConfig.BlockedDomains fabrikam.com",
                "SenderFilterConfig.BlankSenderBlockingEnabled True"});
}

TEST_CASE("An object that was made is listed with what it was given") {
    MutationBench bench;
    CHECK(bench.configured("Add-ContentFilterPhrase -Phrase greetings -Influence BadWord") ==
          Texts{"ContentFilterPhrase \"greetings\"", "ContentFilterPhrase \"greetings\" -Phrase greetings",
                "ContentFilterPhrase \"greetings\" -Influence BadWord"});
}

TEST_CASE("Ranges on the IP lists are listed, of long lists the first ones") {
    MutationBench bench;
    bench.lab.run("Add-IPBlockListEntry -IPRange 192.0.2.0/24\nAdd-IPAllowListEntry -IPAddress 203.0.113.9\n"
                  "Add-IPBlockListEntry -IPAddress 198.51.100.1");
    const auto settings = configuredSettings(bench.lab.server().ipLists(), 1);
    REQUIRE(settings.size() == 2);
    CHECK(settings[0].toString() == "IPAllowListEntry 203.0.113.9");
    CHECK(settings[1].toString().starts_with("IPBlockListEntry 192.0.2.0"));
}

TEST_CASE("A switch goes the other way, a threshold one up and one down, a word becomes each other word") {
    MutationBench bench;
    CHECK(bench.mutations("Set-ContentFilterConfig -SCLRejectEnabled $true -SCLRejectThreshold 7 "
                          "-SCLDeleteThreshold 9") ==
          Texts{"ContentFilterConfig.SCLDeleteThreshold 9 -> 8", // 10 is out of range
                "ContentFilterConfig.SCLRejectEnabled True -> False",
                "ContentFilterConfig.SCLRejectThreshold 7 -> 6",
                "ContentFilterConfig.SCLRejectThreshold 7 -> 8"});
    MutationBench other;
    CHECK(other.mutations("Set-AttachmentFilterListConfig -Action Strip") ==
          Texts{"AttachmentFilterListConfig.Action Strip -> Reject",
                "AttachmentFilterListConfig.Action Strip -> SilentDelete"});
}

TEST_CASE("A time is doubled and halved, none becomes some, a text another text that is allowed there") {
    MutationBench bench;
    CHECK(bench.mutations(
              "Get-ReceiveConnector | select -First 1 | Set-ReceiveConnector -TarpitInterval 00:00:06") ==
          Texts{"ReceiveConnector \"Default internal receive connector EDGE01\" -TarpitInterval 00:00:06 -> "
                "00:00:03",
                "ReceiveConnector \"Default internal receive connector EDGE01\" -TarpitInterval 00:00:06 -> "
                "00:00:12"});
    MutationBench none;
    CHECK(none.mutations("Get-ReceiveConnector | select -First 1 | Set-ReceiveConnector -TarpitInterval 0") ==
          Texts{"ReceiveConnector \"Default internal receive connector EDGE01\" -TarpitInterval 00:00:00 -> "
                "00:00:10"});
    MutationBench text;
    CHECK(
        text.mutations("Set-ContentFilterConfig -QuarantineMailbox spam@contoso.com -RejectionResponse No") ==
        Texts{"ContentFilterConfig.QuarantineMailbox spam@contoso.com -> mutated@mutated.example",
              "ContentFilterConfig.RejectionResponse No -> mutated"});
}

TEST_CASE("Entries and objects go one by one; names of objects stay, for they do nothing") {
    MutationBench bench;
    CHECK(bench.mutations("Set-SenderFilterConfig -BlockedDomains a.com, b.com") ==
          Texts{"SenderFilterConfig.BlockedDomains without a.com",
                "SenderFilterConfig.BlockedDomains without b.com"});
    MutationBench phrases;
    CHECK(phrases.mutations("Add-ContentFilterPhrase -Phrase greetings -Influence BadWord") ==
          Texts{"ContentFilterPhrase \"greetings\" removed",
                "ContentFilterPhrase \"greetings\" -Influence BadWord -> GoodWord"});
}

TEST_CASE("What would break the configuration is not tried") {
    MutationBench bench;
    const auto tried = bench.mutations("Set-ContentFilterConfig -SCLQuarantineEnabled $false");
    CHECK(tried == Texts{}); // to $true needs a mailbox
}

TEST_CASE("A mutation makes another configuration and leaves the first one alone") {
    MutationBench bench;
    bench.lab.run("Set-ContentFilterConfig -SCLRejectEnabled $true -SCLRejectThreshold 7");
    const Mutation mutation{Mutation::Kind::Change, "ContentFilterConfig", {},
                            "SCLRejectThreshold",   CmdletValue(7),        CmdletValue(8)};
    const auto before = bench.current();
    const auto after = mutated(bench.nouns(), *before, mutation);
    REQUIRE(after.has_value());
    CHECK(exportScript(bench.nouns(), *after).find("-SCLRejectThreshold 8") != std::string::npos);
    CHECK(exportScript(bench.nouns(), *before).find("-SCLRejectThreshold 7") != std::string::npos);
    CHECK_FALSE(mutated(bench.nouns(), *after, mutation)); // starts from 7
}

TEST_CASE("Of long lists a few entries are left, spread evenly; all else stays") {
    std::vector<ConfiguredSetting> settings;
    for (int i = 0; i < 100; ++i)
        settings.push_back({ConfiguredSetting::Kind::Entry, "N", {}, "P", CmdletValue(i)});
    settings.push_back({ConfiguredSetting::Kind::Parameter, "N", {}, "Q", CmdletValue(true)});
    settings.push_back({ConfiguredSetting::Kind::Entry, "N", {}, "R", CmdletValue(7)});
    const auto left = thinned(settings, 4);
    Texts texts;
    for (const auto& setting : left)
        texts.push_back(setting.toString());
    CHECK(texts == Texts{"N.P 0", "N.P 25", "N.P 50", "N.P 75", "N.Q True", "N.R 7"});
    CHECK(thinned({}, 4).empty());
}
