#include <edge/base/text.h>
#include <edge/config/accepted_domain.h>
#include <edge/config/schema.h>

namespace edge {
namespace {

using P = Parameter<AcceptedDomain>;

constexpr std::size_t kMaxName = 64; // platform.md 2.3 gives the length for connectors; the same here

// The first domain is the default, and there is never more than one (platform.md 3.5).
Result<> settleDefault(const std::vector<AcceptedDomain*>& all, AcceptedDomain& changed) {
    if (changed.isDefault || all.size() == 1) {
        for (auto* domain : all)
            domain->isDefault = domain == &changed;
        return {};
    }
    for (const auto* domain : all)
        if (domain->isDefault)
            return {};
    return Error{Errc::InvalidArgument,
                 "one accepted domain is the default; make another one the default instead"};
}

Result<> mayRemove(const AcceptedDomain& domain) {
    if (!domain.isDefault)
        return {};
    return Error{Errc::InvalidArgument, "\"" + domain.name +
                                            "\" is the default accepted domain and cannot be removed; first "
                                            "Set-AcceptedDomain another one -MakeDefault $true"};
}

Result<> validate(const AcceptedDomain& domain, const Configuration& configuration) {
    if (domain.domainName.empty())
        return Error{Errc::InvalidArgument, "accepted domain \"" + domain.name + "\" needs -DomainName"};
    for (const auto& other : configuration.all<AcceptedDomain>())
        if (other.get() != &domain && iequals(other->domainName, domain.domainName))
            return Error{Errc::AlreadyExists, "\"" + domain.domainName +
                                                  "\" is an accepted domain twice: \"" + other->name +
                                                  "\" and \"" + domain.name + "\""};
    return {};
}

} // namespace

bool AcceptedDomain::matches(std::string_view domain) const {
    if (!domainName.starts_with("*."))
        return iequals(domain, domainName);
    const auto suffix = std::string_view(domainName).substr(1); // ".contoso.com"
    return domain.size() > suffix.size() && iendsWith(domain, suffix);
}

const NounSchema& acceptedDomainSchema() {
    static const ObjectSchema<AcceptedDomain> schema({
        .noun = "AcceptedDomain",
        .sentence = "A domain whose mail this server takes from anybody.",
        .source = "platform.md 3.5, documented",
        .cardinality = Cardinality::Many,
        .identity = &AcceptedDomain::name,
        .columns = {"Name", "DomainName", "DomainType", "Default"},
        .parameters =
            {
                P("Name", &AcceptedDomain::name, "Its name, up to 64 characters.")
                    .maxLength(kMaxName)
                    .required(),
                P("DomainName", &AcceptedDomain::domainName,
                  "The domain; with *. in front its subdomains, but not the domain itself.")
                    .form(TextForm::DomainWildcard)
                    .usedIn(ParameterUse::NewOnly)
                    .required(),
                P("DomainType", &AcceptedDomain::domainType,
                  "Who owns the recipients: this organization, another system of ours, or a foreign one."),
                P(
                    "Default", [](const AcceptedDomain& domain) { return CmdletValue(domain.isDefault); },
                    "Whether postmaster@<this domain> is the postmaster of the server."),
                P("MakeDefault", &AcceptedDomain::isDefault, "Makes this domain the default one.")
                    .usedIn(ParameterUse::SetAct),
                P("AddressBookEnabled", &AcceptedDomain::addressBookEnabled,
                  "Whether the Recipient Filter looks recipients of this domain up; $true by default for "
                  "authoritative "
                  "domains only.")
                    .usedIn(ParameterUse::SetOnly)
                    .tagged("agents.md 4.1, documented"),
            },
        .refused =
            {
                {"MatchSubDomains", "write the domain as *.contoso.com instead"},
                {"OutboundOnly", "belongs to hybrid organizations, not to an Edge server"},
                {"PendingRemoval", "belongs to Exchange Online"},
                {"AuthenticationType", "belongs to Exchange Online"},
            },
        .derive =
            [](AcceptedDomain& domain, const ParameterNames& explicitly, ProfileId) {
                if (!explicitly.contains("AddressBookEnabled"))
                    domain.addressBookEnabled = domain.domainType == AcceptedDomainType::Authoritative;
            },
        .settle = settleDefault,
        .mayRemove = mayRemove,
        .validate = validate,
    });
    return schema;
}

} // namespace edge
