#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/plugin.h>
#include <edge/server/administration/state_file.h>
#include <edge/server/hosts/plugin_stamp.h>
#include <edge/server/hosts/shared_library_host.h>

#include <dlfcn.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>

namespace edge {
namespace {

constexpr std::uint64_t kMaxLibrary = 512ULL * 1024 * 1024; // with all its debug information
constexpr const char* kPluginSymbol = "edgesim_agent_plugin";

std::string absolute(const std::string& path) {
    std::error_code unknown;
    auto whole = std::filesystem::absolute(path, unknown).lexically_normal().string();
    return unknown ? path : whole;
}

Error about(const std::string& path, const std::string& what) {
    return Error{Errc::InvalidArgument, "\"" + path + "\" cannot be used: " + what};
}

struct Library {
    std::string content;
    PluginStamp stamp;
};

// The file, if it fits here.
Result<Library> readLibrary(FileSystem& files, const std::string& path) {
    Library library;
    auto content = readWholeFile(files, path, kMaxLibrary);
    if (!content)
        return Error{content.error().code, content.error().message};
    library.content = std::move(*content);
    auto stamp = PluginStamp::find(library.content);
    if (!stamp)
        return about(path, stamp.error().message);
    library.stamp = std::move(*stamp);
    const auto difference = stampDifference(library.stamp, PluginStamp::ours());
    if (!difference.empty())
        return about(path, "it was built for another edgesim (" + difference +
                               "); build it again with the package of this one");
    return library;
}

// Which of the factories is meant.
Result<std::size_t> chooseFactory(const std::string& path, const PluginStamp& stamp,
                                  const std::string& name) {
    if (name.empty() && stamp.factories.size() == 1)
        return std::size_t{0};
    for (std::size_t i = 0; i < stamp.factories.size(); ++i)
        if (iequals(stamp.factories[i], name))
            return i;
    if (name.empty())
        return Error{Errc::InvalidArgument,
                     "\"" + path + "\" has several agents; say which with -TransportAgentFactory: " +
                         join(stamp.factories, ", ")};
    return Error{Errc::NotFound, "\"" + path + "\" has no \"" + name + "\"" +
                                     didYouMean(name, stamp.factories) + "; it has " +
                                     join(stamp.factories, ", ")};
}

// What dlerror() says begins with the path of the copy, which nobody asked about.
std::string loaderMessage(const std::string& copy) {
    const char* text = dlerror();
    std::string message = text ? text : "the dynamic loader gives no reason";
    if (message.starts_with(copy + ": "))
        message.erase(0, copy.size() + 2);
    return message;
}

Result<const PluginMaker*> openLibrary(const std::string& path, const std::string& copy) {
    void* handle = dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        return about(path, loaderMessage(copy));
    const auto* makers = static_cast<const PluginMaker* const*>(dlsym(handle, kPluginSymbol));
    if (makers == nullptr)
        return about(path, "it does not export " + std::string(kPluginSymbol));
    return *makers;
}

Result<std::shared_ptr<AgentFactory>> makeFactory(const std::string& path, const std::string& name,
                                                  PluginMaker make) {
    const auto failed = [&](const std::string& what) {
        return Error{Errc::Unavailable, name + " of \"" + path + "\" could not be made: " + what};
    };
    try {
        return make();
    } catch (const std::exception& error) {
        return failed(error.what());
    } catch (...) {
        return failed("it threw something that is no std::exception");
    }
}

} // namespace

std::vector<std::string> agentPathOfEnvironment() {
    std::vector<std::string> folders;
    if (const char* path = std::getenv("EDGESIM_AGENT_PATH"); path != nullptr)
        for (const auto folder : split(path, ':'))
            if (!folder.empty())
                folders.emplace_back(folder);
    return folders;
}

std::string folderOf(const std::string& file) {
    const auto slash = file.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : file.substr(0, slash);
}

SharedLibraryHost::SharedLibraryHost(FileSystem& files, std::string copyDirectory,
                                     std::vector<std::string> folders)
    : files_(files)
    , copies_(files, std::move(copyDirectory))
    , folders_(std::move(folders)) {
    for (auto& folder : agentPathOfEnvironment())
        folders_.push_back(std::move(folder));
}

Result<std::string> SharedLibraryHost::find(const std::string& path) const {
    if (path.starts_with('/'))
        return path;
    std::vector<std::string> tried;
    for (const auto& folder : folders_) {
        auto candidate = absolute(joinPath(folder, path));
        if (files_.status(candidate))
            return candidate;
        tried.push_back(absolute(folder));
    }
    return Error{Errc::NotFound,
                 "there is no \"" + path + "\" in " +
                     (tried.empty() ? std::string("any folder: give the full path, or set EDGESIM_AGENT_PATH")
                                    : join(tried, ", "))};
}

Result<AgentAssembly> SharedLibraryHost::inspect(const std::string& path, const std::string& factoryName) {
    auto found = find(path);
    if (!found)
        return found.error();
    const auto library = readLibrary(files_, *found);
    if (!library)
        return library.error();
    const auto index = chooseFactory(*found, library->stamp, factoryName);
    if (!index)
        return index.error();
    return AgentAssembly{std::move(*found), library->stamp.factories[*index]};
}

Result<std::shared_ptr<AgentFactory>> SharedLibraryHost::load(const AgentAssembly& assembly) {
    const auto library = readLibrary(files_, assembly.path);
    if (!library)
        return library.error();
    const auto index = chooseFactory(assembly.path, library->stamp, assembly.factoryName);
    if (!index)
        return index.error();
    const auto copy = copies_.copyOf(assembly.path, library->content);
    if (!copy)
        return copy.error();
    const auto makers = openLibrary(assembly.path, *copy);
    if (!makers)
        return makers.error();
    return makeFactory(assembly.path, library->stamp.factories[*index], (*makers)[*index]);
}

} // namespace edge
