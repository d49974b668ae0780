#include <edge/server/management/api.h>
#include <edge/server/management/api_json.h>
#include <edge/tests/management/management_bench.h>

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace edge;
using namespace edge::tests;

namespace {

HttpRequest get(std::string target) {
    return {"GET", std::move(target), {}, {}};
}

HttpRequest post(std::string target, std::string body) {
    return {"POST", std::move(target), {{"Content-Type", "application/json"}}, std::move(body)};
}

// As a browser sends it, or another program over TCP.
HttpRequest overTcp(HttpRequest request, std::vector<HttpField> fields) {
    request.fromUnixSocket = false;
    for (auto& field : fields)
        request.fields.push_back(std::move(field));
    return request;
}

boost::json::object parsed(const HttpResponse& response) {
    return boost::json::parse(response.body).as_object();
}

std::string fieldOf(const HttpResponse& response, std::string_view name) {
    for (const auto& field : response.fields)
        if (field.name == name)
            return field.value;
    return {};
}

// The detail of a problem, after checking that it is one of that status.
std::string detail(const HttpResponse& response, unsigned status) {
    CHECK(response.status == status);
    CHECK(response.contentType == "application/problem+json");
    const auto problem = parsed(response);
    CHECK(problem.at("status").to_number<unsigned>() == status);
    CHECK(problem.at("type") == "about:blank");
    CHECK_FALSE(problem.at("title").as_string().empty());
    return std::string(problem.at("detail").as_string());
}

} // namespace

TEST_CASE("Each route answers its method, others get 405 with Allow") {
    const ManagementApi api(harmlessHandlers());
    struct Row {
        std::string path, method, body;
    };
    const std::vector<Row> rows{
        {"/api/cmdlet", "POST", R"({"script":"x"})"},
        {"/api/complete", "POST", R"({"line":"","cursor":0})"},
        {"/api/needsmore", "POST", R"({"text":""})"},
        {"/livez", "GET", ""},
        {"/readyz", "GET", ""},
        {"/api/v1/info", "GET", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.path);
        for (const std::string method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"}) {
            CAPTURE(method);
            auto request = post(row.path, row.body);
            request.method = method;
            const auto response = api.handle(request);
            const bool right = method == row.method || (method == "HEAD" && row.method == "GET");
            if (right) {
                CHECK(response.status == 200);
                continue;
            }
            CHECK(detail(response, 405).find(row.path) != std::string::npos);
            CHECK(fieldOf(response, "Allow") == (row.method == "GET" ? "GET, HEAD" : "POST"));
        }
    }
}

TEST_CASE("What is not in the table is not found") {
    const ManagementApi api(harmlessHandlers());
    for (const std::string target :
         {"/", "", "/api", "/api/cmdlet/", "/livez/x", "*", "/../livez", "//livez"})
        CHECK(detail(api.handle(get(target)), 404).starts_with("there is nothing at"));
}

TEST_CASE("Queries and absolute targets find their route") {
    const ManagementApi api(harmlessHandlers());
    CHECK(api.handle(get("/livez?verbose")).body == "live\n");
    CHECK(api.handle(get("http://localhost/livez")).body == "live\n");
    CHECK(api.handle(get("http://localhost")).status == 404);
}

TEST_CASE("No answer is cached or taken for another type") {
    const ManagementApi api(harmlessHandlers());
    for (const std::string target : {"/livez", "/nowhere"}) {
        const auto response = api.handle(get(target));
        CHECK(fieldOf(response, "Cache-Control") == "no-store");
        CHECK(fieldOf(response, "X-Content-Type-Options") == "nosniff");
    }
}

TEST_CASE("A cmdlet request reaches the shell whole, and its reply comes back whole") {
    CmdletRequest seen;
    auto handlers = harmlessHandlers();
    handlers.cmdlet = [&](const CmdletRequest& request) {
        seen = request;
        return CmdletReply{"out\n", {"w1", "w2"}, {"v"}, {"e"}, "Name: ", true, 1};
    };
    const ManagementApi api(std::move(handlers));
    const CmdletRequest asked{"Get-X \"ü\" # \n", "a.ps1", 80, true, {"y", ""}, "S1"};
    const auto response = api.handle(post("/api/cmdlet", toJson(asked)));
    CHECK(response.status == 200);
    CHECK(response.contentType == "application/json");
    CHECK(seen.script == asked.script);
    CHECK(seen.source == "a.ps1");
    CHECK(seen.width == 80);
    CHECK(seen.interactive);
    CHECK(seen.answers == asked.answers);
    CHECK(seen.session == "S1");
    const auto reply = parseCmdletReply(response.body);
    REQUIRE(reply.has_value());
    CHECK(reply->output == "out\n");
    CHECK(reply->warnings == std::vector<std::string>{"w1", "w2"});
    CHECK(reply->verbose == std::vector<std::string>{"v"});
    CHECK(reply->errors == std::vector<std::string>{"e"});
    CHECK(reply->prompt == "Name: ");
    CHECK(reply->secretPrompt);
    CHECK(reply->exitCode == 1);
}

TEST_CASE("Only the script is needed") {
    const auto request = parseCmdletRequest(R"({"script": "Get-Help"})");
    REQUIRE(request.has_value());
    CHECK(request->source == "shell");
    CHECK(request->width == 120);
    CHECK_FALSE(request->interactive);
    CHECK(request->answers.empty());
}

TEST_CASE("A request that is not what it should be is refused with the reason") {
    const ManagementApi api(harmlessHandlers());
    struct Row {
        std::string body;
        unsigned status;
        std::string reason;
    };
    const std::vector<Row> rows{
        {"", 400, "not JSON"},
        {"{", 400, "not JSON"},
        {R"({"script":"x"} trailing)", 400, "not JSON"},
        {"{\"script\":\"\xff\"}", 400, "not JSON"},
        {std::string(100, '[') + std::string(100, ']'), 400, "not JSON"},
        {"[]", 422, "a JSON object was expected"},
        {"{}", 422, "\"script\" is missing"},
        {R"({"script":1})", 422, "\"script\" must be a string"},
        {R"({"script":null})", 422, "\"script\" must be a string"},
        {R"({"Script":"x"})", 422, "unknown member \"Script\"; there are: script, source, width"},
        {R"({"script":"x","force":true})", 422, "unknown member \"force\""},
        {R"({"script":"x","width":"80"})", 422, "\"width\" must be a whole number"},
        {R"({"script":"x","width":80.5})", 422, "\"width\" must be a whole number"},
        {R"({"script":"x","width":99999999999})", 422, "\"width\" must be a whole number"},
        {R"({"script":"x","width":19})", 422, "between 20 and 1000"},
        {R"({"script":"x","interactive":1})", 422, "\"interactive\" must be true or false"},
        {R"({"script":"x","answers":"y"})", 422, "\"answers\" must be a list of strings"},
        {R"({"script":"x","answers":[1]})", 422, "\"answers\" must be a list of strings"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.body);
        CHECK(detail(api.handle(post("/api/cmdlet", row.body)), row.status).find(row.reason) !=
              std::string::npos);
    }
    CHECK(detail(api.handle(post("/api/complete", R"({"line":"ab","cursor":3})")), 422)
              .find("behind the end") != std::string::npos);
    CHECK(
        detail(api.handle(post("/api/complete", R"({"line":"ab","cursor":-1})")), 422).find("not negative") !=
        std::string::npos);
    CHECK(detail(api.handle(post("/api/needsmore", R"({"line":"ab"})")), 422).find("unknown member") !=
          std::string::npos);
}

TEST_CASE("JSON is sent as JSON, or not at all") {
    const ManagementApi api(harmlessHandlers());
    const std::string body = R"({"script":"x"})";
    const HttpRequest bare{"POST", "/api/cmdlet", {}, body};
    CHECK(detail(api.handle(bare), 415).find("application/json") != std::string::npos);
    for (const std::string type : {"text/plain", "application/x-www-form-urlencoded", "application/json-seq"})
        CHECK(api.handle({"POST", "/api/cmdlet", {{"Content-Type", type}}, body}).status == 415);
    for (const std::string type : {"application/json; charset=utf-8", "Application/JSON"})
        CHECK(api.handle({"POST", "/api/cmdlet", {{"content-type", type}}, body}).status == 200);
}

TEST_CASE("Output that is no text arrives in a form that can be read") {
    auto handlers = harmlessHandlers();
    handlers.cmdlet = [](const CmdletRequest&) {
        CmdletReply reply;
        reply.output = "subject: caf\xe9 \x1b[2J \0 end";
        reply.errors = {"\xff\xfe"};
        return reply;
    };
    const ManagementApi api(std::move(handlers));
    const auto reply = parseCmdletReply(api.handle(post("/api/cmdlet", R"({"script":"x"})")).body);
    REQUIRE(reply.has_value());
    CHECK(reply->output.find("\\xe9") != std::string::npos);
    CHECK(reply->output.find('\x1b') !=
          std::string::npos); // what a terminal must not see is the shell's business
}

TEST_CASE("Completion and continuation go both ways") {
    CompletionRequest seen;
    auto handlers = harmlessHandlers();
    handlers.complete = [&](const CompletionRequest& request) {
        seen = request;
        return CompletionReply{4, {"SenderFilterConfig", "SenderIdConfig"}};
    };
    const ManagementApi api(std::move(handlers));
    const auto reply = parseCompletionReply(
        api.handle(post("/api/complete", toJson(CompletionRequest{"Get-Send", 8}))).body);
    REQUIRE(reply.has_value());
    CHECK(seen.line == "Get-Send");
    CHECK(seen.cursor == 8);
    CHECK(reply->start == 4);
    CHECK(reply->candidates.size() == 2);
    const auto more = [&](std::string_view text) {
        return parseNeedsMoreReply(api.handle(post("/api/needsmore", needsMoreToJson(text))).body).value();
    };
    CHECK(more("Get-X |"));
    CHECK_FALSE(more("Get-X"));
}

TEST_CASE("An answer with members of a later version is understood") {
    const auto reply = parseCmdletReply(R"({"output":"x","exitCode":0,"colour":"green"})");
    REQUIRE(reply.has_value());
    CHECK(reply->output == "x");
    CHECK_FALSE(parseCmdletReply(R"({"exitCode":0})").has_value());
    CHECK_FALSE(parseCmdletReply("<html>").has_value());
}

TEST_CASE("Readiness has a reason") {
    auto handlers = harmlessHandlers();
    handlers.readiness = [] { return Readiness{false, "the queue's disk is full"}; };
    CHECK(detail(ManagementApi(handlers).handle(get("/readyz")), 503) ==
          "not ready: the queue's disk is full");
    CHECK(ManagementApi(handlers).handle(get("/livez")).status == 200);
    handlers.readiness = [] { return Readiness{true, ""}; };
    CHECK(ManagementApi(handlers).handle(get("/readyz")).body == "ready\n");
}

TEST_CASE("The server's description has Mailpit's members and ours") {
    auto handlers = harmlessHandlers();
    const ServerInfo info{"EDGE01",
                          "0.1.0",
                          "2019",
                          "/data",
                          std::chrono::seconds(61),
                          {{"smtp", "127.0.0.1:2525"}, {"smtp", "[::1]:2525"}, {"http", "127.0.0.1:8025"}}};
    handlers.info = [&] { return info; };
    const auto response = ManagementApi(handlers).handle(get("/api/v1/info"));
    const auto object = parsed(response);
    CHECK(object.at("Version") == "0.1.0");
    CHECK(object.at("RuntimeStats").at("Uptime") == 61);
    CHECK(object.at("Ports").at("smtp").as_array().size() == 2);
    const auto back = parseServerInfo(response.body);
    REQUIRE(back.has_value());
    CHECK(back->name == "EDGE01");
    CHECK(back->profile == "2019");
    CHECK(back->dataDirectory == "/data");
    CHECK(back->uptime == std::chrono::seconds(61));
    CHECK(back->ports == info.ports);
}

TEST_CASE("Health and description do not wait for cmdlets") {
    CHECK(ManagementApi::isQuick(get("/livez")));
    CHECK(ManagementApi::isQuick(get("/readyz?x")));
    CHECK(ManagementApi::isQuick(get("/api/v1/info")));
    CHECK(ManagementApi::isQuick(get("/nowhere")));
    CHECK_FALSE(ManagementApi::isQuick(post("/api/cmdlet", "{}")));
    CHECK_FALSE(ManagementApi::isQuick(post("/api/complete", "{}")));
}

// peers.md C.7: cross-site requests and DNS rebinding.
TEST_CASE("A foreign web page moves nothing") {
    int ran = 0;
    auto handlers = harmlessHandlers();
    handlers.cmdlet = [&](const CmdletRequest&) {
        ++ran;
        return CmdletReply{};
    };
    const ManagementApi api(std::move(handlers));
    const auto request = post("/api/cmdlet", R"({"script":"Remove-All"})");
    const auto status = [&](std::vector<HttpField> fields) {
        return api.handle(overTcp(request, std::move(fields))).status;
    };

    SUBCASE("names that are ours") {
        for (const std::string host :
             {"localhost", "localhost:8025", "127.0.0.1:8025", "[::1]:8025", "[::1]", "LOCALHOST"})
            CHECK(status({{"Host", host}}) == 200);
        CHECK(status({{"Host", "localhost:8025"}, {"Origin", "http://localhost:8025"}}) == 200);
        CHECK(ran == 7);
    }
    SUBCASE("a name rebound to our address") {
        for (const std::string host :
             {"evil.example", "evil.example:8025", "localhost.evil.example", "127.0.0.1.evil.example",
              "localhost:8025@evil.example", "localhost:x", "", "127.0.0.2", "[::1", "[::2]:8025"})
            CHECK(status({{"Host", host}}) == 403);
        CHECK(ran == 0);
    }
    SUBCASE("another page's request") {
        for (const std::string origin : {"http://evil.example", "null", "https://localhost:8025",
                                         "http://localhost:3000", "http://localhost", ""})
            CHECK(status({{"Host", "localhost:8025"}, {"Origin", origin}}) == 403);
        CHECK(ran == 0);
    }
    SUBCASE("Host or Origin missing or doubled") {
        CHECK(status({}) == 403);
        CHECK(status({{"Host", "localhost"}, {"Host", "evil.example"}}) == 403);
        CHECK(status({{"Host", "localhost"},
                      {"Origin", "http://localhost"},
                      {"Origin", "http://evil.example"}}) == 403);
        CHECK(ran == 0);
    }
    SUBCASE("reading is refused as well") {
        CHECK(api.handle(overTcp(get("/api/v1/info"), {{"Host", "evil.example"}})).status == 403);
        CHECK(api.handle(overTcp(get("http://localhost/livez"), {{"Host", "evil.example"}})).status == 403);
    }
    SUBCASE("on the Unix socket nobody asks") {
        CHECK(api.handle(request).status == 200);
    }
}
