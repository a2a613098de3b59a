#include "kernel/threats/flight_lanes.hpp"

namespace pavise::PAVISE_VARIANT {

// A Runge-Kutta step of one row is a chain of some 700 operations, each waiting for the one before: longer than a
// processor looks ahead, so that a loop over whole steps runs at the latency of the chain, half as fast as this. So the
// four stages are loops of their own over a chunk of rows that stays in the first-level cache, and the air is a loop of
// its own within each: a few rows' short chains overlap, and the constants of one loop fit into the registers.
//
// A row's arithmetic stands in a function of its own: variables declared in the loop would become arrays over the
// lanes, and the loop would not vectorise.
constexpr std::int32_t kChunk = 64;

struct Chunk {
  alignas(64) double step[kChunk], per_mass_begin[kChunk], per_mass_middle[kChunk], per_mass_end[kChunk];
  alignas(64) double z0[kChunk], vx0[kChunk], vy0[kChunk], vz0[kChunk];  // at the step's begin
  alignas(64) double z[kChunk], vx[kChunk], vy[kChunk], vz[kChunk];      // at the present stage
  alignas(64) double density[kChunk], per_sound[kChunk];
  alignas(64) double ax1[kChunk], ay1[kChunk], az1[kChunk];
  alignas(64) double sum_vx[kChunk], sum_vy[kChunk], sum_vz[kChunk];  // of stages 2 and 3
  alignas(64) double sum_ax[kChunk], sum_ay[kChunk], sum_az[kChunk];
  alignas(64) double flow[kChunk], thrust[kChunk], dx[kChunk], dy[kChunk], dz[kChunk], along[kChunk];
};

static inline __attribute__((always_inline)) void air_of_chunk(Chunk& c, const double* z, std::int32_t lanes) {
#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) flight_air_at<true>(z[i], c.density[i], c.per_sound[i]);
}

template <std::int32_t kRows, bool kBurns>
static inline __attribute__((always_inline)) void accelerate_row(const CurveRows<kRows>& curve, const FlatWorld& world,
                                                                 double half_area_m2, double per_mass, const Chunk& c,
                                                                 std::int32_t i, double vx, double vy, double vz,
                                                                 double& ax, double& ay, double& az) {
  flat_acceleration(curve, world, half_area_m2 * per_mass, c.density[i], c.per_sound[i], vx, vy, vz, ax, ay, az);
  if (kBurns) add_thrust(c.thrust[i] * per_mass, c.along[i] != 0, c.dx[i], c.dy[i], c.dz[i], vx, vy, vz, ax, ay, az);
}

template <std::int32_t kRows, bool kBurns>
static inline __attribute__((always_inline)) void first_stage_row(const CurveRows<kRows>& curve, const FlatWorld& world,
                                                                  double half_area_m2, Chunk& c, std::int32_t i) {
  double ax, ay, az;
  accelerate_row<kRows, kBurns>(curve, world, half_area_m2, c.per_mass_begin[i], c, i, c.vx0[i], c.vy0[i], c.vz0[i], ax,
                                ay, az);
  const double half_s = 0.5 * c.step[i];
  c.ax1[i] = ax, c.ay1[i] = ay, c.az1[i] = az;
  c.z[i] = c.z0[i] + half_s * c.vz0[i];
  c.vx[i] = c.vx0[i] + half_s * ax, c.vy[i] = c.vy0[i] + half_s * ay, c.vz[i] = c.vz0[i] + half_s * az;
}
template <std::int32_t kRows, bool kBurns>
static inline __attribute__((always_inline)) void second_stage_row(const CurveRows<kRows>& curve,
                                                                   const FlatWorld& world, double half_area_m2,
                                                                   Chunk& c, std::int32_t i) {
  double ax, ay, az;
  accelerate_row<kRows, kBurns>(curve, world, half_area_m2, kBurns ? c.per_mass_middle[i] : c.per_mass_begin[i], c, i,
                                c.vx[i], c.vy[i], c.vz[i], ax, ay, az);
  const double half_s = 0.5 * c.step[i];
  c.sum_vx[i] = c.vx[i], c.sum_vy[i] = c.vy[i], c.sum_vz[i] = c.vz[i];
  c.sum_ax[i] = ax, c.sum_ay[i] = ay, c.sum_az[i] = az;
  c.z[i] = c.z0[i] + half_s * c.vz[i];
  c.vx[i] = c.vx0[i] + half_s * ax, c.vy[i] = c.vy0[i] + half_s * ay, c.vz[i] = c.vz0[i] + half_s * az;
}
template <std::int32_t kRows, bool kBurns>
static inline __attribute__((always_inline)) void third_stage_row(const CurveRows<kRows>& curve, const FlatWorld& world,
                                                                  double half_area_m2, Chunk& c, std::int32_t i) {
  double ax, ay, az;
  accelerate_row<kRows, kBurns>(curve, world, half_area_m2, kBurns ? c.per_mass_middle[i] : c.per_mass_begin[i], c, i,
                                c.vx[i], c.vy[i], c.vz[i], ax, ay, az);
  const double step_s = c.step[i];
  c.sum_vx[i] += c.vx[i], c.sum_vy[i] += c.vy[i], c.sum_vz[i] += c.vz[i];
  c.sum_ax[i] += ax, c.sum_ay[i] += ay, c.sum_az[i] += az;
  c.z[i] = c.z0[i] + step_s * c.vz[i];
  c.vx[i] = c.vx0[i] + step_s * ax, c.vy[i] = c.vy0[i] + step_s * ay, c.vz[i] = c.vz0[i] + step_s * az;
}
template <std::int32_t kRows, bool kBurns>
static inline __attribute__((always_inline)) void last_stage_row(const CurveRows<kRows>& curve, const FlatWorld& world,
                                                                 double half_area_m2, const Chunk& c, std::int32_t i,
                                                                 double& x, double& y, double& z, double& vx,
                                                                 double& vy, double& vz) {
  double ax, ay, az;
  accelerate_row<kRows, kBurns>(curve, world, half_area_m2, kBurns ? c.per_mass_end[i] : c.per_mass_begin[i], c, i,
                                c.vx[i], c.vy[i], c.vz[i], ax, ay, az);
  const double sixth_s = c.step[i] * (1.0 / 6.0);
  x = x + sixth_s * (c.vx0[i] + 2 * c.sum_vx[i] + c.vx[i]);
  y = y + sixth_s * (c.vy0[i] + 2 * c.sum_vy[i] + c.vy[i]);
  z = c.z0[i] + sixth_s * (c.vz0[i] + 2 * c.sum_vz[i] + c.vz[i]);
  vx = c.vx0[i] + sixth_s * (c.ax1[i] + 2 * c.sum_ax[i] + ax);
  vy = c.vy0[i] + sixth_s * (c.ay1[i] + 2 * c.sum_ay[i] + ay);
  vz = c.vz0[i] + sixth_s * (c.az1[i] + 2 * c.sum_az[i] + az);
}

static inline __attribute__((always_inline)) void load_column(double* __restrict lane, const double* __restrict column,
                                                              std::int32_t rows, std::int32_t lanes) {
  for (std::int32_t i = 0; i < rows; ++i) lane[i] = column[i];
  for (std::int32_t i = rows; i < lanes; ++i) lane[i] = column[0];
}

/// The columns' rows into the chunk; the lanes that fill the last vector repeat its first row.
template <bool kBurns>
static inline void load_chunk(Chunk& c, const FlightColumns& from, std::int32_t begin, std::int32_t rows,
                              std::int32_t lanes) {
  load_column(c.step, from.step_s + begin, rows, lanes);
  load_column(c.per_mass_begin, from.mass_kg + begin, rows, lanes);
  load_column(c.z0, from.z_m + begin, rows, lanes);
  load_column(c.vx0, from.vx_mps + begin, rows, lanes);
  load_column(c.vy0, from.vy_mps + begin, rows, lanes);
  load_column(c.vz0, from.vz_mps + begin, rows, lanes);
  if (kBurns) {
    load_column(c.flow, from.flow_kgps + begin, rows, lanes);
    load_column(c.thrust, from.thrust_N + begin, rows, lanes);
    load_column(c.along, from.is_along_velocity + begin, rows, lanes);
    load_column(c.dx, from.dx + begin, rows, lanes);
    load_column(c.dy, from.dy + begin, rows, lanes);
    load_column(c.dz, from.dz + begin, rows, lanes);
  }
#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) {
    const double mass = c.per_mass_begin[i];
    c.per_mass_begin[i] = 1 / mass;
    if (kBurns) {
      c.per_mass_middle[i] = 1 / (mass - c.flow[i] * (0.5 * c.step[i]));
      c.per_mass_end[i] = 1 / (mass - c.flow[i] * c.step[i]);
    }
  }
}

template <std::int32_t kRows, bool kBurns>
static inline void fly(const FlightShared& shared, const FlightColumns& columns, std::int32_t rows) {
  const CurveRows<kRows> curve(*shared.curve);
  const FlatWorld world = shared.world;
  const double half_area_m2 = 0.5 * shared.curve->area_m2;
  Chunk c;
  for (std::int32_t begin = 0; begin < rows; begin += kChunk) {
    const std::int32_t count = rows - begin < kChunk ? rows - begin : kChunk;
    const std::int32_t lanes = (count + 7) / 8 * 8;
    load_chunk<kBurns>(c, columns, begin, count, lanes);

    air_of_chunk(c, c.z0, lanes);
#pragma omp simd
    for (std::int32_t i = 0; i < lanes; ++i) first_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);
    air_of_chunk(c, c.z, lanes);
#pragma omp simd
    for (std::int32_t i = 0; i < lanes; ++i) second_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);
    air_of_chunk(c, c.z, lanes);
#pragma omp simd
    for (std::int32_t i = 0; i < lanes; ++i) third_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);
    air_of_chunk(c, c.z, lanes);

    double* __restrict x = columns.x_m + begin, * __restrict y = columns.y_m + begin, * __restrict z = columns.z_m + begin;
    double* __restrict vx = columns.vx_mps + begin, * __restrict vy = columns.vy_mps + begin;
    double* __restrict vz = columns.vz_mps + begin;
#pragma omp simd
    for (std::int32_t i = 0; i < count; ++i)
      last_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i, x[i], y[i], z[i], vx[i], vy[i], vz[i]);
  }
}

void fly_coasting_step(const FlightShared& shared, const FlightColumns& columns, std::int32_t rows) {
  if (shared.curve->rows <= 1)
    fly<1, false>(shared, columns, rows);
  else if (shared.curve->rows <= 8)
    fly<8, false>(shared, columns, rows);
  else
    fly<24, false>(shared, columns, rows);
}

void fly_burning_step(const FlightShared& shared, const FlightColumns& columns, std::int32_t rows) {
  if (shared.curve->rows <= 1)
    fly<1, true>(shared, columns, rows);
  else if (shared.curve->rows <= 8)
    fly<8, true>(shared, columns, rows);
  else
    fly<24, true>(shared, columns, rows);
}

}  // namespace pavise::PAVISE_VARIANT
