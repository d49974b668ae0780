// The cmdlets that work on whatever comes through the pipe.
#include <edge/config/suggestion.h>
#include <edge/server/shell/formatting.h>
#include <edge/server/shell/json_text.h>
#include <edge/server/shell/parser.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/server/shell/value_operations.h>

#include <algorithm>

namespace edge {
namespace {

constexpr auto kPowerShell = "PowerShell's own, documented";
constexpr std::size_t kDefaultColumns = 10; // of a table whose columns nobody named, as in PowerShell
constexpr int kJsonDepth = 20;              // far above any object of ours

CmdletParameter properties(int position, std::string help) {
    return {.name = "Property",
            .help = std::move(help),
            .kind = ArgumentKind::Texts,
            .position = position,
            .typeText = "names, * for any text",
            .source = kPowerShell};
}

FormatLimits limitsOf(const CmdletContext& context) {
    return {context.width(), context.listLimit(true), context.listLimit(false)};
}

// The properties asked for, or the default ones of the objects' table.
ScriptResult<std::vector<std::string>> chosen(CmdletContext& context, const BoundParameters& bound) {
    auto names = chooseProperties(context.input(), bound.texts("Property"));
    if (!names)
        return context.error(ErrorCategory::Property, names.error().message, "Property");
    return std::move(*names);
}

ScriptResult<> runFormatList(CmdletContext& context, const BoundParameters& bound) {
    if (context.input().empty())
        return {};
    std::vector<std::string> names;
    if (bound.has("Property")) {
        auto asked = chosen(context, bound);
        if (!asked)
            return asked.error();
        names = std::move(*asked);
    }
    context.emit(formattedText(formatList(context.input(), names, limitsOf(context))));
    return {};
}

const std::vector<ViewColumn>* viewOf(CmdletContext& context) {
    const auto* first = context.input().front().as<CmdletObjectPtr>();
    return first == nullptr ? nullptr : context.registry().view((*first)->typeName);
}

ScriptResult<> runFormatTable(CmdletContext& context, const BoundParameters& bound) {
    if (context.input().empty())
        return {};
    std::vector<ViewColumn> columns;
    const auto* view = bound.has("Property") ? nullptr : viewOf(context);
    if (view != nullptr) {
        columns = *view;
    } else {
        const auto names = chosen(context, bound);
        if (!names)
            return names.error();
        for (const auto& name : *names)
            if (bound.has("Property") || columns.size() < kDefaultColumns)
                columns.push_back({name, 0});
    }
    if (columns.empty()) { // texts and numbers have no columns; they are shown as they are
        context.emit(formattedText(formatDefault(context.input(), context.registry(), limitsOf(context))));
        return {};
    }
    std::vector<std::string> dropped;
    auto text = formatTable(context.input(), columns,
                            {bound.isSet("AutoSize"), bound.isSet("Wrap"), bound.isSet("HideTableHeaders")},
                            limitsOf(context), dropped);
    for (const auto& column : dropped)
        context.warn("column '" + column + "' does not fit into the display and was removed.");
    context.emit(formattedText(std::move(text)));
    return {};
}

void addFormats(CmdletRegistry& registry) {
    registry.add({.name = "Format-List",
                  .synopsis = "Shows objects as a list, a property a line.",
                  .source = kPowerShell,
                  .parameters = {properties(0, "The properties to be shown; all without it.")},
                  .aliases = {{"fl"}},
                  .input = PipelineInput::Whole,
                  .examples = {"Get-ReceiveConnector | Format-List Name,*Max*"},
                  .run = runFormatList});
    registry.add({.name = "Format-Table",
                  .synopsis = "Shows objects as a table.",
                  .source = kPowerShell,
                  .parameters = {properties(0, "The columns."),
                                 {.name = "AutoSize",
                                  .help = "Columns as wide as their content.",
                                  .kind = ArgumentKind::Switch,
                                  .source = kPowerShell},
                                 {.name = "Wrap",
                                  .help = "Long values on several lines instead of cut.",
                                  .kind = ArgumentKind::Switch,
                                  .source = kPowerShell},
                                 {.name = "HideTableHeaders",
                                  .help = "No heading.",
                                  .kind = ArgumentKind::Switch,
                                  .source = kPowerShell}},
                  .aliases = {{"ft"}},
                  .input = PipelineInput::Whole,
                  .examples = {"Get-ReceiveConnector | ft Name,Bindings -AutoSize"},
                  .run = runFormatTable});
}

// The operator of `where Name -like x*`: one switch at most.
ScriptResult<std::optional<NamedOperator>> simpleOperator(CmdletContext& context,
                                                          const BoundParameters& bound) {
    std::optional<NamedOperator> found;
    for (const auto& argument : bound.all) {
        const auto named = argument.parameter->kind == ArgumentKind::Switch
                               ? findOperator(argument.parameter->name)
                               : std::nullopt;
        if (!named || !bound.isSet(argument.parameter->name))
            continue;
        if (found)
            return context.error(ErrorCategory::Parameter,
                                 "one comparison at a time; for more write { … -and … }",
                                 argument.parameter->name);
        found = named;
    }
    return found;
}

ScriptResult<> whereSimple(CmdletContext& context, const BoundParameters& bound) {
    const auto names = chooseProperties(context.input(), {bound.text("Property")});
    if (!names)
        return context.error(ErrorCategory::Property, names.error().message, "Property");
    const auto operation = simpleOperator(context, bound);
    if (!operation)
        return operation.error();
    const auto* value = bound.find("Value");
    if (operation->has_value() != (value != nullptr))
        return context.error(ErrorCategory::Parameter,
                             value == nullptr ? "a value is missing behind the comparison"
                                              : "a comparison is missing, such as -eq or -like",
                             "Property");
    for (const auto& object : context.input()) {
        auto outcome = Result<CmdletValue>(propertyOf(object, bound.text("Property")));
        if (*operation)
            outcome = evaluate((*operation)->operation, (*operation)->caseSensitive, *outcome, value->value);
        if (!outcome)
            return context.error(ErrorCategory::Value, outcome.error().message, "Value");
        if (isTrue(*outcome) != bound.isSet("Not"))
            context.emit(object);
    }
    return {};
}

ScriptResult<> runWhere(CmdletContext& context, const BoundParameters& bound) {
    const auto* filter = bound.find("FilterScript");
    if (filter == nullptr && !bound.has("Property"))
        return context.error(ErrorCategory::Parameter,
                             "Where-Object needs { $_.Property -eq … } or: Property -eq value");
    if (filter == nullptr)
        return whereSimple(context, bound);
    for (const auto& object : context.input()) {
        auto values = context.runBlock(filter->block, object);
        if (!values)
            return values.error();
        if (isTrue(collapse(std::move(*values))))
            context.emit(object);
    }
    return {};
}

void addWhere(CmdletRegistry& registry) {
    Cmdlet cmdlet{.name = "Where-Object",
                  .synopsis = "Lets through the objects for which a condition holds.",
                  .source = kPowerShell,
                  .parameters = {{.name = "FilterScript",
                                  .help = "The condition; $_ is the object.",
                                  .kind = ArgumentKind::Block,
                                  .position = 0,
                                  .typeText = "{ $_.Property -eq value }",
                                  .source = kPowerShell},
                                 {.name = "Property",
                                  .help = "The property of a simple condition.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .typeText = "name",
                                  .source = kPowerShell},
                                 {.name = "Value",
                                  .help = "What the property is compared with.",
                                  .position = 1,
                                  .typeText = "value",
                                  .source = kPowerShell},
                                 {.name = "Not",
                                  .help = "Lets through those for which it does not hold.",
                                  .kind = ArgumentKind::Switch,
                                  .source = kPowerShell}},
                  .aliases = {{"where"}, {"?"}},
                  .input = PipelineInput::Whole,
                  .examples = {"Get-TransportAgent | Where-Object { $_.Enabled -eq $false }",
                               "Get-ReceiveConnector | where Name -like *internal*"},
                  .run = runWhere};
    for (const auto& name : operatorNames()) {
        if (name == "and" || name == "or")
            continue;
        for (const std::string prefix : {"", "c", "i"})
            cmdlet.parameters.push_back({.name = prefix + name,
                                         .help = "Compares with -" + prefix + name + ".",
                                         .kind = ArgumentKind::Switch,
                                         .source = kPowerShell,
                                         .exactOnly = true});
    }
    registry.add(std::move(cmdlet));
}

ScriptResult<> runForEach(CmdletContext& context, const BoundParameters& bound) {
    const auto* block = bound.find("Process");
    if (block == nullptr && !bound.has("MemberName"))
        return context.error(ErrorCategory::Parameter,
                             "ForEach-Object needs { … } or the name of a property");
    for (const auto& object : context.input()) {
        if (block == nullptr) {
            const auto names = chooseProperties({object}, {bound.text("MemberName")});
            if (!names)
                return context.error(ErrorCategory::Property, names.error().message, "MemberName");
            for (auto& value : spread(propertyOf(object, bound.text("MemberName"))))
                context.emit(std::move(value));
            continue;
        }
        auto values = context.runBlock(block->block, object);
        if (!values)
            return values.error();
        for (auto& value : *values)
            context.emit(std::move(value));
    }
    return {};
}

// "Selected.ReceiveConnector", as PowerShell marks what Select-Object has made.
CmdletValue selectedObject(const CmdletValue& from, const std::vector<std::string>& names) {
    auto object = std::make_shared<CmdletObject>();
    const auto* record = from.as<CmdletObjectPtr>();
    object->typeName = record == nullptr ? "Selected" : "Selected." + (*record)->typeName;
    for (const auto& name : names)
        object->add(name, propertyOf(from, name));
    return CmdletValue(std::move(object));
}

// -First, -Last, -Skip; negative numbers are refused by the caller.
CmdletList window(const CmdletList& all, const BoundParameters& bound) {
    const auto size = static_cast<std::int64_t>(all.size());
    std::int64_t begin = std::min(bound.integer("Skip"), size), end = size;
    if (bound.has("First"))
        end = std::min(size, begin + bound.integer("First"));
    if (bound.has("Last")) {
        end = size - begin; // -Skip counts from the end then, as in PowerShell
        begin = std::max<std::int64_t>(0, end - bound.integer("Last"));
    }
    if (begin >= end)
        return {};
    return {all.begin() + begin, all.begin() + end};
}

ScriptResult<> expand(CmdletContext& context, const CmdletList& objects, const std::string& name) {
    for (const auto& object : objects) {
        const auto names = chooseProperties({object}, {name});
        if (!names)
            return context.error(ErrorCategory::Property, names.error().message, "ExpandProperty");
        for (auto& value : spread(propertyOf(object, name)))
            context.emit(std::move(value));
    }
    return {};
}

ScriptResult<> runSelect(CmdletContext& context, const BoundParameters& bound) {
    for (const auto* name : {"First", "Last", "Skip"})
        if (bound.integer(name) < 0)
            return context.error(ErrorCategory::Value, "-" + std::string(name) + " is zero or more", name);
    if (bound.has("First") && bound.has("Last"))
        return context.error(ErrorCategory::Parameter, "-First and -Last exclude each other", "Last");
    if (bound.has("Property") && bound.has("ExpandProperty"))
        return context.error(ErrorCategory::Parameter,
                             "-Property and -ExpandProperty exclude each other here", "ExpandProperty");
    const auto objects = window(context.input(), bound);
    if (bound.has("ExpandProperty"))
        return expand(context, objects, bound.text("ExpandProperty"));
    const auto names = chosen(context, bound);
    if (!names)
        return names.error();
    CmdletList seen;
    for (const auto& object : objects) {
        auto made = bound.has("Property") ? selectedObject(object, *names) : object;
        if (bound.isSet("Unique") && std::find(seen.begin(), seen.end(), made) != seen.end())
            continue;
        seen.push_back(made);
        context.emit(std::move(made));
    }
    return {};
}

void addSelect(CmdletRegistry& registry) {
    const auto count = [](const char* name, const char* help) {
        return CmdletParameter{.name = name,
                               .help = help,
                               .kind = ArgumentKind::Integer,
                               .typeText = "number",
                               .source = kPowerShell};
    };
    registry.add({.name = "Select-Object",
                  .synopsis = "Chooses properties, or the first or last objects.",
                  .source = kPowerShell,
                  .parameters = {properties(0, "The properties to be kept."),
                                 count("First", "So many from the start."),
                                 count("Last", "So many from the end."),
                                 count("Skip", "Leaves out so many first."),
                                 {.name = "ExpandProperty",
                                  .help = "Hands on the property's own value or values.",
                                  .kind = ArgumentKind::Text,
                                  .typeText = "name",
                                  .source = kPowerShell},
                                 {.name = "Unique",
                                  .help = "Each value once.",
                                  .kind = ArgumentKind::Switch,
                                  .source = kPowerShell}},
                  .aliases = {{"select"}},
                  .input = PipelineInput::Whole,
                  .examples = {"Get-SenderFilterConfig | Select-Object -ExpandProperty BlockedSenders"},
                  .run = runSelect});
}

// Values that cannot be compared keep their order; nothing comes before something.
bool comesBefore(const CmdletValue& a, const CmdletValue& b) {
    if (a.isNull() || b.isNull())
        return a.isNull() && !b.isNull();
    if (a.kind() == b.kind() || a.kind() == CmdletValue::Kind::Unlimited ||
        b.kind() == CmdletValue::Kind::Unlimited)
        return compare(a, b) == std::strong_ordering::less;
    return a.kind() < b.kind(); // different kinds have no order of their own; this one is at least an order
}

ScriptResult<> runSort(CmdletContext& context, const BoundParameters& bound) {
    const auto names = bound.has("Property")
                           ? chosen(context, bound)
                           : ScriptResult<std::vector<std::string>>(std::vector<std::string>());
    if (!names)
        return names.error();
    auto sorted = context.input();
    const auto less = [&](const CmdletValue& a, const CmdletValue& b) {
        for (const auto& name : *names) {
            const auto left = propertyOf(a, name), right = propertyOf(b, name);
            if (comesBefore(left, right))
                return true;
            if (comesBefore(right, left))
                return false;
        }
        return names->empty() && ILess()(a.toText(), b.toText());
    };
    if (bound.isSet("Descending"))
        std::stable_sort(sorted.begin(), sorted.end(),
                         [&](const auto& a, const auto& b) { return less(b, a); });
    else
        std::stable_sort(sorted.begin(), sorted.end(), less);
    for (auto& object : sorted)
        context.emit(std::move(object));
    return {};
}

// The numbers of a property; sizes count in octets.
ScriptResult<std::vector<std::int64_t>> numbersOf(CmdletContext& context, const std::string& name) {
    std::vector<std::int64_t> numbers;
    for (const auto& object : context.input()) {
        const auto value = name.empty() ? object : propertyOf(object, name);
        if (value.isNull())
            continue;
        if (const auto* number = value.as<std::int64_t>())
            numbers.push_back(*number);
        else if (const auto* size = value.as<ByteQuantifiedSize>())
            numbers.push_back(static_cast<std::int64_t>(size->octets));
        else
            return context.error(ErrorCategory::Value, "\"" + value.toText() + "\" is not a number",
                                 "Property");
    }
    return numbers;
}

ScriptResult<> runMeasure(CmdletContext& context, const BoundParameters& bound) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = "Measurement";
    const auto property = bound.text("Property");
    if (!property.empty())
        if (const auto names = chooseProperties(context.input(), {property}); !names)
            return context.error(ErrorCategory::Property, names.error().message, "Property");
    const bool wantsNumbers = bound.isSet("Sum") || bound.isSet("Maximum") || bound.isSet("Minimum");
    object->add("Count", static_cast<std::int64_t>(context.input().size()));
    if (wantsNumbers) {
        const auto numbers = numbersOf(context, property);
        if (!numbers)
            return numbers.error();
        std::int64_t sum = 0;
        for (const auto number : *numbers)
            if (__builtin_add_overflow(sum, number, &sum))
                return context.error(ErrorCategory::Value, "the sum is too large", "Property");
        if (bound.isSet("Sum"))
            object->add("Sum", sum);
        if (bound.isSet("Maximum"))
            object->add("Maximum", numbers->empty()
                                       ? CmdletValue()
                                       : CmdletValue(*std::max_element(numbers->begin(), numbers->end())));
        if (bound.isSet("Minimum"))
            object->add("Minimum", numbers->empty()
                                       ? CmdletValue()
                                       : CmdletValue(*std::min_element(numbers->begin(), numbers->end())));
        object->add("Property", property);
    }
    context.emit(CmdletValue(std::move(object)));
    return {};
}

void addOthers(CmdletRegistry& registry) {
    registry.add({.name = "ForEach-Object",
                  .synopsis = "Runs a block for each object, or hands on one property of each.",
                  .source = kPowerShell,
                  .parameters = {{.name = "Process",
                                  .help = "What to do; $_ is the object.",
                                  .kind = ArgumentKind::Block,
                                  .position = 0,
                                  .typeText = "{ $_.Property }",
                                  .source = kPowerShell},
                                 {.name = "MemberName",
                                  .help = "The property.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .typeText = "name",
                                  .source = kPowerShell}},
                  .aliases = {{"foreach"}, {"%"}},
                  .input = PipelineInput::Whole,
                  .examples = {"Get-ReceiveConnector | % { $_.Name }"},
                  .run = runForEach});
    registry.add({.name = "Sort-Object",
                  .synopsis = "Sorts objects by properties.",
                  .source = kPowerShell,
                  .parameters = {properties(0, "What to sort by."),
                                 {.name = "Descending",
                                  .help = "The greatest first.",
                                  .kind = ArgumentKind::Switch,
                                  .source = kPowerShell}},
                  .aliases = {{"sort"}},
                  .input = PipelineInput::Whole,
                  .run = runSort});
    const auto flag = [](const char* name, const char* help) {
        return CmdletParameter{
            .name = name, .help = help, .kind = ArgumentKind::Switch, .source = kPowerShell};
    };
    registry.add({.name = "Measure-Object",
                  .synopsis = "Counts objects; adds up a property.",
                  .source = kPowerShell,
                  .parameters = {{.name = "Property",
                                  .help = "The property.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .typeText = "name",
                                  .source = kPowerShell},
                                 flag("Sum", "Its sum."),
                                 flag("Maximum", "Its greatest value."),
                                 flag("Minimum", "Its least value.")},
                  .aliases = {{"measure"}},
                  .input = PipelineInput::Whole,
                  .run = runMeasure});
    registry.add({.name = "ConvertTo-Json",
                  .synopsis = "Prints objects as JSON.",
                  .source = kPowerShell,
                  .parameters = {flag("Compress", "In one line.")},
                  .input = PipelineInput::Whole,
                  .run = [](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
                      context.emit(CmdletValue(
                          toJson(collapse(context.input()), bound.isSet("Compress"), kJsonDepth)));
                      return {};
                  }});
    registry.add({.name = "Out-Null",
                  .synopsis = "Throws away what comes through the pipe.",
                  .source = kPowerShell,
                  .input = PipelineInput::Whole,
                  .run = [](CmdletContext&, const BoundParameters&) -> ScriptResult<> { return {}; }});
    registry.add({.name = "Write-Output",
                  .synopsis = "Hands values on; at the end of a pipe it prints them.",
                  .source = kPowerShell,
                  .parameters = {{.name = "InputObject",
                                  .help = "The values.",
                                  .position = 0,
                                  .mandatory = true,
                                  .typeText = "values",
                                  .source = kPowerShell}},
                  .aliases = {{"echo"}, {"Write-Host"}},
                  .run = [](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
                      for (auto& value : spread(bound.find("InputObject")->value))
                          context.emit(std::move(value));
                      return {};
                  }});
}

} // namespace

void registerPipelineCmdlets(CmdletRegistry& registry) {
    addFormats(registry);
    addWhere(registry);
    addSelect(registry);
    addOthers(registry);
}

} // namespace edge
