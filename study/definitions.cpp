#include "study/definitions.hpp"

#include <algorithm>

#include <array>
#include <cstring>
#include <map>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

using Kind = SmallColumn::Kind;

/// Builds one table of /defs: rows by name, the first arm that has a name gives the row.
class Builder {
 public:
  Builder(std::string kind, std::vector<SmallColumn> further) {
    table.name = "defs/" + kind;
    table.dimension = kind;
    table.columns.push_back({.name = "name", .long_name = "name in the scenario"});
    for (SmallColumn& column : further) table.columns.push_back(std::move(column));
  }
  /// The row of `name`; `values` (further columns) count only when the row is new.
  std::int32_t row(const std::string& name, std::initializer_list<double> values) {
    const auto [found, is_new] = rows_.emplace(name, std::int32_t(rows_.size()));
    if (is_new) {
      table.columns[0].text.push_back(name);
      PAVISE_ASSERT(values.size() + 1 == table.columns.size());
      std::size_t c = 1;
      for (double value : values) table.columns[c++].numbers.push_back(value);
    }
    return found->second;
  }
  SmallTable table;

 private:
  std::map<std::string, std::int32_t> rows_;
};

SmallColumn f8(std::string name, std::string units, std::string long_name) {
  return {.name = std::move(name), .kind = Kind::f8, .units = std::move(units), .long_name = std::move(long_name)};
}
SmallColumn i4(std::string name, std::string long_name) {
  return {.name = std::move(name), .kind = Kind::i4, .units = "1", .long_name = std::move(long_name)};
}
SmallColumn money(std::string name, std::string long_name) {
  return {.name = std::move(name), .kind = Kind::f8, .units = "1", .long_name = std::move(long_name), .is_money = true};
}
SmallColumn flag(std::string name, std::string long_name) {
  return {.name = std::move(name), .kind = Kind::flag, .long_name = std::move(long_name)};
}
const SmallColumn kX = f8("x", "m", "east of the frame's origin"), kY = f8("y", "m", "north of the frame's origin"),
                  kZ = f8("z", "m", "above the frame's origin");

}  // namespace

std::size_t SmallTable::rows() const {
  if (columns.empty()) return 0;
  return columns[0].kind == Kind::text ? columns[0].text.size() : columns[0].numbers.size();
}
const SmallColumn* SmallTable::find(const std::string& column) const {
  for (const SmallColumn& c : columns)
    if (c.name == column) return &c;
  return nullptr;
}

StudyDefinitions::StudyDefinitions(const std::vector<Arm>& study_arms) {
  Builder assets("asset", {kX, kY, kZ, f8("value", "1", "value"), f8("radius", "m", "radius")});
  Builder sensors("sensor", {kX, kY, kZ});
  Builder units("fire_unit", {kX, kY, kZ, i4("channels", "engagement channels of all its pools")});
  Builder stations("station",
                   {kX, kY, kZ, i4("fire_unit", "row of /defs/fire_unit"), i4("weapon", "row of /defs/weapon"),
                    i4("rounds", "rounds at the start, in launcher and store")});
  Builder weapon_rows("weapon", {money("unit_cost", "cost of a round"), i4("effect", "0 missile, 1 gun, 2 jammer")});
  Builder class_rows("threat_class", {money("unit_cost", "cost of one"), flag("is_decoy", "whether it is a decoy"),
                                      f8("speed", "m s-1", "cruise speed")});
  Builder identities("identity", {});
  Builder raids("raid", {i4("threat_begin", "its first row in /defs/threat"), i4("threats", "number of threats")});
  Builder threats("threat", {i4("raid", "row of /defs/raid"), i4("number", "number within the raid"),
                             i4("threat_class", "row of /defs/threat_class")});

  for (const Arm& arm : study_arms) {
    PAVISE_ASSERT(arm.model != nullptr && std::size_t(arm.raid) < arm.model->raids.size());
    const Model& model = *arm.model;
    ArmIndices indices;
    for (const Asset& a : model.assets)
      indices.asset.push_back(
          assets.row(a.name, {a.position_enu_m.x, a.position_enu_m.y, a.position_enu_m.z, a.value, a.radius_m}));
    for (const Sensor& s : model.sensors)
      indices.sensor.push_back(sensors.row(s.name, {s.position_enu_m.x, s.position_enu_m.y, s.position_enu_m.z}));
    for (std::size_t u = 0; u < model.armament.fire_units.size(); ++u) {
      const FireUnit& unit = model.armament.fire_units[u];
      std::int32_t channels = 0;
      for (const ChannelPool& pool : model.armament.pools)
        if (std::size_t(pool.fire_unit) == u) channels += pool.channels;
      indices.fire_unit.push_back(units.row(
          unit.name, {unit.position_enu_m.x, unit.position_enu_m.y, unit.position_enu_m.z, double(channels)}));
    }
    for (const Weapon& w : model.armament.weapons)
      indices.weapon.push_back(weapon_rows.row(w.name, {w.unit_cost, double(w.effect)}));
    for (const Station& s : model.armament.stations)
      indices.station.push_back(
          stations.row(s.name, {s.position_enu_m.x, s.position_enu_m.y, s.position_enu_m.z,
                                double(indices.fire_unit[std::size_t(s.fire_unit)]),
                                double(indices.weapon[std::size_t(s.weapon)]), double(s.rounds)}));
    for (const ThreatClass& c : model.threat_classes)
      indices.threat_class.push_back(class_rows.row(c.name, {c.unit_cost, c.is_decoy() ? 1.0 : 0.0, c.speed_mps}));

    for (const std::string& name : model.identity_names) indices.identity.push_back(identities.row(name, {}));

    const Raid& raid = model.raids[std::size_t(arm.raid)];
    const std::int32_t known = std::int32_t(raids.table.rows());
    indices.raid = raids.row(raid.name, {double(threats.table.rows()), double(raid.threat_count())});
    for (const Wave& wave : raid.waves)
      for (std::int32_t j = 0; j < wave.count; ++j) {
        const std::int32_t number = std::int32_t(indices.class_of_threat.size());
        const std::int32_t row = indices.threat_class[std::size_t(wave.threat_class)];
        indices.class_of_threat.push_back(row);
        indices.cost_of_threat.push_back(model.threat_classes[std::size_t(wave.threat_class)].unit_cost);
        if (indices.raid == known)  // a raid that is new
          threats.row(raid.name + "/" + wave.name + "/" + std::to_string(j),
                      {double(indices.raid), double(number), double(row)});
      }
    arms.push_back(std::move(indices));
  }
  classes = class_rows.table.columns[0].text;
  weapons = weapon_rows.table.columns[0].text;
  for (double decoy : class_rows.table.find("is_decoy")->numbers) is_decoy.push_back(decoy != 0);
  for (Builder* builder :
       {&assets, &sensors, &units, &stations, &weapon_rows, &class_rows, &identities, &raids, &threats})
    tables.push_back(std::move(builder->table));
}

SmallTable point_table(const std::vector<Arm>& arms) {
  SmallTable table{"points", "point", {}};
  const auto text = [&](const char* name, const char* meaning, std::string Arm::*member) {
    SmallColumn column{.name = name, .long_name = meaning};
    for (const Arm& arm : arms) column.text.push_back(arm.*member);
    table.columns.push_back(std::move(column));
  };
  text("label", "label of the design point", &Arm::label);
  text("scenario", "scenario", &Arm::scenario);
  text("raid", "raid", &Arm::raid_name);
  text("policy", "allocation policy", &Arm::policy_name);
  for (std::size_t f = 0; !arms.empty() && f < arms[0].factors.size(); ++f) {
    const Factor& first = arms[0].factors[f];
    SmallColumn column{.name = first.name,
                       .kind = first.text.empty() ? Kind::f8 : Kind::text,
                       .units = first.text.empty() ? first.units : "",
                       .long_name = "swept value",
                       .path = first.path};
    for (const Arm& arm : arms) {
      PAVISE_ASSERT(f < arm.factors.size());
      if (first.text.empty())
        column.numbers.push_back(arm.factors[f].number);
      else
        column.text.push_back(arm.factors[f].text);
    }
    table.columns.push_back(std::move(column));
  }
  const auto compares = [](const Arm& arm) { return arm.model != nullptr && arm.model->quality_period_s > 0; };
  if (!arms.empty() && std::all_of(arms.begin(), arms.end(), compares)) {
    SmallColumn column{.name = kQualityColumn,
                       .kind = Kind::f8,
                       .units = "s",
                       .long_name = "time between comparisons of the picture with the truth"};
    for (const Arm& arm : arms) column.numbers.push_back(arm.model->quality_period_s);
    table.columns.push_back(std::move(column));
  }
  return table;
}

SmallTable scenario_table(const std::vector<Arm>& arms) {
  SmallTable table{"scenarios", "arm", {}};
  SmallColumn name{.name = "name", .long_name = "label of the arm"};
  SmallColumn text{.name = "text", .long_name = "merged scenario, components resolved"};
  for (const Arm& arm : arms) {
    name.text.push_back(arm.label);
    text.text.push_back(arm.scenario_text);
  }
  table.columns = {name, text};
  return table;
}

std::string scenarios_sha256(const std::vector<Arm>& arms) {
  std::string all;
  for (const Arm& arm : arms)
    for (const std::string* part : {&arm.label, &arm.raid_name, &arm.policy_name, &arm.scenario_text})
      all += std::to_string(part->size()) + ":" + *part + "\n";
  return sha256(all);
}

}  // namespace pavise
