// The client's side of management: one request at a time over the Unix socket of a data directory, each on a
// connection of its own, so that a server that was restarted meanwhile is simply found again.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>
#include <edge/server/management/http_message.h>

#include <memory>
#include <string>

namespace edge {

// How long a request may take that is not a cmdlet: somebody sits at the keyboard.
inline constexpr Duration kQuickAnswerTime = std::chrono::seconds(3);

// Whether Ctrl-C (SIGINT) ends the request instead of the process.
enum class CtrlC { EndsProcess, EndsRequest };

class HttpClient {
public:
    // Talks to the server with that data directory. With CtrlC::EndsRequest, SIGINT is this object's until it
    // is gone.
    explicit HttpClient(std::string dataDirectory, CtrlC ctrlC = CtrlC::EndsProcess);
    ~HttpClient();

    // Sends and waits for the answer, whatever its status; at most `limit`. Errors: Unavailable when no
    // server runs there, Timeout, Cancelled after Ctrl-C, Reset when the server went away before it had
    // answered.
    Result<HttpResponse> send(const HttpRequest& request, Duration limit = Duration::max());

private:
    class Exchange;
    struct Engine;

    std::string dataDirectory_;
    std::unique_ptr<Engine> engine_;
};

} // namespace edge
