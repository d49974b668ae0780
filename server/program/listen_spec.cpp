#include <edge/server/program/listen_spec.h>

#include <charconv>
#include <string>

namespace edge {
namespace {

constexpr std::uint16_t kSmtpPort = 25;

// A port alone, or an endpoint.
Result<Endpoint> parseStandsFor(std::string_view text) {
    Endpoint endpoint;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), endpoint.port);
    if (error == std::errc{} && end == text.data() + text.size() && endpoint.port != 0)
        return endpoint;
    return Endpoint::parse(text);
}

} // namespace

Result<ListenSpec> ListenSpec::parse(std::string_view text) {
    const auto equals = text.find('=');
    const auto bind = Endpoint::parse(text.substr(0, equals));
    const auto standsFor = equals == std::string_view::npos ? Result<Endpoint>(Endpoint{{}, kSmtpPort})
                                                            : parseStandsFor(text.substr(equals + 1));
    if (!bind || !standsFor)
        return Error{Errc::InvalidArgument,
                     "--listen takes ADDRESS:PORT or ADDRESS:PORT=PORT-IT-STANDS-FOR, not \"" +
                         std::string(text) + "\""};
    return ListenSpec{*bind, *standsFor};
}

Endpoint ListenSpec::selectionEndpoint(const Endpoint& local) const {
    return {standsFor.address.isUnspecified() ? local.address : standsFor.address, standsFor.port};
}

} // namespace edge
