#include "interceptors/guided_flight_lanes.hpp"

namespace pavise::PAVISE_VARIANT {

static constexpr int kRounds = GuidedSlots::kRounds;

// A step of one round is a chain of a thousand operations, each waiting for the one before: longer than a processor looks
// ahead. So the step is cut into loops over all slots, as in kernel/threats/flight_lanes.cpp, with what is between them
// in columns that stay in the first-level cache: several groups' short chains overlap.
//
// A row's arithmetic stands in a function of its own: variables declared in the loop itself would become arrays over the
// lanes, and the loop would not vectorise.
struct TargetColumns {
  alignas(64) double z[kRounds], vx[kRounds], vy[kRounds], vz[kRounds], ax[kRounds], ay[kRounds], az[kRounds];
};
struct FlightLanes {
  alignas(64) double rx[kRounds], ry[kRounds], rz[kRounds], vx[kRounds], vy[kRounds], vz[kRounds];
  alignas(64) double ax[kRounds], ay[kRounds], az[kRounds];
};
struct Step {
  TargetColumns begin, middle, end;
  FlightLanes flight, first, second;  // of the present stage; rates of the first stage, and of the second
  alignas(64) double tau[kRounds], acting2[kRounds];
  alignas(64) double length[kRounds], is_last[kRounds], finishes[kRounds], opens[kRounds], counts[kRounds];
  alignas(64) double per_mass_begin[kRounds], per_mass_middle[kRounds], per_mass_end[kRounds];
  alignas(64) double altitude[kRounds], density[kRounds], per_sound[kRounds];
  alignas(64) double speed[kRounds], drag[kRounds];                          // of the present stage
  alignas(64) double x[kRounds], y[kRounds], z[kRounds], inverse_v2[kRounds];  // its Command
  // the piece of air, and which rounds have none
  alignas(64) double centre[kRounds], density_0[kRounds], density_1[kRounds], density_2[kRounds], density_3[kRounds];
  alignas(64) double density_4[kRounds], density_5[kRounds];
  alignas(64) double per_sound_0[kRounds], per_sound_1[kRounds], per_sound_2[kRounds], per_sound_3[kRounds];
  alignas(64) std::int64_t piece[kRounds], is_far[kRounds];
  int far_count, far[kRounds];
};

#define PAVISE_ROW static inline __attribute__((always_inline))

PAVISE_ROW GuidedRow row_at(const double* c, int i) {
  GuidedRow w;
  w.rx = c[i], w.ry = c[1 * kRounds + i], w.rz = c[2 * kRounds + i];
  w.vx = c[3 * kRounds + i], w.vy = c[4 * kRounds + i], w.vz = c[5 * kRounds + i];
  w.ax = c[6 * kRounds + i], w.ay = c[7 * kRounds + i], w.az = c[8 * kRounds + i];
  w.time_s = c[9 * kRounds + i], w.largest2 = c[10 * kRounds + i];
  w.stop_s = c[11 * kRounds + i], w.burnout_s = c[12 * kRounds + i];
  w.line_kg = c[13 * kRounds + i], w.flow_kgps = c[14 * kRounds + i], w.path_begin_s = c[15 * kRounds + i];
  w.c0z = c[16 * kRounds + i], w.c1x = c[17 * kRounds + i], w.c1y = c[18 * kRounds + i], w.c1z = c[19 * kRounds + i];
  w.c2x = c[20 * kRounds + i], w.c2y = c[21 * kRounds + i], w.c2z = c[22 * kRounds + i];
  w.c3x = c[23 * kRounds + i], w.c3y = c[24 * kRounds + i], w.c3z = c[25 * kRounds + i];
  return w;
}
static_assert(GuidedSlots::kColumns == 27);

PAVISE_ROW void put_target(TargetColumns& to, int i, const guided_flight::TargetState& t) {
  to.z[i] = t.z, to.vx[i] = t.vx, to.vy[i] = t.vy, to.vz[i] = t.vz, to.ax[i] = t.ax, to.ay[i] = t.ay, to.az[i] = t.az;
}
PAVISE_ROW guided_flight::TargetState target_in(const TargetColumns& from, int i) {
  return {from.z[i], from.vx[i], from.vy[i], from.vz[i], from.ax[i], from.ay[i], from.az[i]};
}
PAVISE_ROW void put_flight(FlightLanes& to, int i, const guided_flight::Flight& f) {
  to.rx[i] = f.rx, to.ry[i] = f.ry, to.rz[i] = f.rz, to.vx[i] = f.vx, to.vy[i] = f.vy, to.vz[i] = f.vz;
  to.ax[i] = f.ax, to.ay[i] = f.ay, to.az[i] = f.az;
}
PAVISE_ROW guided_flight::Flight flight_in(const FlightLanes& from, int i) {
  return {from.rx[i], from.ry[i], from.rz[i], from.vx[i], from.vy[i], from.vz[i], from.ax[i], from.ay[i], from.az[i]};
}
PAVISE_ROW void put_rates(FlightLanes& to, int i, const guided_flight::Rates& k) {
  put_flight(to, i, {k.rx, k.ry, k.rz, k.vx, k.vy, k.vz, k.ax, k.ay, k.az});
}

PAVISE_ROW void go_to(Step& s, const TargetColumns& target, int i, const guided_flight::Flight& f) {
  put_flight(s.flight, i, f);
  s.altitude[i] = target.z[i] - f.rz;
}

template <class Way>
PAVISE_ROW void plan_row(const FlightModel& m, const double* c, Step& s, int i) {
  const GuidedRow w = row_at(c, i);
  const double tau = w.time_s - w.path_begin_s;
  const guided_flight::TargetState t = guided_flight::target_at<Way::kIsAugmented>(w, tau);
  const guided_flight::StepPlan plan = guided_flight::plan_step(m, w, tau, t);
  put_target(s.begin, i, t);
  s.tau[i] = tau;
  s.length[i] = plan.length_s, s.is_last[i] = plan.is_last, s.finishes[i] = plan.finishes;
  s.opens[i] = plan.opens_at_begin, s.counts[i] = plan.counts_at_begin;
  s.per_mass_begin[i] = plan.per_mass_begin, s.per_mass_middle[i] = plan.per_mass_middle;
  s.per_mass_end[i] = plan.per_mass_end;
  go_to(s, s.begin, i, guided_flight::flight_of(w));
}
template <class Way>
PAVISE_ROW void targets_row(const double* c, Step& s, int i) {
  const GuidedRow w = row_at(c, i);
  put_target(s.middle, i, guided_flight::target_at<Way::kIsAugmented>(w, s.tau[i] + 0.5 * s.length[i]));
  put_target(s.end, i, guided_flight::target_at<Way::kIsAugmented>(w, s.tau[i] + s.length[i]));
}

/// Looks up the piece of air of each round's step, and lists those that have none.
PAVISE_ROW void unpack_row(const double* c, Step& s, int i) {
  const double density_45 = s.density_4[i], per_sound_23 = s.per_sound_2[i];
  s.density_4[i] = upper_of(density_45), s.density_5[i] = lower_of(density_45);
  s.per_sound_2[i] = upper_of(per_sound_23), s.per_sound_3[i] = lower_of(per_sound_23);
  const bool is_near =
      stays_in_reach(reach_of(s.per_sound_0[i]), s.centre[i], s.altitude[i], c[5 * kRounds + i], s.length[i]);
  s.is_far[i] = is_near ? 0 : 1;
}
static inline void find_pieces(const double* __restrict table, const double* __restrict c, Step& s, int rounds) {
#pragma omp simd
  for (int i = 0; i < rounds; ++i) s.piece[i] = air_piece_at(s.altitude[i], s.centre[i]) * AirPieces::kStride;
  for (int i = 0; i < rounds; ++i) {
    const double* __restrict piece = table + s.piece[i];
    s.density_0[i] = piece[0], s.density_1[i] = piece[1], s.density_2[i] = piece[2], s.density_3[i] = piece[3];
    s.density_4[i] = piece[4], s.per_sound_0[i] = piece[5], s.per_sound_1[i] = piece[6], s.per_sound_2[i] = piece[7];
    asm("" ::: "memory");  // not to be made into gathers
  }
#pragma omp simd
  for (int i = 0; i < rounds; ++i) unpack_row(c, s, i);
  s.far_count = 0;
  for (int i = 0; i < rounds; ++i) {
    s.far[s.far_count] = i;
    s.far_count += int(s.is_far[i]);
  }
}
PAVISE_ROW void air_row(Step& s, int i) {
  const double x = s.altitude[i] * AirPieces::kPerCell_m - s.centre[i];
  s.density[i] = density_in_piece(x, s.density_0[i], s.density_1[i], s.density_2[i], s.density_3[i], s.density_4[i],
                                  s.density_5[i]);
  s.per_sound[i] = per_sound_in_piece(x, s.per_sound_0[i], s.per_sound_1[i], s.per_sound_2[i], s.per_sound_3[i]);
}
PAVISE_ROW void air_of_rounds(Step& s, int rounds) {
#pragma omp simd
  for (int i = 0; i < rounds; ++i) air_row(s, i);
  for (int k = 0; k < s.far_count; ++k) {
    const int i = s.far[k];
    flight_air_at<false>(s.altitude[i], s.density[i], s.per_sound[i]);
  }
}

template <class Way>
PAVISE_ROW void drag_row(const FlightModel& m, Step& s, int i) {
  double speed_mps, drag_kgps;
  guided_flight::drag_on<Way>(m, flight_in(s.flight, i), s.density[i], s.per_sound[i], speed_mps, drag_kgps);
  s.speed[i] = speed_mps, s.drag[i] = drag_kgps;
}
template <class Way>
PAVISE_ROW void command_row(const FlightModel& m, Step& s, const TargetColumns& target, int i) {
  const guided_flight::Command k =
      guided_flight::command_of<Way>(m, target_in(target, i), flight_in(s.flight, i));
  s.x[i] = k.x, s.y[i] = k.y, s.z[i] = k.z, s.inverse_v2[i] = k.inverse_v2;
}
/// All that the rates of a stage need before they are put together.
template <class Way>
PAVISE_ROW void prepare_stage(const FlightModel& m, Step& s, const TargetColumns& target, int rounds) {
  if (Way::kHasAir) air_of_rounds(s, rounds);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) drag_row<Way>(m, s, i);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) command_row<Way>(m, s, target, i);
}
template <class Way>
PAVISE_ROW guided_flight::Rates rates_of_row(const FlightModel& m, const double* c, const Step& s,
                                             const TargetColumns& target, double inverse_mass, int i) {
  return guided_flight::rates_of<Way>(m, target_in(target, i), flight_in(s.flight, i),
                                      {s.x[i], s.y[i], s.z[i], s.inverse_v2[i]}, c[14 * kRounds + i], inverse_mass,
                                      s.speed[i], s.drag[i]);
}
template <class Way>
PAVISE_ROW void first_stage_row(const FlightModel& m, const double* c, Step& s, int i) {
  const guided_flight::Rates k = rates_of_row<Way>(m, c, s, s.begin, s.per_mass_begin[i], i);
  put_rates(s.first, i, k);
  s.acting2[i] = k.px * k.px + k.py * k.py + k.pz * k.pz;
  go_to(s, s.middle, i, guided_flight::along(flight_in(s.flight, i), 0.5 * s.length[i], k));
}
template <class Way>
PAVISE_ROW void second_stage_row(const FlightModel& m, const double* c, Step& s, int i) {
  const guided_flight::Rates k = rates_of_row<Way>(m, c, s, s.middle, s.per_mass_middle[i], i);
  put_rates(s.second, i, k);
  go_to(s, s.middle, i, guided_flight::along(guided_flight::flight_of(row_at(c, i)), 0.5 * s.length[i], k));
}
template <class Way>
PAVISE_ROW void third_stage_row(const FlightModel& m, const double* c, Step& s, int i) {
  const guided_flight::Rates k = rates_of_row<Way>(m, c, s, s.middle, s.per_mass_middle[i], i);
  const guided_flight::Flight k2 = flight_in(s.second, i);
  put_flight(s.second, i,
             {k2.rx + k.rx, k2.ry + k.ry, k2.rz + k.rz, k2.vx + k.vx, k2.vy + k.vy, k2.vz + k.vz, k2.ax + k.ax,
              k2.ay + k.ay, k2.az + k.az});
  go_to(s, s.end, i, guided_flight::along(guided_flight::flight_of(row_at(c, i)), s.length[i], k));
}
template <class Way>
PAVISE_ROW void last_stage_row(const FlightModel& m, const double* c, Step& s, int i) {
  const guided_flight::Rates k = rates_of_row<Way>(m, c, s, s.end, s.per_mass_end[i], i);
  const guided_flight::Flight k1 = flight_in(s.first, i), k23 = flight_in(s.second, i);
  using guided_flight::runge_kutta;
  put_flight(s.flight, i,
             {runge_kutta(k1.rx, k23.rx, k.rx), runge_kutta(k1.ry, k23.ry, k.ry), runge_kutta(k1.rz, k23.rz, k.rz),
              runge_kutta(k1.vx, k23.vx, k.vx), runge_kutta(k1.vy, k23.vy, k.vy), runge_kutta(k1.vz, k23.vz, k.vz),
              runge_kutta(k1.ax, k23.ax, k.ax), runge_kutta(k1.ay, k23.ay, k.ay), runge_kutta(k1.az, k23.az, k.az)});
}
PAVISE_ROW void end_row(const FlightModel& m, double* c, const Step& s, int i) {
  GuidedRow w = row_at(c, i);
  const guided_flight::StepPlan plan{s.length[i], s.is_last[i], s.finishes[i], s.opens[i], s.counts[i], 0, 0, 0};
  guided_flight::end_step(m, plan, flight_in(s.flight, i), s.acting2[i], w);
  c[i] = w.rx, c[1 * kRounds + i] = w.ry, c[2 * kRounds + i] = w.rz;
  c[3 * kRounds + i] = w.vx, c[4 * kRounds + i] = w.vy, c[5 * kRounds + i] = w.vz;
  c[6 * kRounds + i] = w.ax, c[7 * kRounds + i] = w.ay, c[8 * kRounds + i] = w.az;
  c[9 * kRounds + i] = w.time_s, c[10 * kRounds + i] = w.largest2;
  c[26 * kRounds + i] = w.event;
}

template <class Way>
static void step_groups(const FlightModel* __restrict model, double* __restrict c, int groups) {
  const FlightModel& m = *model;
  const int rounds = groups * GuidedSlots::kGroup;
  Step s;
#pragma omp simd
  for (int i = 0; i < rounds; ++i) plan_row<Way>(m, c, s, i);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) targets_row<Way>(c, s, i);
  if (Way::kHasAir) find_pieces(air_pieces().piece[0].density, c, s, rounds);
  prepare_stage<Way>(m, s, s.begin, rounds);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) first_stage_row<Way>(m, c, s, i);
  prepare_stage<Way>(m, s, s.middle, rounds);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) second_stage_row<Way>(m, c, s, i);
  prepare_stage<Way>(m, s, s.middle, rounds);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) third_stage_row<Way>(m, c, s, i);
  prepare_stage<Way>(m, s, s.end, rounds);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) last_stage_row<Way>(m, c, s, i);
#pragma omp simd
  for (int i = 0; i < rounds; ++i) end_row(m, c, s, i);
}

template <bool kIsPure, bool kIsAugmented>
static void step_by_air(const FlightModel* model, double* c, int groups) {
  using guided_flight::Way;
  if (model->drag_rows == 0) return step_groups<Way<kIsPure, kIsAugmented, 0, true>>(model, c, groups);
  if (model->drag_rows > 8) return step_groups<Way<kIsPure, kIsAugmented, 24, true>>(model, c, groups);
  step_groups<Way<kIsPure, kIsAugmented, 8, true>>(model, c, groups);
}

void step_guided_groups(const FlightModel& model, GuidedSlots& slots, int groups) {
  double* c = &slots.columns[0][0];
  const bool is_augmented = model.law.augmentation != 0;
  if (model.law.is_pure != 0)
    is_augmented ? step_by_air<true, true>(&model, c, groups) : step_by_air<true, false>(&model, c, groups);
  else
    is_augmented ? step_by_air<false, true>(&model, c, groups) : step_by_air<false, false>(&model, c, groups);
}

#undef PAVISE_ROW

}  // namespace pavise::PAVISE_VARIANT
