#include "sensors/echoes.hpp"

#include <algorithm>

#include "kernel/core/draws_lanes.hpp"

namespace pavise {
namespace {

constexpr std::size_t kSpareLanes = 16;  // lists are done in whole vectors
constexpr std::int32_t kHandful = 12;

std::size_t whole(std::int32_t count, std::size_t lanes) { return (std::size_t(count) + lanes - 1) / lanes * lanes; }

}  // namespace

void allocate(Echoes& e, std::size_t capacity, std::int32_t lanes) {
  e.count = e.seen = 0;
  const std::size_t rows = capacity + kSpareLanes;
  for (Column<std::int32_t>* c : {&e.lane, &e.source, &e.order}) c->allocate(rows);
  for (Column<std::uint32_t>* c : {&e.replication, &e.entity, &e.number}) c->allocate(rows);
  for (Column<double>* c : {&e.time_s, &e.range_m, &e.azimuth_rad, &e.elevation_rad, &e.range_rate_mps, &e.snr,
                            &e.noise[0], &e.noise[1], &e.noise[2], &e.noise[3]})
    c->allocate(rows);
  e.begin.allocate(std::size_t(lanes) + 1);
}

void draw_noise(Echoes& e, const Draws& draws, std::uint16_t stream, bool with_range_azimuth, bool with_elevation_rate) {
  DrawColumns at{whole(e.seen, 8), e.replication.data(), e.entity.data(), e.number.data(), Purpose::free, stream, draws.seed};
  for (int pair = 0; pair < 2; ++pair) {
    if (!(pair == 0 ? with_range_azimuth : with_elevation_rate)) continue;
    double* first = e.noise[2 * pair].data();
    double* second = e.noise[2 * pair + 1].data();
    at.purpose = pair == 0 ? Purpose::look_noise_range_azimuth : Purpose::look_noise_elevation_rate;
    if (e.seen > 0) PAVISE_VARIANTS(fill_normals)(at, first, second);
    for (std::int32_t i = e.seen; i < e.count; ++i) first[i] = second[i] = 0;
  }
}

namespace {

// Ranks of a handful by time, without a branch that could be guessed wrong: each pair is compared once. False, and
// nothing done, if two times are the same.
bool rank(const double* time_s, std::int32_t* order, std::int32_t count) {
  std::int32_t row[kHandful], place[kHandful] = {};
  double time[kHandful];
  for (std::int32_t i = 0; i < count; ++i) row[i] = order[i], time[i] = time_s[order[i]];
  std::int32_t ties = 0;
  for (std::int32_t i = 1; i < count; ++i) {
    std::int32_t later_than = 0;
    for (std::int32_t j = 0; j < i; ++j) {
      const std::int32_t is_later = time[i] > time[j];
      place[j] += 1 - is_later;
      later_than += is_later;
      ties |= time[i] == time[j];
    }
    place[i] = later_than;
  }
  if (ties) return false;
  for (std::int32_t i = 0; i < count; ++i) order[place[i]] = row[i];
  return true;
}

}  // namespace

void put_in_order(Echoes& e) {
  const double* time_s = e.time_s.data();
  const std::int32_t* source = e.source.data();
  const std::int32_t* lane = e.lane.data();
  const auto precedes = [=](std::int32_t a, std::int32_t b) {
    if (time_s[a] != time_s[b]) return time_s[a] < time_s[b];
    if (source[a] != source[b]) return source[a] < source[b];
    return a < b;
  };
  std::int32_t* order = e.order.data();
  std::int32_t* begin = e.begin.data();
  const std::int32_t lanes = std::int32_t(e.begin.rows()) - 1;

  // by lane: counted, as they came; inside one: a handful
  for (std::int32_t k = 0; k <= lanes; ++k) begin[k] = 0;
  for (std::int32_t i = 0; i < e.count; ++i) ++begin[lane[i] + 1];
  for (std::int32_t k = 0; k < lanes; ++k) begin[k + 1] += begin[k];
  for (std::int32_t i = 0; i < e.count; ++i) order[begin[lane[i]]++] = i;
  std::int32_t from = 0;  // `begin` now holds where each lane ends
  for (std::int32_t k = 0; k < lanes; ++k) {
    const std::int32_t to = begin[k];
    const bool is_done = to - from < 2 || (to - from <= kHandful && rank(time_s, order + from, to - from));
    if (!is_done) std::sort(order + from, order + to, precedes);
    from = to;
  }
  for (std::size_t i = std::size_t(e.count); i < whole(e.count, 16); ++i) order[i] = order[0];
}

}  // namespace pavise
