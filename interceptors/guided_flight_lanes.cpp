#include "interceptors/guided_flight_lanes.hpp"

namespace pavise::PAVISE_VARIANT {

static constexpr int kRounds = GuidedSlots::kRounds;

// A row's step stands in a function of its own: variables declared in the loop itself would become arrays over the
// lanes, and the loop would not vectorise.
template <class Way>
static inline __attribute__((always_inline)) void step_slot(const FlightModel* __restrict model,
                                                            double* __restrict c, int i) {
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
  guided_flight::step_guided<Way>(*model, w);
  c[i] = w.rx, c[1 * kRounds + i] = w.ry, c[2 * kRounds + i] = w.rz;
  c[3 * kRounds + i] = w.vx, c[4 * kRounds + i] = w.vy, c[5 * kRounds + i] = w.vz;
  c[6 * kRounds + i] = w.ax, c[7 * kRounds + i] = w.ay, c[8 * kRounds + i] = w.az;
  c[9 * kRounds + i] = w.time_s, c[10 * kRounds + i] = w.largest2;
  c[26 * kRounds + i] = w.event;
}
static_assert(GuidedSlots::kColumns == 27);

template <class Way>
static void step_groups(const FlightModel* __restrict model, double* __restrict c, int groups) {
  for (int first = 0; first < groups * GuidedSlots::kGroup; first += GuidedSlots::kGroup) {
#pragma omp simd
    for (int i = first; i < first + GuidedSlots::kGroup; ++i) step_slot<Way>(model, c, i);
  }
}

template <bool kIsPure, bool kIsAugmented>
static void step_by_air(const FlightModel* model, double* c, int groups) {
  using guided_flight::Way;
  if (model->drag_rows == 0) return step_groups<Way<kIsPure, kIsAugmented, 0, 8>>(model, c, groups);
  if (model->drag_rows > 8) return step_groups<Way<kIsPure, kIsAugmented, 24, 8>>(model, c, groups);

  // whether a row could come above the third layer within the step, whatever acts on it
  constexpr double kThirdLayerEnds_m = 32000, kMost_mps2 = 1e4;
  const double step_s = model->step_s;
  bool is_low = true;
  for (int i = 0; i < groups * GuidedSlots::kGroup; ++i) {
    const double tau = c[9 * kRounds + i] - c[15 * kRounds + i], rise_mps = std::fabs(c[5 * kRounds + i]);
    const double z_m = c[16 * kRounds + i] + tau * (c[19 * kRounds + i] + tau * (c[22 * kRounds + i] + tau * c[25 * kRounds + i])) - c[2 * kRounds + i];
    is_low &= z_m + step_s * (rise_mps + step_s * kMost_mps2) < kThirdLayerEnds_m;
  }
  is_low ? step_groups<Way<kIsPure, kIsAugmented, 8, 3>>(model, c, groups)
         : step_groups<Way<kIsPure, kIsAugmented, 8, 8>>(model, c, groups);
}

void step_guided_groups(const FlightModel& model, GuidedSlots& slots, int groups) {
  double* c = &slots.columns[0][0];
  const bool is_augmented = model.law.augmentation != 0;
  if (model.law.is_pure != 0)
    is_augmented ? step_by_air<true, true>(&model, c, groups) : step_by_air<true, false>(&model, c, groups);
  else
    is_augmented ? step_by_air<false, true>(&model, c, groups) : step_by_air<false, false>(&model, c, groups);
}

}  // namespace pavise::PAVISE_VARIANT
