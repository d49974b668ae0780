// What the language takes, and what each sentence means.
#include <edge/server/shell/parser.h>

#include "shell_bench.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

struct Sentence {
    const char* script;
    const char* printed;
};

void checkAll(const std::vector<Sentence>& sentences) {
    for (const auto& [script, printed] : sentences) {
        CAPTURE(script);
        ShellBench bench;
        CHECK(bench.run(script) == printed);
    }
}

TEST_CASE("Texts are quoted in single or double quotes, or are plain words of a command") {
    checkAll({
        {"'a b'", "a b\n"},
        {"'it''s'", "it's\n"},
        {"'no $variable and no `n'", "no $variable and no `n\n"},
        {"\"a b\"", "a b\n"},
        {"\"say \"\"hi\"\"\"", "say \"hi\"\n"},
        {"\"tab`tend\"", "tab\\tend\n"},
        {"\"dollar `$x `\"quoted`\"\"", "dollar $x \"quoted\"\n"},
        {"echo contoso.com", "contoso.com\n"},
        {"echo user@contoso.com", "user@contoso.com\n"},
        {"echo 00:00:05", "00:00:05\n"},
        {"echo [::]:25", "[::]:25\n"},
        {"echo 10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9\n"},
        {"echo 007", "007\n"},
        {"echo -5", "-5\n"},
        {"echo a`;b", "a;b\n"},
        {"echo a\"b c\"d'e f'", "ab cde f\n"},
        {"echo a#b", "a#b\n"},
        {"echo C:\\Logs\\Agent", "C:\\Logs\\Agent\n"},
        {"'two\nlines'", "two\nlines\n"},
        {"''", "\n"},
    });
}

TEST_CASE("Typographic quotes and dashes of web pages mean the plain ones") {
    checkAll({
        {"echo \xE2\x80\x9C"
         "a b\xE2\x80\x9D",
         "a b\n"},
        {"\xE2\x80\x98"
         "a b\xE2\x80\x99",
         "a b\n"},
        {"Get-TransportAgent \xE2\x80\x93Identity 'Edge Rule Agent' | % Priority", "3\n"},
        {"1 \xE2\x80\x93"
         "eq 1",
         "True\n"},
    });
}

TEST_CASE("Variables stand in double quotes and words") {
    checkAll({
        {"$a = 'x'; \"<$a>\"", "<x>\n"},
        {"$a = 'x'; \"<${a}y>\"", "<xy>\n"},
        {"$a = 'x'; \"$a.Name\"", "x.Name\n"},
        {"$a = 'x'; \"${a}: y\"", "x: y\n"},
        {"$a = 'x'; echo pre$a", "prex\n"},
        {"$a = 'x','y'; \"$a\"", "x y\n"},
        {"\"5 $ and $\"", "5 $ and $\n"},
        {"\"$true\"", "True\n"},
    });
}

TEST_CASE("Numbers are whole and may have a unit") {
    checkAll({
        {"5", "5\n"},
        {"-3", "-3\n"},
        {"10KB", "10240\n"},
        {"1.5MB", "1572864\n"},
        {"0x1F", "31\n"},
        {"2GB", "2147483648\n"},
    });
    ShellBench bench;
    for (const char* wrong : {"1.5", "1e3", "5x", "0xZZ", "99999999999999999999", "9999999999GB"}) {
        CAPTURE(wrong);
        CHECK(bench.error(wrong).find("is not a whole number") != std::string::npos);
    }
}

TEST_CASE("Lists are made with commas or @()") {
    checkAll({
        {"'a','b'", "a\nb\n"},
        {"@('a','b')", "a\nb\n"},
        {"@('a')", "a\n"},
        {"@()", ""},
        {"(@('a')).Count", "1\n"},
        {"$x = @('a'); $x += 'b'; $x.Count", "2\n"},
        {"$x = 'a'; $x += 'b'; $x", "ab\n"},
        {"$x = 1; $x += 2; $x", "3\n"},
        {"$x = @(); $x += 'a','b'; $x.Count", "2\n"},
        {"'a','b' + 'c','d'", "a\nb\nc\nd\n"},
        {"echo a,b", "a\nb\n"},
        {"echo a, b", "a\nb\n"},
        {"echo a ,b", "a\nb\n"},
        {"@(Get-TransportAgent).Count", "10\n"},
    });
}

TEST_CASE("Hash tables have keys and values") {
    checkAll({
        {"$t = @{Add='a'; 'Remove'='b'}; $t.Add; $t.remove", "a\nb\n"},
        {"$t = @{\n  Add = 'a'\n  Remove = 'b','c'\n}; $t.Remove", "b\nc\n"},
        {"@{}", ""},
    });
}

TEST_CASE("Comments are passed over") {
    checkAll({
        {"# only a comment", ""},
        {"echo a # b", "a\n"},
        {"echo <# in between #> a", "a\n"},
        {"<# over\nseveral\nlines #> echo a", "a\n"},
    });
}

TEST_CASE("A statement goes on behind a backtick, a pipe, a comma and within brackets") {
    checkAll({
        {"echo `\n a", "a\n"},
        {"echo `\r\n a", "a\n"},
        {"'b','a' |\n sort", "a\nb\n"},
        {"echo a,\n b", "a\nb\n"},
        {"@(\n'a',\n'b'\n)", "a\nb\n"},
        {"(\n'a'\n)", "a\n"},
        {"$x =\n 'a'; $x", "a\n"},
        {"1 -eq\n 1", "True\n"},
        {"'a' | % {\n $_\n }", "a\n"},
    });
}

TEST_CASE("Statements end at the line or a semicolon") {
    checkAll({
        {"echo a; echo b", "a\nb\n"},
        {"echo a\necho b\r\necho c", "a\nb\nc\n"},
        {";;echo a;;\n\n;", "a\n"},
        {"echo a\recho b", "a\nb\n"},
        {"\xEF\xBB\xBF"
         "echo a",
         "a\n"},
    });
}

TEST_CASE("Comparisons read the right side as the left one needs it") {
    checkAll({
        {"'A' -eq 'a'", "True\n"},
        {"'A' -ceq 'a'", "False\n"},
        {"'A' -ieq 'a'", "True\n"},
        {"10 -gt '9'", "True\n"},
        {"'10' -gt '9'", "False\n"},
        {"'abc' -like 'A*'", "True\n"},
        {"'abc' -clike 'A*'", "False\n"},
        {"'abc' -notlike 'x*'", "True\n"},
        {"'abc' -match '^a.c$'", "True\n"},
        {"'abc' -notmatch 'b'", "False\n"},
        {"'a','b' -contains 'B'", "True\n"},
        {"'b' -in 'a','b'", "True\n"},
        {"'c' -notin 'a','b'", "True\n"},
        {"'a','b','a' -eq 'a'", "a\na\n"},
        {"$null -eq $null", "True\n"},
        {"'' -eq $null", "False\n"},
        {"$true -eq 1", "True\n"},
        {"$true -eq 'False'", "False\n"},
        {"(Get-TransportServer).AgentLogMaxFileSize -eq 10MB", "True\n"},
        {"(Get-TransportServer).AgentLogMaxAge -gt '1.00:00:00'", "True\n"},
        {"(Get-TransportConfig).MaxReceiveSize -gt 1GB", "True\n"},
        {"(Get-TransportConfig).MaxReceiveSize -eq 'Unlimited'", "True\n"},
    });
}

TEST_CASE("-and and -or have the same rank and are read from left to right") {
    checkAll({
        {"$true -or $true -and $false", "False\n"},
        {"$true -or ($true -and $false)", "True\n"},
        {"$false -and $nothing", "False\n"},
        {"-not $true", "False\n"},
        {"!$false", "True\n"},
        {"-not ($true -and $false)", "True\n"},
        {"1 -eq 1 -and 2 -eq 2", "True\n"},
    });
}

TEST_CASE("Properties are read, of lists too") {
    checkAll({
        {"(Get-TransportServer).Name", "EDGE01\n"},
        {"(Get-TransportServer).Name.Length", "6\n"},
        {"(Get-TransportAgent).Count", "10\n"},
        {"(Get-TransportAgent).Priority | select -First 2", "1\n2\n"},
        {"$null.Anything", ""},
    });
}

TEST_CASE("A parse error anywhere keeps the whole script from running") {
    ShellBench bench;
    bench.run("New-AcceptedDomain A -DomainName a.example\nif ($true) { }");
    CHECK(bench.last.exitCode == ShellResult::kWrongScript);
    CHECK(bench.store.current()->all<AcceptedDomain>().empty());
}

TEST_CASE("Errors say line and column in characters") {
    ShellBench bench;
    CHECK(bench.error("\n\n  Get-Nothing").starts_with("3:3: cmdlet: "));
    CHECK(bench.error("echo 'äöü' | Get-Nothing").starts_with("1:14: cmdlet: "));
    CHECK(bench.error("Set-TransportConfig -MaxReceiveSize 10MB -MaxRecipientEnvelopeLimit many") ==
          "1:69: value: -MaxRecipientEnvelopeLimit: \"many\" does not fit; expected: number 0 to 2147483647");
}

TEST_CASE("What is wrong with a sentence is said where it is wrong") {
    const Sentence cases[] = {
        {"echo (1", "1:6: incomplete: the bracket that opens here is not closed"},
        {"echo 'a", "1:6: incomplete: the text that begins here has no closing quote"},
        {"echo \"a", "1:6: incomplete: the text that begins here has no closing quote"},
        {"'a' | ", "1:7: incomplete: a cmdlet behind '|' is missing"},
        {"'a' |\n | sort", "2:2: syntax: a cmdlet behind '|' is missing before '|'"},
        {"'a' | { }", "1:7: syntax: a cmdlet behind '|' is missing before '{'"},
        {"<# a", "1:1: incomplete: the comment that begins here has no #>"},
        {"echo )", "1:6: syntax: ')' without its opening bracket"},
        {"echo }", "1:6: syntax: '}' without its opening bracket"},
        {"echo a,,b", "1:8: syntax: a value is missing before ','"},
        {"echo ,a", "1:6: syntax: a value is missing before ','"},
        {"1 2", "1:3: syntax: unexpected \"2\"; a statement ends at the line or ';'"},
        {"1 == 1", "1:3: syntax: '==' is no operator; write -eq"},
        {"1 != 1", "1:3: syntax: '!=' is no operator; write -ne"},
        {"1 -equals 1", "1:3: syntax: there is no operator '-equals'"},
        {"'a' -liek 'b'", "1:5: syntax: there is no operator '-liek'; did you mean \"like\"?"},
        {"x = 5", "1:1: syntax: 'x =' assigns to nothing; a variable is written $x"},
        {"$ = 5", "1:1: syntax: a variable's name is missing behind '$'"},
        {"$x = foo bar; @{Add=foo}", "1:21: syntax: texts need quotes here: 'foo'"},
        {"@{a=1;A=2}", "1:7: syntax: the key A is there twice"},
        {"@{=1}", "1:3: syntax: a key such as Add is missing before '='"},
        {"@{a 1}", "1:5: syntax: '=' behind the key a is missing before \"1\""},
        {"(Get-TransportServer).", "1:22: syntax: a property name is missing behind '.'"},
        {"echo \"a\"b",
         "1:9: syntax: a blank is missing here; to join texts and variables write them within one pair "
         "of double quotes"},
        {"echo $x/b",
         "1:8: syntax: a blank is missing here; to join texts and variables write them within one pair of "
         "double quotes"},
        {"\"$x: y\"", "1:4: syntax: ':' directly behind a variable's name would belong to it; write ${x}:"},
        {"echo a ` b",
         "1:8: syntax: a backtick continues a line only as its very last character; here something "
         "follows"},
        {"echo `", "1:6: incomplete: the line is continued, but there is no next line"},
        {"Get-Help -Name\"x\"", "1:15: syntax: a blank or ':' is missing behind the parameter name -Name"},
    };
    for (const auto& [script, message] : cases) {
        ShellBench bench;
        CHECK(bench.error(script) == message);
    }
}

TEST_CASE("The shell asks for more while a sentence has not ended") {
    for (const char* unfinished : {"echo (1", "@{a=1", "'a", "\"a", "'a' |", "echo `", "'a' | % {", "echo a,",
                                   "<# a", "$x =", "1 -eq", "$x = @(\n'a',"})
        CHECK_MESSAGE(Shell::needsMore(unfinished), unfinished);
    for (const char* finished : {"", "echo a", "echo )", "Get-Nothing", "if (1) {", "echo (1)", "# 'a"})
        CHECK_MESSAGE(!Shell::needsMore(finished), finished);
}

TEST_CASE("Brackets without end and endless chains are refused, not followed") {
    ShellBench bench;
    CHECK(bench.error(std::string(1000, '(')).find("more than 50 brackets") != std::string::npos);
    CHECK(bench.error("$x = " + std::string(1000, '!') + "$true").find("more than 50 brackets") !=
          std::string::npos);
    std::string sum = "1";
    for (int i = 0; i < 1000; ++i)
        sum += "+1";
    CHECK(bench.error(sum).find("more than 500 operators") != std::string::npos);
    CHECK(bench.error(std::string(kMaxScriptSize + 1, ' ')).find("larger than") != std::string::npos);
}

} // namespace
} // namespace edge
