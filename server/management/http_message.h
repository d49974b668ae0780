// HTTP as plain values, so that what answers a request knows no sockets and is tested without any. The limits
// stand here because server and client keep the same ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// A request line and its fields: far more than our clients and a browser send.
inline constexpr std::size_t kMaxHttpHeader = 8 * 1024;
// A request's body; the largest is a configuration script.
inline constexpr std::size_t kMaxHttpBody = 1024 * 1024;
// What a client takes for an answer: a long agent log, but not everything.
inline constexpr std::size_t kMaxHttpAnswer = 256 * 1024 * 1024;

struct HttpField {
    std::string name;
    std::string value;
    bool operator==(const HttpField&) const = default;
};

struct HttpRequest {
    std::string method = "GET";
    std::string target = "/";
    std::vector<HttpField> fields;
    std::string body;
    bool fromUnixSocket = true; // file permissions let the peer in; over TCP a web page may be behind it

    // The value of the first field of that name; names have no case (RFC 9110 5.1).
    std::optional<std::string_view> field(std::string_view name) const;
    // How many fields have that name.
    std::size_t count(std::string_view name) const;
};

struct HttpResponse {
    unsigned status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<HttpField> fields; // further ones; length, date and connection are the server's
};

// Answers a request. Called on one thread at a time.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// Says what went wrong in the form of RFC 9457 (application/problem+json).
HttpResponse httpProblem(unsigned status, std::string_view detail);

} // namespace edge
