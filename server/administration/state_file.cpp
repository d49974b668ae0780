#include <edge/server/administration/state_file.h>

namespace edge {

Result<> writeFileDurably(FileSystem& files, const std::string& path, std::string_view text) {
    const auto staging = path + ".new";
    {
        auto file = files.open(staging, OpenMode::CreateOrOpen);
        if (!file)
            return file.error();
        if (auto done = (*file)->truncate(0); !done)
            return done;
        if (auto done = (*file)->writeAt(0, text); !done)
            return done;
        if (auto done = (*file)->sync(); !done)
            return done;
    }
    if (auto done = files.rename(staging, path); !done)
        return done;
    const auto slash = path.rfind('/');
    return files.syncDirectory(slash == std::string::npos ? "." : path.substr(0, slash));
}

Result<std::string> readWholeFile(FileSystem& files, const std::string& path, std::uint64_t limit) {
    auto file = files.open(path, OpenMode::ReadOnly);
    if (!file)
        return file.error();
    const auto size = (*file)->size();
    if (!size)
        return size.error();
    if (*size > limit)
        return Error{Errc::LimitExceeded, path + " has " + std::to_string(*size) + " octets, the limit is " +
                                              std::to_string(limit)};
    std::string text(*size, '\0');
    const auto read = (*file)->readAt(0, text);
    if (!read)
        return read.error();
    text.resize(*read);
    return text;
}

} // namespace edge
