#include <edge/server/management/unix_socket.h>
#include <edge/testenv/live/lab_controller.h>
#include <edge/testenv/live/lab_json.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace edge::testenv {

namespace json = boost::json;

namespace {

LabState stateOf(const json::object& answer) {
    LabState state;
    state.utc = UtcTime(std::chrono::microseconds(answer.at("utc").to_number<std::int64_t>()));
    state.steady = SteadyTime(Duration(answer.at("steady").to_number<std::int64_t>()));
    state.unexpectedQuestions = answer.at("unexpected_count").to_number<std::size_t>();
    state.scans = answer.at("scans").to_number<std::uint64_t>();
    for (const auto& each : answer.at("peers").as_array()) {
        const auto& peer = each.as_object();
        state.peers[peer.at("port").to_number<std::uint16_t>()] = {
            peer.at("said").to_number<std::uint64_t>(), peer.at("unread").to_number<std::uint64_t>(),
            peer.at("over").as_bool(), peer.at("silent").as_bool()};
    }
    return state;
}

} // namespace

Result<LabController> LabController::connect(const std::string& path) {
    auto socket = connectUnix(path);
    if (!socket)
        return socket.error();
    return LabController(LineSocket(std::move(*socket)));
}

Result<json::object> LabController::exchange(const json::object& command) {
    if (auto sent = socket_.send(json::serialize(command)); !sent)
        return Error{Errc::Reset, "the lab's server has gone: " + sent.error().message};
    const auto line = socket_.receive();
    if (!line)
        return Error{Errc::Reset, "the lab's server has gone in the middle of \"" +
                                      std::string(command.at("do").as_string()) + "\""};
    auto answer = json::parse(json::string_view(line->data(), line->size())).as_object();
    if (const auto* error = answer.if_contains("error"))
        return Error{Errc::InvalidArgument, octetsOf(*error).value_or("the lab refuses")};
    state_ = stateOf(answer);
    return answer;
}

json::object LabController::ask(json::object command) {
    auto answer = exchange(command);
    if (!answer)
        throw std::runtime_error(answer.error().message);
    return std::move(*answer);
}

Result<> LabController::tell(json::object command) {
    const auto answer = exchange(command);
    if (!answer)
        return answer.error();
    return {};
}

} // namespace edge::testenv
