// What a policy sees: the air picture and own status of one replication. Tracks with their errors, never truth: nothing
// in kernel/command may include kernel/threats or a sensor's truth inputs (tests/layers_test.cpp).
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernel/core/draws.hpp"
#include "kernel/core/geometry.hpp"
#include "kernel/core/registry.hpp"

namespace pavise {

/// A confirmed track, brought to the picture's instant.
struct PictureTrack {
  std::int32_t track = 0;          // row in Tracks; what an order names
  std::int32_t number = 0;         // serial number: who it is
  Vec3 position_m, velocity_mps;
  double sigma_position_m = 0;     // root of the largest position variance
  std::int32_t identity = 0;       // estimated; index into identity names
  double certainty = 1;
  double age_s = 0;                // since its first detection
  // threat evaluation
  std::int32_t asset = -1;         // most probably heading for
  double arrives_s = std::numeric_limits<double>::infinity();  // estimated
  double value_at_risk = 0;        // expected loss of asset value if it leaks
  std::int32_t engagements = 0;    // open ones by any unit
};

/// One possible engagement, now: this station, this track, first round's intercept in the window.
struct Option {
  std::int32_t station = 0, fire_unit = 0, weapon = 0;
  std::int32_t index = 0;          // of the track, in Picture::tracks
  double intercept_s = 0;          // predicted, of the first round
  double range_m = 0;              // slant range of that intercept from the station
  double target_range_m = 0;       // slant range station to track, now
  Vec3 point_m;
  double pk = 0;                   // single-shot kill probability against the estimated identity
  double last_launch_s = 0;        // latest useful launch (estimate; end of the window)
  std::uint64_t in_window = ~std::uint64_t{0};  // bit j: the order's round j would meet the track in the window; bits beyond
                                                // the unit's default salvo are not computed and stand at 1
};

/// Own status of one station, as of now and after the orders given so far in this decision.
struct StationStatus {
  std::int32_t ready = 0, store = 0, channels_free = 0;
};

/// What does not change during a run.
struct StationSetup {
  std::string name, weapon_name;
  std::int32_t fire_unit = 0, pool = 0, weapon = 0;
  std::int32_t salvo = 1;          // the unit's default rounds per order
  std::int32_t rounds_per_order_unit = 1;  // gun: rounds per burst
  bool is_soft_kill = false;       // a jammer: needs a channel, no round
  bool is_gun = false;             // takes its rounds burst by burst, none when the order is given
  double unit_cost = 0;
  std::int32_t ready_rounds = 0;   // at the start
  // where it can reach, for policies that plan ahead
  Vec3 position_m;
  double min_range_m = 0, max_range_m = 0, min_altitude_m = -1e9, max_altitude_m = 1e9;
  double facing_rad = 0, half_sector_rad = 1e9;
  double reaction_s = 0;
  double look_s = 0;               // from the last intercept of an order to the launch of the next one at the same track
  double speed_mps = 300;          // mean speed of a round, for planning
  double facing_x = 0, facing_y = 1, cosine_half_sector = -1;  // the sector again: direction and opening; -1: all round
  std::vector<double> pk_by_identity;  // 0: not engageable (jammer: 1 where its hazard is positive)
};
struct ClassDoctrine {
  std::vector<std::string> prefer;      // weapon names, best first
  std::vector<std::string> only_if_alone;  // weapons used only if no other listed one with rounds left can ever reach it
  std::int32_t salvo = 1;               // first order
  std::int32_t salvo_after_look = 1;    // later orders
  bool uses_reserve = false;            // may take the last reserved rounds
  bool is_held = false;                 // weapon hold against this class
};
struct Doctrine {
  std::vector<ClassDoctrine> by_identity;    // empty: all weapons, unit's default salvo
  std::string reserve_weapon;                // rounds of this weapon are kept ...
  double reserve_fraction = 0;               // ... this share of those ready at the start, per fire unit
  struct KeepOut { Vec3 centre_m; double radius_m = 0, below_m = 0; };
  std::vector<KeepOut> keep_out;             // no intercept inside
};
struct AssetSetup {
  std::string name;
  Vec3 position_m;
  double radius_m = 0, value = 0, hardness = 1;
};
/// What threat evaluation takes of an asset.
struct AssetTerms {
  static constexpr double kHeadingSpread = 0.05;  // doubt about a straight course: m per m still to go
  static constexpr double kSpread2 = kHeadingSpread * kHeadingSpread;
  double x_m, y_m, radius2_m2;
  double prior;  // the value; never quite 0
};
struct CommandSetup {
  std::vector<AssetSetup> assets;
  std::vector<double> damage_of_identity;    // relative damage expected of an identity; 0: decoy
  std::vector<std::string> identity_names;
  std::vector<std::string> fire_unit_names;
  std::vector<StationSetup> stations;        // file order
  std::vector<std::int32_t> pool_channels;
  bool is_central = true;                    // a track under engagement by any unit is given to no other
  Doctrine doctrine;
  std::vector<double> loss_of_leaker;        // [identity * assets + asset] value lost to one leaker; made by prepare()
  std::vector<AssetTerms> asset_terms;       // beside assets; made by prepare()
};
/// Fills what follows from the rest of a setup. Call once, after the last change.
void prepare(CommandSetup& setup);

/// The picture of one decision. give() is how a policy orders: it books the order and changes the status that
/// is_possible() and status() show, so a policy can order one after another.
class Picture {
 public:
  double now_s = 0;
  std::uint32_t replication = 0;             // for addressed draws
  Draws draws;
  const CommandSetup* setup = nullptr;
  std::span<const PictureTrack> tracks;      // ascending number
  std::span<const Option> options;           // by station, within it by track

  /// Whether the option is still possible after the orders given in this decision.
  bool is_possible(const Option& option) const;
  StationStatus status(std::int32_t station) const;
  /// Rounds of `weapon` that are ready in a fire unit, after the orders given so far.
  std::int32_t ready_in_unit(std::int32_t fire_unit, std::int32_t weapon) const;
  /// Whether some order was given to this track by any unit in this decision or is open from before.
  bool is_engaged(std::int32_t index) const;
  /// How many orders have been given to this track in its life (before this decision and in it), by all units.
  std::int32_t orders_so_far(std::int32_t index) const;
  /// A uniform draw of this decision's own: unit (or station) and how many-th.
  double draw(std::uint32_t entity, std::uint32_t number) const;

  /// Orders `rounds` rounds (0: the unit's default salvo) by this option. False, and nothing happens, if not possible.
  bool give(const Option& option, std::int32_t rounds = 0);

  struct Given {
    std::int32_t option;                     // index into options
    std::int32_t rounds;
  };
  std::vector<Given> given;                  // capacity kept from decision to decision

  // status that give() changes; filled by the engine
  std::vector<StationStatus> stations;
  std::vector<std::int32_t> pool_free;       // by pool
  std::vector<std::int32_t> engaged;         // by track index: open engagements
  std::vector<std::int32_t> ordered;         // by track index: orders in its life
  std::vector<std::uint8_t> unit_engages;    // [fire unit * tracks + index]: that unit is engaging it
};

/// A policy maps a picture to orders. A pure function of its inputs and its own state; one clone per thread.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual void begin(const CommandSetup& setup) { (void)setup; }
  /// Whether it would ever order `station` against a track of that identity; find_options leaves the others out.
  virtual bool considers(std::int32_t station, std::int32_t identity) const {
    (void)station, (void)identity;
    return true;
  }
  /// Whether `station` is used against that identity only if no other station that it considers can ever reach the
  /// track; find_options then saves its options while another can.
  virtual bool is_last_resort(std::int32_t station, std::int32_t identity) const {
    (void)station, (void)identity;
    return false;
  }
  /// A better station for which an option is left waiting, and when its failed try is assessed; none: infinity.
  struct BetterTry {
    double ends_s = std::numeric_limits<double>::infinity();
    std::int32_t station = -1;
  };
  /// For an option of `station` whose last launch is last_launch_s or later: a better station for which it is left
  /// waiting in any case, whatever else is ordered in this decision, if one is certain. Waiting means: its end + the
  /// reaction time of `station` <= last_launch_s. find_options leaves a track out if all its options wait. pairs_near:
  /// per station, with how many tracks it may have an option in this decision. ask_first: which answered last for this
  /// track, or -1; it saves time to ask it before the others, and any certain answer is as good.
  virtual BetterTry better_try(const CommandSetup& setup, std::span<const StationStatus> status,
                               std::span<const std::int32_t> pairs_near, const PictureTrack& track, double now_s,
                               std::int32_t station, double last_launch_s, std::int32_t ask_first) const {
    (void)setup, (void)status, (void)pairs_near, (void)track, (void)now_s, (void)station, (void)last_launch_s;
    (void)ask_first;
    return {};
  }
  /// Gives orders by picture.give().
  virtual void decide(Picture& picture) = 0;
  virtual std::unique_ptr<Policy> clone() const = 0;
};

struct PolicyKind {
  ComponentInfo info;
  std::unique_ptr<Policy> (*make)(const Parameters&) = nullptr;
};

}  // namespace pavise
