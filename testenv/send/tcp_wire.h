// A ClientWire over TCP, with TLS by OpenSSL once the dialogue asks for it. It waits for each step in turn,
// so it runs its loop itself; nothing else lives there.
#pragma once

#include <edge/base/clock.h>
#include <edge/testenv/send/send_dialogue.h>

#include <memory>
#include <optional>
#include <string>

namespace edge::testenv {

// As swaks; a server with a tarpit or a slow agent needs more.
inline constexpr Duration kSendTimeout = std::chrono::seconds(30);

struct WireOptions {
    Duration timeout = kSendTimeout;        // for connecting, for each reply, for the TLS handshake
    bool verifies = false;                  // the certificate: its chain and its name
    std::optional<std::string> authorities; // PEM file beside the system's
};

class TcpWire final : public ClientWire {
public:
    // `host` is a name or an address. Errors are sentences: who refused what.
    static Result<std::unique_ptr<TcpWire>> connect(const std::string& host, std::uint16_t port,
                                                    const WireOptions& options);
    ~TcpWire() override;

    Result<> write(std::string_view bytes) override;
    Result<std::string> readLine() override;
    Result<std::string> startTls() override;

    // Our own end, as the server sees it.
    IpAddress localAddress() const;
    std::string peer() const; // "127.0.0.1:2525"

private:
    struct Engine;
    explicit TcpWire(std::unique_ptr<Engine> engine);

    std::unique_ptr<Engine> engine_;
};

} // namespace edge::testenv
