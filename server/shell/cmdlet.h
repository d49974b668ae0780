// A cmdlet: name, parameters, help and what it does, as one record. The registry holds all of them; parser,
// binder, help, completion and the reference page read the same record.
#pragma once

#include <edge/base/profile.h>
#include <edge/config/configuration_store.h>
#include <edge/config/schema.h>
#include <edge/config/value.h>
#include <edge/server/shell/script_error.h>
#include <edge/server/shell/syntax_tree.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

class CmdletRegistry;
class ShellHost;

// What the binder makes of a value before the cmdlet sees it.
enum class ArgumentKind {
    Any, // as it stands; a schema reads it later
    Text,
    Texts, // a list of texts; one value is a list of one
    Integer,
    Bool,
    Switch, // $true by being there
    Date,
    Block, // { … }
};

struct CmdletParameter {
    std::string name;
    std::string help;
    ArgumentKind kind = ArgumentKind::Any;
    int position = -1; // 0, 1, …: may be given without its name
    bool mandatory = false;
    std::string typeText = {};
    std::string source = {};
    std::vector<std::string> words = {}; // what completion offers
    std::vector<std::string> aliases = {};
    std::string laterReason = {}; // not empty: known to Exchange, refused with this reason
    bool exactOnly = false;       // no parameter of Exchange's: takes no part in abbreviations
    ProfileId since = ProfileId::E2007;
};

// How a cmdlet takes what comes through the pipe.
enum class PipelineInput {
    None,       // refuses it
    ByIdentity, // runs once for each object, with its identity
    Whole,      // sees everything at once: Format-Table, Sort-Object
};

struct BoundArgument {
    const CmdletParameter* parameter = nullptr;
    CmdletValue value;
    ExpressionPtr block;
    std::size_t at = 0;
};

// The parameters of one call.
class BoundParameters {
public:
    std::vector<BoundArgument> all; // in the order written

    const BoundArgument* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    // Empty, zero, false where it was not given.
    std::string text(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const;
    bool isSet(std::string_view name) const;
};

// What a running cmdlet sees of the world.
class CmdletContext {
public:
    virtual ~CmdletContext() = default;

    virtual ConfigurationStore& store() = 0;
    virtual ShellHost& host() = 0;
    virtual const CmdletRegistry& registry() const = 0;
    // What came through the pipe, for PipelineInput::Whole.
    virtual const CmdletList& input() const = 0;
    virtual int width() const = 0;
    // Elements of a list printed in a table; a list prints more (-1: all). $FormatEnumerationLimit sets both.
    virtual std::size_t listLimit(bool inTable) const = 0;

    // Hands an object on.
    virtual void emit(CmdletValue value) = 0;
    virtual void warn(std::string text) = 0;
    virtual void verbose(std::string text) = 0;
    // An error beside the one that the cmdlet returns: several wrong parameters of one call.
    virtual void report(ScriptError error) = 0;
    // An error at a parameter's value, or at the cmdlet where `parameter` is empty.
    virtual ScriptError error(ErrorCategory category, std::string message,
                              std::string_view parameter = {}) const = 0;
    // Asked before each change: `action` "Removing", `target` "accepted domain \"x\"". False: leave it
    // (-WhatIf, or somebody answered No).
    virtual ScriptResult<bool> shouldProcess(const std::string& action, const std::string& target) = 0;
    // -WhatIf: check, but change nothing.
    virtual bool whatIf() const = 0;
    // The values of a script block with $_ set.
    virtual ScriptResult<CmdletList> runBlock(const ExpressionPtr& block, const CmdletValue& item) = 0;
};

struct CmdletAlias {
    std::string name;
    ProfileId since = ProfileId::E2007;
};

struct Cmdlet {
    std::string name; // "Get-ReceiveConnector"
    std::string synopsis;
    std::string source = "edgesim's own";
    std::vector<CmdletParameter> parameters = {};
    std::vector<CmdletAlias> aliases = {};
    std::string noun = {};     // the type of object that its identity means
    bool changesState = false; // takes -WhatIf, -Confirm, -Force
    bool asksFirst = false;    // asks without -Confirm, as the real one does
    PipelineInput input = PipelineInput::None;
    std::vector<std::string> examples = {};
    std::function<ScriptResult<>(CmdletContext&, const BoundParameters&)> run;
};

// A column of a default table. Width 0: as wide as its content.
struct ViewColumn {
    std::string property;
    int width = 0;
};

class CmdletRegistry {
public:
    // Asserts that the name is new.
    void add(Cmdlet cmdlet);
    // By name or alias without case; nullptr where there is none.
    const Cmdlet* find(std::string_view name) const;
    // An alias that a later version brought, or nullptr.
    const CmdletAlias* findAlias(std::string_view name) const;
    // Sorted by name.
    std::vector<const Cmdlet*> all() const;
    // Names and aliases, for completion and suggestions.
    std::vector<std::string> names() const;

    // The default table of a type of object; without one it is shown as a list.
    void setView(const std::string& typeName, std::vector<ViewColumn> columns);
    const std::vector<ViewColumn>* view(std::string_view typeName) const;

private:
    std::map<std::string, std::unique_ptr<Cmdlet>, ILess> cmdlets_;
    std::map<std::string, std::pair<CmdletAlias, const Cmdlet*>, ILess> aliases_;
    std::map<std::string, std::vector<ViewColumn>, ILess> views_;
};

// The parameters that every cmdlet has, or every one that changes something.
const std::vector<CmdletParameter>& commonParameters(bool changesState);

} // namespace edge
