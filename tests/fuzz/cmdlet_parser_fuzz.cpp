// Any octets as a script: parsing ends, what is printed as a literal reads back as the same value, and
// running it on a scratch server neither crashes nor hangs nor touches the real one.
#include <edge/base/assert.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/transport_config.h>
#include <edge/server/config/receive_connector.h>
#include <edge/server/config/transport_server.h>
#include <edge/server/shell/memory_shell_host.h>
#include <edge/server/shell/parser.h>
#include <edge/server/shell/shell.h>
#include <edge/server/shell/standard_cmdlets.h>

#include <string>

namespace {

using namespace edge;

struct World {
    ConfigurationStore store{NounList{&transportServerSchema(), &transportConfigSchema(),
                                      &edgeSimSubmissionSchema(), &acceptedDomainSchema(),
                                      &receiveConnectorSchema()}};
    CmdletRegistry registry;
    MemoryShellHost host;
    Shell shell{store, registry, host};

    World() { registerStandardCmdlets(registry, store.nouns()); }
};

void checkLiteral(World& world, const std::string& text) {
    const auto script = quotedLiteral(text);
    const auto parsed = parseScript({script, "literal"});
    EDGE_ASSERT(parsed.errors.empty() && parsed.statements.size() == 1, "a quoted text is a sentence");
    const auto result = world.shell.rehearse(script, "literal", {});
    EDGE_ASSERT(result.objects.size() == 1 && result.objects.front() == CmdletValue(text),
                "a quoted text reads back as itself");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto before = world.store.current();
    static_cast<void>(Shell::needsMore(text));
    static_cast<void>(world.shell.complete(text, size));
    for (const auto& problem : world.shell.check(text, "fuzz"))
        EDGE_ASSERT(problem.line >= 1 && problem.column >= 1, "every problem has its place");
    static_cast<void>(world.shell.rehearse(text, "fuzz", {}).terminalText());
    // Typographic quotes end a text as plain ones do; a literal of them is not made to round-trip.
    if (text.find("\xE2\x80") == std::string::npos && size < 4096)
        checkLiteral(world, text);
    EDGE_ASSERT(world.store.current() == before, "a check changes nothing");
    return 0;
}
