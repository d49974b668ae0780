#include <edge/base/text.h>
#include <edge/plugin.h>
#include <edge/server/hosts/plugin_stamp.h>

#include <algorithm>

namespace edge {
namespace {

constexpr std::size_t kMaxStamp = 16 * 1024; // some hundred names of factories
constexpr std::string_view kFactories = "factories";

// What people pass by mistake, known by the first octets of the file.
struct KnownFile {
    std::string_view begin;
    const char* what;
};
constexpr KnownFile kKnownFiles[] = {
    {"MZ", "it is a .NET assembly or a Windows program; agents are shared libraries (.so) here"},
    {"!<arch>\n", "it is a static library; build a shared one with edgesim_add_agent()"},
    {"\x7f"
     "ELF",
     "it is a program or library, but no edgesim agent: it has no EDGE_AGENT_PLUGIN(…)"},
};

std::string whatItIs(std::string_view file) {
    for (const auto& known : kKnownFiles)
        if (file.starts_with(known.begin))
            return known.what;
    return "it is no shared library";
}

PluginStamp parseStamp(std::string_view text) {
    PluginStamp stamp;
    for (const auto line : split(text, '\n')) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos)
            continue;
        const auto name = line.substr(0, equals);
        const auto value = line.substr(equals + 1);
        if (name != kFactories) {
            stamp.built.emplace_back(name, value);
            continue;
        }
        for (const auto factory : split(value, ','))
            if (!trim(factory).empty())
                stamp.factories.emplace_back(trim(factory));
    }
    return stamp;
}

std::string valueOf(const PluginStamp& stamp, const std::string& name) {
    for (const auto& [each, value] : stamp.built)
        if (each == name)
            return value;
    return "unknown";
}

} // namespace

Result<PluginStamp> PluginStamp::find(std::string_view file) {
    constexpr std::string_view kMark = EDGE_PLUGIN_MARK;
    const auto mark = file.starts_with("\x7f"
                                       "ELF")
                          ? file.find(kMark)
                          : std::string_view::npos;
    if (mark == std::string_view::npos)
        return Error{Errc::Malformed, whatItIs(file)};
    auto text = file.substr(mark + kMark.size(), kMaxStamp);
    auto stamp = parseStamp(text.substr(0, text.find('\0')));
    if (stamp.factories.empty())
        return Error{Errc::Malformed, "its stamp names no agent"};
    return stamp;
}

PluginStamp PluginStamp::ours() {
    return parseStamp(EDGE_PLUGIN_STAMP);
}

std::string stampDifference(const PluginStamp& plugin, const PluginStamp& here) {
    std::vector<std::string> differences;
    for (const auto& [name, value] : here.built)
        if (const auto theirs = valueOf(plugin, name); theirs != value)
            differences.push_back(name + " " + theirs + ", here " + value);
    for (const auto& [name, value] : plugin.built)
        if (valueOf(here, name) == "unknown")
            differences.push_back(name + " " + value + ", here unknown");
    return join(differences, "; ");
}

} // namespace edge
