#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/server/management/api.h>
#include <edge/server/management/api_json.h>

#include <algorithm>
#include <array>

namespace edge {

namespace {

constexpr std::string_view kJson = "application/json";

// What remains of a target when authority and query are off: "/a?b" and "http://host/a?b" (RFC 9112 3.2) are
// "/a".
std::string_view pathOf(std::string_view target) {
    if (istartsWith(target, "http://")) {
        const auto slash = target.find('/', 7);
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    return target.substr(0, target.find('?'));
}

// "localhost:8025" -> "localhost", "[::1]:8025" -> "[::1]"; nothing when the rest is no port.
std::string_view hostOf(std::string_view authority) {
    const auto colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
    if (colon == std::string_view::npos)
        return authority;
    const auto port = authority.substr(colon + 1);
    const bool digits = port.find_first_not_of("0123456789") == std::string_view::npos;
    return digits ? authority.substr(0, colon) : std::string_view();
}

bool isLoopbackName(std::string_view host) {
    constexpr std::array<std::string_view, 3> kNames{"localhost", "127.0.0.1", "[::1]"};
    return std::any_of(kNames.begin(), kNames.end(), [host](auto name) { return iequals(host, name); });
}

// Over TCP the peer may be a browser, and the page in it may be anybody's. A name that was rebound to our
// address shows in Host, a foreign page in Origin; other programs send no Origin. Nothing to say: the request
// may pass.
std::string whyNotTrusted(const HttpRequest& request) {
    if (request.fromUnixSocket)
        return {};
    if (request.count("Host") != 1)
        return "exactly one Host field is needed";
    const auto host = *request.field("Host");
    if (!isLoopbackName(hostOf(host)))
        return "this server answers to localhost, 127.0.0.1 and [::1] only";
    const auto origin = request.field("Origin");
    if (origin && (request.count("Origin") != 1 || !iequals(*origin, "http://" + std::string(host))))
        return "requests from other web pages are not answered";
    return {};
}

// A page's form can send text/plain to anybody, but not this type.
bool isJson(const HttpRequest& request) {
    const auto type = request.field("Content-Type").value_or("");
    return iequals(trim(type.substr(0, type.find(';'))), kJson);
}

HttpResponse jsonAnswer(std::string body) {
    return {200, std::string(kJson), std::move(body), {}};
}

HttpResponse textAnswer(std::string body) {
    return {200, "text/plain; charset=utf-8", std::move(body), {}};
}

HttpResponse refusal(const Error& error) {
    return httpProblem(error.code == Errc::Malformed ? 400 : 422, error.message);
}

// One function a route.

HttpResponse runCmdlet(const ApiHandlers& handlers, const HttpRequest& request) {
    const auto asked = parseCmdletRequest(request.body);
    return asked ? jsonAnswer(toJson(handlers.cmdlet(*asked))) : refusal(asked.error());
}

HttpResponse complete(const ApiHandlers& handlers, const HttpRequest& request) {
    const auto asked = parseCompletionRequest(request.body);
    return asked ? jsonAnswer(toJson(handlers.complete(*asked))) : refusal(asked.error());
}

HttpResponse needsMore(const ApiHandlers& handlers, const HttpRequest& request) {
    const auto text = parseNeedsMore(request.body);
    return text ? jsonAnswer(needsMoreReplyToJson(handlers.needsMore(*text))) : refusal(text.error());
}

HttpResponse live(const ApiHandlers&, const HttpRequest&) {
    return textAnswer("live\n");
}

HttpResponse ready(const ApiHandlers& handlers, const HttpRequest&) {
    const auto readiness = handlers.readiness();
    return readiness.ready ? textAnswer("ready\n") : httpProblem(503, "not ready: " + readiness.reason);
}

HttpResponse info(const ApiHandlers& handlers, const HttpRequest&) {
    return jsonAnswer(toJson(handlers.info()));
}

struct Route {
    std::string_view method; // GET answers HEAD as well
    std::string_view path;
    bool quick; // does not wait for cmdlets
    HttpResponse (*answer)(const ApiHandlers&, const HttpRequest&);
};

constexpr std::array<Route, 6> kRoutes{{
    {"POST", "/api/cmdlet", false, runCmdlet},
    {"POST", "/api/complete", false, complete},
    {"POST", "/api/needsmore", false, needsMore},
    {"GET", "/livez", true, live},
    {"GET", "/readyz", true, ready},
    {"GET", "/api/v1/info", true, info},
}};

const Route* findRoute(std::string_view target) {
    const auto path = pathOf(target);
    const auto route =
        std::find_if(kRoutes.begin(), kRoutes.end(), [path](const auto& r) { return r.path == path; });
    return route == kRoutes.end() ? nullptr : &*route;
}

bool allows(const Route& route, std::string_view method) {
    return method == route.method || (method == "HEAD" && route.method == "GET");
}

// RFC 9110 15.5.6: a 405 says what would have been right.
HttpResponse wrongMethod(const Route& route, std::string_view method) {
    const std::string allowed = route.method == "GET" ? "GET, HEAD" : std::string(route.method);
    auto response =
        httpProblem(405, std::string(route.path) + " takes " + allowed + ", not " + std::string(method));
    response.fields.push_back({"Allow", allowed});
    return response;
}

HttpResponse dispatch(const ApiHandlers& handlers, const HttpRequest& request) {
    const auto* route = findRoute(request.target);
    if (!route)
        return httpProblem(404, "there is nothing at " + std::string(pathOf(request.target)));
    if (!allows(*route, request.method))
        return wrongMethod(*route, request.method);
    if (route->method == "POST" && !isJson(request))
        return httpProblem(415, "send JSON, with Content-Type: application/json");
    return route->answer(handlers, request);
}

HttpResponse answerTrusted(const ApiHandlers& handlers, const HttpRequest& request) {
    const auto why = whyNotTrusted(request);
    return why.empty() ? dispatch(handlers, request) : httpProblem(403, why);
}

} // namespace

ManagementApi::ManagementApi(ApiHandlers handlers)
    : handlers_(std::move(handlers)) {
    EDGE_ASSERT(handlers_.cmdlet && handlers_.complete && handlers_.needsMore && handlers_.readiness &&
                    handlers_.info,
                "every handler of the API is set");
}

HttpResponse ManagementApi::handle(const HttpRequest& request) const {
    auto response = answerTrusted(handlers_, request);
    response.fields.push_back({"Cache-Control", "no-store"});
    response.fields.push_back({"X-Content-Type-Options", "nosniff"});
    return response;
}

bool ManagementApi::isQuick(const HttpRequest& request) {
    const auto* route = findRoute(request.target);
    return !route || route->quick;
}

} // namespace edge
