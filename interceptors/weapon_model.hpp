// What a scenario says of interceptors and fire units; constant over a run.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

struct FlyoutKind;
struct FlightTable;

enum class Effect : std::int32_t { missile = 0, gun = 1, jammer = 2 };
enum class Lethality : std::int32_t {
  fixed = 0,          // kills with sspk at intercept, if closest approach is within basket_m (ideal: always)
  miss_distance = 1,  // miss = guidance miss + miss_sd per axis; kills within the lethal radius
};

/// An interceptor component as one scenario uses it. "Round" includes a gun's burst and a jammer's dwell.
struct Weapon {
  std::string name;                 // "pac3_mse"
  Effect effect = Effect::missile;
  const FlyoutKind* flyout = nullptr;
  Parameters flyout_parameters;     // of flyout->info
  double ideal_speed_mps = 900;     // constant speed for predictions and the constant-speed rung
  double min_range_m = 0, max_range_m = 0;  // slant range of the intercept from the launcher
  double min_altitude_m = -1e9, max_altitude_m = 1e9;
  std::vector<double> sspk;         // by identity of the true class; 0: not engageable
  Lethality lethality = Lethality::fixed;
  double lethal_radius_m = 0, miss_sd_m = 0, fuze_delay_sd_s = 0, basket_m = 1e300;
  double seeker_range_m = 0;        // hand-over frees the guidance channel here (active); 0: holds it to the end
  bool frees_channel_at_hand_over = false;
  // gun
  std::int32_t rounds_per_burst = 1;
  double burst_interval_s = 1, effective_range_m = 1e300;  // pk falls linearly to 0 from effective_range to max_range
  // jammer
  std::vector<double> hazard_per_s; // by identity
  double spin_up_s = 0;
  double effect_lost = 1;           // share of soft kills that leave the route; the rest fly on with drift
  double navigation_drift_mps = 0;
  double gnss_denial_radius_m = 0;  // while it dwells on anything, no satellites within this distance; 0: no such effect
  std::shared_ptr<const FlightTable> flight_table;  // made by prepare(Armament&) (intercept.hpp)
  double unit_cost = 0;             // USD per round (gun: per round of rounds_per_burst; jammer: per dwell)
};

/// A pool of engagement channels of a fire unit.
struct ChannelPool {
  std::string name;
  std::int32_t fire_unit = 0;
  std::int32_t channels = 1;
};

/// Firing doctrine of one fire unit on the engagement clock.
enum class FiringRule : std::int32_t { shoot_look_shoot = 0, salvo_once = 1 };

struct FireUnit {
  std::string name;
  Vec3 position_enu_m;
  double reaction_s = 0;
  double assessment_delay_s = 0;
  double p_missed_kill = 0, p_false_kill = 0;  // missiles only on the ideal rung
  FiringRule rule = FiringRule::shoot_look_shoot;
  std::int32_t salvo = 1;                      // default rounds per order; an order may ask for fewer or more
  double shot_separation_s = 0;                // between the rounds of one order
  std::vector<std::uint8_t> engages;           // by threat class index of the scenario; ideal rung's `engages`
  std::vector<std::int32_t> sensors;           // that serve it: they update what it engages at their fastest rate
  std::vector<std::int32_t> track_files;       // whose tracks it can take; first is its own
};

/// A launcher, gun or jammer: a place with a magazine of one weapon. What an order names.
struct Station {
  std::string name;
  std::int32_t fire_unit = 0, pool = 0, weapon = 0;
  Vec3 position_enu_m;
  double facing_rad = 0, half_sector_rad = 1e9;  // azimuth of the intercept as seen from the station
  double facing_x = 0, facing_y = 0, cosine_half_sector = 2;  // the same, by prepare(Armament&); 2: not made
  std::int32_t ready_rounds = 0, rounds = 0;     // ready at the start; all it will ever have (ready + store)
  std::int32_t ready_capacity = 0;               // a reload fills up by min(ready_capacity, store)
  double reload_s = 0;
  double launch_interval_s = 0;                  // between launches of this station across orders; 0: none
  bool may_reengage = false;                     // gun, jammer: more than one order per threat (ideal rung: never)
};

struct Armament {
  std::vector<Weapon> weapons;
  std::vector<FireUnit> fire_units;
  std::vector<ChannelPool> pools;
  std::vector<Station> stations;   // file order; the order in which units take turns
};

}  // namespace pavise
