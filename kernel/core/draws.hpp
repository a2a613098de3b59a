// Every random draw is addressed, never taken in turn: (seed, replication, entity, purpose, stream, number). What
// one part draws cannot move what another one gets, so arms that share a raid share its luck.
// Philox4x32-10 (Salmon et al. 2011): the counter's words are number, entity, purpose | stream << 16, replication; the
// key is the seed.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernel/core/elementary.hpp"

namespace pavise {

/// What a draw is for. Append only: a number, once given, keeps its meaning.
enum class Purpose : std::uint16_t {
  free = 0,               // for tests and conformance cases
  raid_bearing = 1,       // entity: threat
  raid_target = 2,        // entity: threat
  raid_aim_point = 3,     // entity: threat
  raid_impact_error = 4,  // entity: threat
  raid_reliability = 5,   // entity: threat
  motion_phase = 6,       // entity: threat; weave
  navigation_drift = 7,   // entity: threat
  look_detect = 16,       // entity: threat, stream: sensor, number: milliseconds
  look_noise_range_azimuth = 17,
  look_noise_elevation_rate = 18,
  false_alarm_count = 19,  // entity: 0, stream: sensor, number: milliseconds
  false_alarm_place = 20,  // entity: running number within the frame
  false_alarm_place_2 = 21,
  identification = 24,        // entity: threat
  identification_decoy = 25,  // entity: threat
  hit = 32,                   // entity: threat, number: how many-th shot at it
  miss = 33,                  // entity: threat, number: how many-th shot at it
  soft_kill = 34,             // entity: threat, number: how many-th dwell on it
  soft_kill_effect = 35,      // entity: threat
  assessment = 36,            // entity: threat, number: how many-th assessment of it
  destroy = 37,               // entity: threat; whether an arrival destroys its asset
  policy = 48,                // entity: unit or station, number: how many-th decision
  network_loss = 56,          // entity: threat, stream: sensor
  repeat_flight = 64,         // reserved
};

struct Address {
  std::uint32_t replication = 0;
  std::uint32_t entity = 0;
  Purpose purpose = Purpose::free;
  std::uint16_t stream = 0;  // a second entity, such as the sensor of a look; a hash of its name
  std::uint32_t number = 0;
};

struct Words {
  std::uint32_t w[4];
};
struct Pair {
  double first, second;
};

/// Philox4x32-10 itself: counter words 0 to 3, key words 0 and 1.
Words philox4x32_10(Words counter, std::uint32_t key0, std::uint32_t key1);

/// (floor((w1 2^32 + w0) / 2^12) + 0.5) 2^-52: exact, never 0 or 1.
PAVISE_ELEMENTARY double uniform_open(std::uint32_t w0, std::uint32_t w1) {
  const std::uint64_t x = (std::uint64_t(w1) << 32) | w0;
  return (elementary::double_of_integer(x >> 12) + 0.5) * 0x1p-52;
}
/// Two independent standard normals from two uniforms (Box and Muller 1958). Greatest magnitude 8.57.
PAVISE_ELEMENTARY void normals_of(double u, double v, double& first, double& second) {
  const double radius = std::sqrt(-2.0 * logarithm(u));
  double s, c;
  sine_cosine(6.28318530717958647692 * v, s, c);
  first = radius * c;
  second = radius * s;
}
/// Exponential with mean 1 from a uniform. From 1.1e-16 to 36.7.
PAVISE_ELEMENTARY double exponential_of(double u) { return -logarithm(u); }

/// The addressed draws of one seed. Copies freely; holds no state but the seed. For whole columns of draws:
/// draws_lanes.hpp, with the same bits.
struct Draws {
  std::uint64_t seed = 1;

  Words words(const Address& at) const;
  double uniform(const Address& at) const;      // (0, 1), from words 0 and 1
  Pair uniforms(const Address& at) const;       // two independent ones
  double normal(const Address& at) const;       // standard normal; the first of normals(at)
  Pair normals(const Address& at) const;        // two independent ones (Box-Muller)
  double exponential(const Address& at) const;  // mean 1
};

}  // namespace pavise
