#include <edge/base/text.h>
#include <edge/server/new_agent/agent_project.h>
#include <edge/server/new_agent/template_files.h>

#include <filesystem>
#include <fstream>

namespace edge {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxName = 40; // with "Agent" behind it still a name for Get-TransportAgent (64)

bool isLetter(char c) {
    return c >= 'a' && c <= 'z';
}

Error badName(std::string_view name) {
    return {Errc::InvalidArgument,
            "\"" + std::string(name) +
                "\" is no name for a project: letters a to z, digits and single dashes, a "
                "letter first, 40 characters at most, as in \"no-foo\""};
}

std::string capitalized(std::string_view word) {
    std::string text(word);
    if (isLetter(text.front()))
        text.front() = static_cast<char>(text.front() - ('a' - 'A'));
    return text;
}

std::string filledIn(std::string_view text, const AgentNames& names) {
    auto filled = replaceAll(std::string(text), "template-agent", names.project);
    filled = replaceAll(std::move(filled), "template_agent", names.file);
    filled = replaceAll(std::move(filled), "TemplateAgent", names.type);
    return replaceAll(std::move(filled), "Template Agent", names.display);
}

Result<> writeOne(const fs::path& path, const ProjectFile& file) {
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    if (failed)
        return Error{Errc::Io, path.parent_path().string() + " cannot be made: " + failed.message()};
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    out.close();
    if (!out)
        return Error{Errc::Io, path.string() + " cannot be written"};
    if (file.isProgram)
        fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                        fs::perm_options::add, failed);
    return {};
}

} // namespace

Result<AgentNames> AgentNames::parse(std::string_view name) {
    const auto text = replaceAll(asciiLower(name), "_", "-");
    if (text.empty() || text.size() > kMaxName || !isLetter(text.front()))
        return badName(name);
    auto words = split(text, '-');
    for (const auto word : words)
        for (const char c : word.empty() ? std::string_view("-") : word)
            if (!isLetter(c) && (c < '0' || c > '9'))
                return badName(name);
    if (words.size() == 1 || words.back() != "agent")
        words.push_back("agent");
    AgentNames names;
    std::vector<std::string> plain;
    std::vector<std::string> large;
    for (const auto word : words) {
        plain.emplace_back(word);
        large.push_back(capitalized(word));
    }
    names.project = join(plain, "-");
    names.file = join(plain, "_");
    names.type = join(large, "");
    names.display = join(large, " ");
    return names;
}

std::vector<ProjectFile> agentProject(const AgentNames& names) {
    std::vector<ProjectFile> files;
    for (const auto& file : templateFiles())
        files.push_back(
            {filledIn(file.path, names), filledIn(file.text, names), file.text.starts_with("#!")});
    return files;
}

Result<> writeProject(const std::string& folder, const std::vector<ProjectFile>& files) {
    std::error_code failed;
    if (fs::exists(folder, failed) && (!fs::is_directory(folder, failed) || !fs::is_empty(folder, failed)))
        return Error{Errc::AlreadyExists, folder + " is there already; nothing was written"};
    for (const auto& file : files)
        if (auto written = writeOne(fs::path(folder) / file.path, file); !written)
            return written;
    return {};
}

} // namespace edge
