// A lab that runs on a thread of this process, with a controller at its socket.
#pragma once

#include <edge/testenv/live/lab_controller.h>
#include <edge/testenv/live/lab_json.h>
#include <edge/testenv/live/lab_server.h>
#include <edge/testenv/live/smtp_socket.h>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace edge::testenv {

// A folder that goes with the test.
class TestFolder {
public:
    TestFolder() {
        auto path = (std::filesystem::temp_directory_path() / "edgesim-live-XXXXXX").string();
        REQUIRE(::mkdtemp(path.data()) != nullptr);
        path_ = path;
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;

    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }
    void put(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }

private:
    std::filesystem::path path_;
};

class RunningLab {
public:
    explicit RunningLab(bool onRealFiles = false) {
        LabServerOptions options;
        options.socket = folder / "control";
        options.listen = {IpAddress::parse("127.0.0.1").value(), 0};
        if (onRealFiles)
            options.directory = folder / "data";
        auto opened = LabServer::open(std::move(options));
        REQUIRE(opened.has_value());
        server_ = std::move(*opened);
        thread_ = std::thread([this] { server_->run(); });
        controller.emplace(connect());
    }
    ~RunningLab() {
        server_->stop();
        thread_.join();
    }
    RunningLab(const RunningLab&) = delete;
    RunningLab& operator=(const RunningLab&) = delete;

    LabController connect() const {
        auto connected = LabController::connect(folder / "control");
        REQUIRE(connected.has_value());
        return std::move(*connected);
    }
    const Endpoint& smtp() const { return server_->endpoint(); }
    boost::json::object ask(boost::json::object command) { return controller->ask(std::move(command)); }
    // What it says against a command; empty where it obeys.
    std::string refusal(boost::json::object command) {
        const auto told = controller->tell(std::move(command));
        return told ? std::string() : told.error().message;
    }

    TestFolder folder;
    std::optional<LabController> controller;

private:
    std::unique_ptr<LabServer> server_;
    std::thread thread_;
};

// A client of the lab who is nobody's scenario: waits, really, for each reply.
class PlainClient {
public:
    explicit PlainClient(const Endpoint& server)
        : socket_(std::move(SmtpSocket::connect(server, kBound).value())) {}

    void send(std::string_view bytes) { REQUIRE(socket_.send(bytes) == bytes.size()); }
    // The last line of the next reply; empty where the connection ends, or nothing comes.
    std::string hear() {
        for (;;) {
            if (const auto reply = takeReply(heard_); !reply.empty())
                return reply.back();
            if (!socket_.receive(heard_, kBound))
                return {};
        }
    }
    std::string say(const std::string& line) {
        send(line + "\r\n");
        return hear();
    }

private:
    static constexpr std::chrono::milliseconds kBound = std::chrono::seconds(20);
    SmtpSocket socket_;
    std::string heard_;
};

} // namespace edge::testenv
