#include "kernel/command/picture.hpp"

#include <algorithm>
#include <bit>

#include "kernel/core/assert.hpp"
#include "kernel/core/clock.hpp"
#include "kernel/core/elementary.hpp"

namespace pavise {

namespace {

// What an order needs to be ready: a jammer nothing, a gun a full burst, a missile one round.
std::int32_t rounds_needed(const StationSetup& station) {
  return station.is_soft_kill ? 0 : station.rounds_per_order_unit;
}

}  // namespace

void prepare(CommandSetup& setup) {
  const std::size_t assets = setup.assets.size();
  setup.asset_terms.clear();
  for (const AssetSetup& asset : setup.assets)
    setup.asset_terms.push_back(
        {asset.position_m.x, asset.position_m.y, asset.radius_m * asset.radius_m, asset.value + 1e-9});
  setup.loss_of_leaker.assign(setup.damage_of_identity.size() * assets, 0.0);
  for (std::size_t identity = 0; identity < setup.damage_of_identity.size(); ++identity)
    for (std::size_t a = 0; a < assets; ++a) {
      // share 1 - exp(-d/h) of the asset's value, nsatu_hub.md
      const double share = 1 - exponential(-setup.damage_of_identity[identity] / setup.assets[a].hardness);
      setup.loss_of_leaker[identity * assets + a] = setup.assets[a].value * share;
    }
}

bool Picture::is_possible(const Option& option) const {
  const StationSetup& station = setup->stations[std::size_t(option.station)];
  if (pool_free[std::size_t(station.pool)] <= 0) return false;
  if (stations[std::size_t(option.station)].ready < rounds_needed(station)) return false;
  if (unit_engages[std::size_t(option.fire_unit) * tracks.size() + std::size_t(option.index)]) return false;
  return !(setup->is_central && engaged[std::size_t(option.index)] > 0);
}

StationStatus Picture::status(std::int32_t station) const {
  StationStatus result = stations[std::size_t(station)];
  result.channels_free = pool_free[std::size_t(setup->stations[std::size_t(station)].pool)];
  return result;
}

std::int32_t Picture::ready_in_unit(std::int32_t fire_unit, std::int32_t weapon) const {
  std::int32_t ready = 0;
  for (std::size_t s = 0; s < setup->stations.size(); ++s)
    if (setup->stations[s].fire_unit == fire_unit && setup->stations[s].weapon == weapon) ready += stations[s].ready;
  return ready;
}

bool Picture::is_engaged(std::int32_t index) const { return engaged[std::size_t(index)] > 0; }

std::int32_t Picture::orders_so_far(std::int32_t index) const { return ordered[std::size_t(index)]; }

double Picture::draw(std::uint32_t entity, std::uint32_t number) const {
  // the decision's instant and how many-th draw in it; a decision gives fewer than 65,536 orders
  return draws.uniform({replication, entity, Purpose::policy, std::uint16_t(number), draw_number_of(now_s)});
}

bool Picture::give(const Option& option, std::int32_t rounds) {
  PAVISE_ASSERT(!options.empty() && &option >= options.data() && &option < options.data() + options.size());
  if (!is_possible(option)) return false;
  const StationSetup& station = setup->stations[std::size_t(option.station)];
  StationStatus& own = stations[std::size_t(option.station)];

  std::int32_t asked = rounds > 0 ? rounds : station.salvo;
  if (!station.is_soft_kill && !station.is_gun) {
    // rounds whose own intercept is not in the window are left out and stay ready
    asked = std::min(asked, own.ready);
    const std::uint64_t first = asked >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << asked) - 1;
    own.ready -= std::int32_t(std::popcount(option.in_window & first)) + std::max(asked - 64, 0);
  } else {
    asked = 1;
  }
  --pool_free[std::size_t(station.pool)];
  ++engaged[std::size_t(option.index)];
  ++ordered[std::size_t(option.index)];
  unit_engages[std::size_t(option.fire_unit) * tracks.size() + std::size_t(option.index)] = 1;
  given.push_back({std::int32_t(&option - options.data()), asked});
  return true;
}

}  // namespace pavise
