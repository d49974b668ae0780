// Two nouns of the tests' own, with every type of parameter there is: a Single and a list.
#pragma once

#include <edge/config/configuration_store.h>
#include <edge/config/schema.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace edge {

enum class Tea { Green, Black, None };
enum class Topping { Milk, Sugar, Lemon };
template <>
struct EnumWords<Tea> {
    static constexpr EnumWord<Tea> words[] = {
        {Tea::Green, "Green"}, {Tea::Black, "Black"}, {Tea::None, "None"}};
};
template <>
struct EnumWords<Topping> {
    static constexpr EnumWord<Topping> words[] = {
        {Topping::Milk, "Milk"}, {Topping::Sugar, "Sugar"}, {Topping::Lemon, "Lemon"}};
};

struct Kiosk {
    bool open = true;
    int seats = 4;
    std::optional<int> queue = 10;
    Duration pause = std::chrono::seconds(5);
    std::uint64_t size = 1024 * 1024;
    std::uint64_t cups = 100;
    std::string sign;
    std::string host;
    RoutingAddress owner;
    Tea tea = Tea::Green;
    std::set<Topping> toppings{Topping::Milk};
    std::optional<IpAddress> address;
    std::vector<IpRange> neighbours;
    std::vector<Endpoint> doors;
    std::set<std::string, ILess> banned;
    bool legacy = true;
    std::string vault;
};

inline const NounSchema& kioskSchema() {
    using P = Parameter<Kiosk>;
    static const ObjectSchema<Kiosk> schema({
        .noun = "Kiosk",
        .sentence = "A kiosk.",
        .source = "test, documented",
        .parameters =
            {
                P("Open", &Kiosk::open, "Open."),
                P("Seats", &Kiosk::seats, "Seats.").range(1, 50),
                P("Queue", &Kiosk::queue, "Queue.").unlimited().range(0, 100),
                P("Pause", &Kiosk::pause, "Pause.").range(Duration::zero(), std::chrono::minutes(10)),
                P("Size", &Kiosk::size, "Size.").range(1024, 1 << 30),
                P("Cups", &Kiosk::cups, "Cups.").count().range(0, 1000),
                P("Sign", &Kiosk::sign, "Sign.").form(TextForm::Ascii).maxLength(10),
                P("Host", &Kiosk::host, "Host.").form(TextForm::Fqdn),
                P("Owner", &Kiosk::owner, "Owner."),
                P("Tea", &Kiosk::tea, "Tea."),
                P("Toppings", &Kiosk::toppings, "Toppings."),
                P("Address", &Kiosk::address, "Address."),
                P("Neighbours", &Kiosk::neighbours, "Neighbours."),
                P("Doors", &Kiosk::doors, "Doors."),
                P("Banned", &Kiosk::banned, "Banned.").form(TextForm::Domain).maxItems(3),
                P(
                    "SeatsAndCups",
                    [](const Kiosk& kiosk) {
                        return CmdletValue(static_cast<std::int64_t>(kiosk.cups) + kiosk.seats);
                    },
                    "Both."),
                P("Legacy", &Kiosk::legacy, "Only later.").introducedIn(ProfileId::E2013),
                P("Vault", &Kiosk::vault, "Nothing yet.").later("comes with the vault"),
            },
        .refused = {{"Roof", "kiosks have none"}},
        .defaults =
            [](ProfileId profile) {
                Kiosk kiosk;
                kiosk.seats = profile == ProfileId::E2007 ? 2 : 4;
                return kiosk;
            },
        .validate = [](const Kiosk& kiosk, const Configuration&) -> Result<> {
            if (kiosk.open && kiosk.cups == 0)
                return Error{Errc::InvalidArgument, "an open kiosk needs cups"};
            return {};
        },
    });
    return schema;
}

struct Stand {
    std::string name;
    int price = 1;
    std::string place;
    std::string note;
    bool loud = false;
};

inline const NounSchema& standSchema() {
    using P = Parameter<Stand>;
    static const ObjectSchema<Stand> schema({
        .noun = "Stand",
        .sentence = "A stand.",
        .source = "test, documented",
        .cardinality = Cardinality::Many,
        .identity = &Stand::name,
        .columns = {"Name", "Price"},
        .parameters =
            {
                P("Name", &Stand::name, "Name.").maxLength(64).required(),
                P("Price", &Stand::price, "Price.").range(0, 100),
                P("Place", &Stand::place, "Place.").usedIn(ParameterUse::NewOnly),
                P("Note", &Stand::note, "Note.").usedIn(ParameterUse::SetOnly),
                P("Loud", &Stand::loud, "Loud.").setBy("EdgeSimStand"),
            },
        .defaults =
            [](ProfileId profile) {
                return Stand{"", profile == ProfileId::E2007 ? 7 : 1, "", "", false};
            },
        .fresh =
            [](ProfileId profile) {
                return std::vector<Stand>{{"Corner", profile == ProfileId::E2007 ? 7 : 1, "", "", false}};
            },
        .identityPrefix = [](const Configuration&) { return std::string("FAIR\\"); },
        .mayRemove = [](const Stand& stand) -> Result<> {
            if (stand.loud)
                return Error{Errc::InvalidArgument, "it would notice"};
            return {};
        },
    });
    return schema;
}

// An entry that is added and removed, never changed; its identity is made of its parts.
struct Poster {
    std::string identity;
    std::string wall;
    Tea praised = Tea::Green;
};

inline const NounSchema& posterSchema() {
    using P = Parameter<Poster>;
    static const ObjectSchema<Poster> schema({
        .noun = "Poster",
        .sentence = "A poster.",
        .source = "test, documented",
        .cardinality = Cardinality::Many,
        .identity = &Poster::identity,
        .listVerbs = ListVerbs::Add,
        .identityAlias = "Place",
        .parameters =
            {
                P("Wall", &Poster::wall, "Wall.").required().withoutName(),
                P("Praised", &Poster::praised, "Praised.").required(),
            },
        .derive =
            [](Poster& poster, const ParameterNames&, ProfileId) {
                poster.identity = std::string(wordOf(poster.praised)) + ":" + poster.wall;
            },
    });
    return schema;
}

// A Result<> that doctest can show.
struct Outcome {
    Outcome(const Result<>& result)
        : good(result.has_value())
        , message(good ? "" : result.error().message)
        , code(good ? Errc::Io : result.error().code) {}
    explicit operator bool() const { return good; }
    bool good;
    std::string message;
    Errc code;
};

inline Outcome update(ConfigurationStore& store, const std::function<Result<>(ConfigurationDraft&)>& change) {
    return store.update(change);
}

inline NounList fairNouns() {
    return {&kioskSchema(), &standSchema()};
}

} // namespace edge
