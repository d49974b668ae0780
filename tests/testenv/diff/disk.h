// A disk in memory with a few files, for tests of what reads mail.
#pragma once

#include <edge/server/administration/state_file.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/io_context.hpp>

#include <map>
#include <stdexcept>
#include <string>

namespace edge::testenv {

using Files = std::map<std::string, std::string>; // path, text

class Disk {
public:
    explicit Disk(const Files& texts) {
        for (const auto& [path, text] : texts) {
            const auto made = files.createDirectories(path.substr(0, path.rfind('/')));
            if (!made || !writeFileDurably(files, path, text))
                throw std::runtime_error("no disk for the test");
        }
    }

private:
    boost::asio::io_context loop_;
    ManualClock clock_{loop_};
    SeededRandom random_{1};

public:
    FaultyFileSystem files{clock_, random_};
};

} // namespace edge::testenv
