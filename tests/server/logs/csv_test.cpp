#include <edge/base/text.h>
#include <edge/server/logs/csv.h>

#include "log_bench.h"
#include <doctest/doctest.h>

#include <vector>

using namespace edge;
using namespace edge::testenv;

using Fields = std::vector<std::string>;

TEST_CASE("Only fields with a comma or a quote are quoted") {
    CHECK(csvField("") == "");
    CHECK(csvField("220 EDGE01 ready") == "220 EDGE01 ready");
    CHECK(csvField("220 mail.x.x ready at Thu, 24 Jan 2019") == "\"220 mail.x.x ready at Thu, 24 Jan 2019\"");
    CHECK(csvField("a \"b\" c") == "\"a \"\"b\"\" c\"");
    CHECK(csvField("  blanks  ") == "  blanks  ");
    const Fields fields{"a", "", "b,c"};
    CHECK(csvRow(fields) == "a,,\"b,c\"");
}

TEST_CASE("A row reads back as it was written, whatever a peer put into it") {
    const std::vector<Fields> rows{
        {""},
        {"", ""},
        {"a", "b", "c"},
        {"\"", "\"\"", "\",\""},
        {",", ",,", "a,\"b\",c"},
        {"EDGE01\\Internet Mail", "Tarpit for '0.00:00:05'"},
    };
    for (const auto& row : rows)
        CHECK(parseCsvRow(csvRow(row)).value() == row);
}

TEST_CASE("A line end in a field cannot begin a row of its own") {
    const Fields injected{"x\r\n2022-09-13T14:38:59.177Z,forged,\"row", "\xC2\x85\xE2\x80\xA9"};
    const auto row = csvRow(injected);
    CHECK(row.find_first_of("\r\n") == std::string::npos);
    CHECK(parseCsvRow(row).value() ==
          Fields{"x\\r\\n2022-09-13T14:38:59.177Z,forged,\"row", "\\u0085\\u2029"});
}

TEST_CASE("A field is cut at its limit") {
    const Fields fields{std::string(3 * kMaxCsvFieldBytes, 'x')};
    const auto row = csvRow(fields);
    CHECK(row.size() == kMaxCsvFieldBytes);
    CHECK(row.ends_with("x..."));
}

TEST_CASE("Lines whose quotes do not match are malformed") {
    for (const std::string_view line : {"\"open", "a,\"b", "a\"b", "\"a\"b,c", "\"a\"\"", "x,y\""}) {
        CAPTURE(line);
        const auto fields = parseCsvRow(line);
        REQUIRE_FALSE(fields.has_value());
        CHECK(fields.error().code == Errc::Malformed);
    }
}

TEST_CASE("Rows of real servers come out as they went in") {
    for (const auto* name :
         {"agentlog-sample.log", "smtpreceive-2010-sample.log", "smtpreceive-2019-sample.log"}) {
        const auto sample = exchangeSample(name);
        std::size_t columns = 0;
        for (auto line : split(sample, '\n')) {
            line = trim(line);
            if (line.starts_with("#Fields: "))
                columns = split(line, ',').size();
            if (line.empty() || line.starts_with('#'))
                continue;
            const auto fields = parseCsvRow(line);
            REQUIRE(fields.has_value());
            CHECK(fields->size() == columns);
            CHECK(csvRow(*fields) == line);
        }
    }
}
