// Archives made on the spot, so that no test needs a binary file: what is in them stands beside what is
// expected.
#pragma once

#include <string>
#include <vector>

namespace edge::testenv {

struct PackedFile {
    std::string name;
    std::string content;
};

// `format` and `compression` by libarchive's names: "zip", "7zip", "ustar"; "gzip", "xz", "" for none. "raw"
// with one file is a compressed file alone. `options` are libarchive's: "zip:compression=store".
std::string pack(const std::string& format, const std::vector<PackedFile>& files,
                 const std::string& compression = {}, const std::string& options = {});
std::string zip(const std::vector<PackedFile>& files);
std::string gzip(const std::string& content);
// ZIP headers by hand, names as given: stored files without content.
std::string bareZip(const std::vector<std::string>& names);
// `inner` in a ZIP in a ZIP, `levels` times.
std::string nested(std::string inner, int levels);

} // namespace edge::testenv
