// The controller's end of a lab's socket: a command goes out, its answer comes back, and what every answer
// says of the lab is kept.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>
#include <edge/testenv/live/line_socket.h>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace edge::testenv {

// One connection, as the last answer described it.
struct LabPeer {
    std::uint64_t said = 0;
    std::uint64_t unread = 0;
    bool over = false;
    bool silent = false;
};

struct LabState {
    UtcTime utc{};
    SteadyTime steady{};
    std::size_t unexpectedQuestions = 0;
    std::uint64_t scans = 0;
    std::map<std::uint16_t, LabPeer> peers; // by the client's port
};

class LabController {
public:
    static Result<LabController> connect(const std::string& path);

    // Throws std::runtime_error where the lab refuses, or has gone.
    boost::json::object ask(boost::json::object command);
    // The same; a refusal, and a lab that has gone, is an error.
    Result<> tell(boost::json::object command);
    const LabState& state() const { return state_; }

private:
    explicit LabController(LineSocket socket)
        : socket_(std::move(socket)) {}
    Result<boost::json::object> exchange(const boost::json::object& command);

    LineSocket socket_;
    LabState state_;
};

} // namespace edge::testenv
