#include <edge/testenv/send/tcp_wire.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace edge::testenv {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadSize = 16UL * 1024;
constexpr std::size_t kMaxLine = 64UL * 1024; // no server says so much in one line
constexpr std::size_t kMaxName = 512;         // of a certificate, in the transcript

Error toError(const error_code& error, const Duration& timeout) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
    if (error == asio::error::timed_out)
        return {Errc::Timeout, "No answer within " + std::to_string(seconds) + " seconds."};
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
        return {Errc::EndOfStream, error.message()};
    if (error == asio::error::connection_reset || error == asio::error::broken_pipe)
        return {Errc::Reset, error.message()};
    return {Errc::Unavailable, error.message()};
}

// "/CN=edge01.adventureworks.com", or what there is instead.
std::string subjectOf(SSL* ssl) {
    X509* certificate = SSL_get1_peer_certificate(ssl);
    if (!certificate)
        return "no certificate";
    std::array<char, kMaxName> name{};
    X509_NAME_oneline(X509_get_subject_name(certificate), name.data(), static_cast<int>(name.size()));
    X509_free(certificate);
    return name.data();
}

} // namespace

struct TcpWire::Engine {
    using Secure = asio::ssl::stream<tcp::socket&>;

    explicit Engine(WireOptions wireOptions)
        : options(std::move(wireOptions)) {}

    // Runs the loop until `start`'s operation has ended or the time is over.
    template <class Start>
    error_code wait(const Start& start) {
        error_code result = asio::error::would_block;
        start([&result](const error_code& error, const auto&...) { result = error; });
        loop.restart();
        loop.run_for(options.timeout);
        if (result != asio::error::would_block)
            return result;
        error_code ignored;
        socket.close(ignored);
        loop.restart();
        loop.run();
        return asio::error::timed_out;
    }

    error_code readSome() {
        const auto kept = input.size();
        input.resize(kept + kReadSize);
        std::size_t octets = 0;
        const auto buffer = asio::buffer(input.data() + kept, kReadSize);
        const auto error = wait([&](auto done) {
            auto taken = [done, &octets](const error_code& code, std::size_t count) mutable {
                octets = count;
                done(code);
            };
            if (secure)
                secure->async_read_some(buffer, taken);
            else
                socket.async_read_some(buffer, taken);
        });
        input.resize(kept + octets);
        return error;
    }

    WireOptions options;
    std::string host;
    asio::io_context loop;
    tcp::socket socket{loop};
    std::optional<asio::ssl::context> context;
    std::optional<Secure> secure;
    std::string input;
};

TcpWire::TcpWire(std::unique_ptr<Engine> engine)
    : engine_(std::move(engine)) {}

TcpWire::~TcpWire() = default;

Result<std::unique_ptr<TcpWire>> TcpWire::connect(const std::string& host, std::uint16_t port,
                                                  const WireOptions& options) {
    auto engine = std::make_unique<Engine>(options);
    engine->host = host;
    error_code failed;
    tcp::resolver resolver(engine->loop);
    const auto found = resolver.resolve(host, std::to_string(port), failed);
    if (failed)
        return Error{Errc::Unavailable, host + ": " + failed.message()};
    failed = engine->wait([&](auto done) { asio::async_connect(engine->socket, found, done); });
    if (failed)
        return Error{Errc::Unavailable,
                     host + ":" + std::to_string(port) + ": " + toError(failed, options.timeout).message};
    return std::unique_ptr<TcpWire>(new TcpWire(std::move(engine)));
}

Result<> TcpWire::write(std::string_view bytes) {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto failed = engine_->wait([&](auto done) {
        if (engine_->secure)
            asio::async_write(*engine_->secure, buffer, done);
        else
            asio::async_write(engine_->socket, buffer, done);
    });
    if (failed)
        return toError(failed, engine_->options.timeout);
    return {};
}

Result<std::string> TcpWire::readLine() {
    auto& input = engine_->input;
    for (std::size_t from = 0;;) {
        const auto end = input.find('\n', from);
        if (end != std::string::npos) {
            auto line = input.substr(0, end > 0 && input[end - 1] == '\r' ? end - 1 : end);
            input.erase(0, end + 1);
            return line;
        }
        if (input.size() > kMaxLine)
            return Error{Errc::Malformed, "The server's line does not end."};
        from = input.size();
        if (const auto failed = engine_->readSome())
            return toError(failed, engine_->options.timeout);
    }
}

Result<std::string> TcpWire::startTls() {
    auto& engine = *engine_;
    if (!engine.input.empty()) // RFC 3207 4.2: what was not protected must not count as if it had been
        return Error{Errc::Malformed, "the server said more than 220 before TLS began"};
    engine.context.emplace(asio::ssl::context::tls_client);
    error_code failed;
    if (engine.options.verifies)
        static_cast<void>(engine.context->set_default_verify_paths(failed));
    if (!failed && engine.options.authorities)
        static_cast<void>(engine.context->load_verify_file(*engine.options.authorities, failed));
    if (failed)
        return Error{Errc::InvalidArgument, failed.message()};
    engine.secure.emplace(engine.socket, *engine.context);
    auto* ssl = engine.secure->native_handle();
    if (!IpAddress::parse(engine.host))
        SSL_set_tlsext_host_name(ssl, engine.host.c_str()); // RFC 6066 3: names only
    engine.secure->set_verify_mode(engine.options.verifies ? asio::ssl::verify_peer : asio::ssl::verify_none);
    if (engine.options.verifies)
        engine.secure->set_verify_callback(asio::ssl::host_name_verification(engine.host));
    failed =
        engine.wait([&](auto done) { engine.secure->async_handshake(asio::ssl::stream_base::client, done); });
    if (failed) {
        const auto why = SSL_get_verify_result(ssl);
        return Error{Errc::Unavailable, why == X509_V_OK ? toError(failed, engine.options.timeout).message
                                                         : X509_verify_cert_error_string(why)};
    }
    return std::string("TLS started with ") + SSL_get_version(ssl) + ":" + SSL_get_cipher_name(ssl) +
           "; peer " + subjectOf(ssl) + (engine.options.verifies ? "" : " (not verified)");
}

IpAddress TcpWire::localAddress() const {
    error_code ignored;
    const auto endpoint = engine_->socket.local_endpoint(ignored);
    const auto address = IpAddress::parse(endpoint.address().to_string());
    return address ? *address : IpAddress{};
}

std::string TcpWire::peer() const {
    error_code ignored;
    const auto endpoint = engine_->socket.remote_endpoint(ignored);
    return endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

} // namespace edge::testenv
