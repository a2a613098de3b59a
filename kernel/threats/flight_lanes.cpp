#include "kernel/threats/flight_lanes.hpp"

#include "kernel/core/air_pieces.hpp"

namespace pavise::PAVISE_VARIANT {

// A Runge-Kutta step of one row is a chain of some 700 operations, each waiting for the one before: longer than a
// processor looks ahead, so that a loop over whole steps runs at the latency of the chain, half as fast as this. So the
// four stages are loops of their own over a chunk of rows that stays in the first-level cache, and the air is a loop of
// its own within each: a few rows' short chains overlap, and the constants of one loop fit into the registers.
//
// Nearly all steps stay within reach of one piece of air (air_pieces.hpp), looked up once. The few that might not are
// collected and take the whole standard atmosphere at each stage, in lanes of their own.
//
// A row's arithmetic stands in a function of its own: variables declared in the loop would become arrays over the
// lanes, and the loop would not vectorise.
constexpr std::int32_t kChunk = 64;

struct Chunk {
  alignas(64) double step[kChunk], per_mass_begin[kChunk], per_mass_middle[kChunk], per_mass_end[kChunk];
  alignas(64) double x0[kChunk], y0[kChunk], z0[kChunk], vx0[kChunk], vy0[kChunk], vz0[kChunk];  // at the step's begin
  alignas(64) double z[kChunk], vx[kChunk], vy[kChunk], vz[kChunk];      // at the present stage
  alignas(64) double density[kChunk], per_sound[kChunk];
  alignas(64) double centre[kChunk], density_0[kChunk], density_1[kChunk], density_2[kChunk], density_3[kChunk];
  alignas(64) double density_4[kChunk], density_5[kChunk];
  alignas(64) double per_sound_0[kChunk], per_sound_1[kChunk], per_sound_2[kChunk], per_sound_3[kChunk];
  alignas(64) std::int64_t is_far[kChunk], piece[kChunk];
  alignas(64) double ax1[kChunk], ay1[kChunk], az1[kChunk];
  alignas(64) double sum_vx[kChunk], sum_vy[kChunk], sum_vz[kChunk];  // of stages 2 and 3
  alignas(64) double sum_ax[kChunk], sum_ay[kChunk], sum_az[kChunk];
  alignas(64) double flow[kChunk], thrust[kChunk], dx[kChunk], dy[kChunk], dz[kChunk], along[kChunk];
};

// A piece is copied word by word: what compilers make of a loop that gathers from eight places costs three times as much.
static inline __attribute__((always_inline)) void find_pieces(const double* __restrict table, Chunk& c,
                                                              std::int32_t lanes) {
#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) c.piece[i] = air_piece_at(c.z0[i], c.centre[i]) * AirPieces::kStride;
  for (std::int32_t i = 0; i < lanes; ++i) {
    const double* __restrict piece = table + c.piece[i];
    c.density_0[i] = piece[0], c.density_1[i] = piece[1], c.density_2[i] = piece[2], c.density_3[i] = piece[3];
    c.density_4[i] = piece[4], c.per_sound_0[i] = piece[5], c.per_sound_1[i] = piece[6], c.per_sound_2[i] = piece[7];
    asm("" ::: "memory");
  }
}
static inline __attribute__((always_inline)) void unpack_piece(Chunk& c, std::int32_t i) {
  const double density_45 = c.density_4[i], per_sound_23 = c.per_sound_2[i];
  c.density_4[i] = upper_of(density_45), c.density_5[i] = lower_of(density_45);
  c.per_sound_2[i] = upper_of(per_sound_23), c.per_sound_3[i] = lower_of(per_sound_23);
  c.is_far[i] = stays_in_reach(reach_of(c.per_sound_0[i]), c.centre[i], c.z0[i], c.vz0[i], c.step[i]) ? 0 : 1;
}
static inline __attribute__((always_inline)) void air_in_piece(Chunk& c, const double* z, std::int32_t i) {
  const double x = z[i] * AirPieces::kPerCell_m - c.centre[i];
  c.density[i] = density_in_piece(x, c.density_0[i], c.density_1[i], c.density_2[i], c.density_3[i], c.density_4[i],
                                  c.density_5[i]);
  c.per_sound[i] = per_sound_in_piece(x, c.per_sound_0[i], c.per_sound_1[i], c.per_sound_2[i], c.per_sound_3[i]);
}
template <bool kIsNear>
static inline __attribute__((always_inline)) void air_of_chunk(Chunk& c, const double* z, std::int32_t lanes) {
  if (kIsNear) {
#pragma omp simd
    for (std::int32_t i = 0; i < lanes; ++i) air_in_piece(c, z, i);
  } else {
#pragma omp simd
    for (std::int32_t i = 0; i < lanes; ++i) flight_air_at<true>(z[i], c.density[i], c.per_sound[i]);
  }
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
                                                                 double half_area_m2, Chunk& c, std::int32_t i) {
  double ax, ay, az;
  accelerate_row<kRows, kBurns>(curve, world, half_area_m2, kBurns ? c.per_mass_end[i] : c.per_mass_begin[i], c, i,
                                c.vx[i], c.vy[i], c.vz[i], ax, ay, az);
  const double sixth_s = c.step[i] * (1.0 / 6.0);
  c.x0[i] = c.x0[i] + sixth_s * (c.vx0[i] + 2 * c.sum_vx[i] + c.vx[i]);
  c.y0[i] = c.y0[i] + sixth_s * (c.vy0[i] + 2 * c.sum_vy[i] + c.vy[i]);
  c.z0[i] = c.z0[i] + sixth_s * (c.vz0[i] + 2 * c.sum_vz[i] + c.vz[i]);
  c.vx0[i] = c.vx0[i] + sixth_s * (c.ax1[i] + 2 * c.sum_ax[i] + ax);
  c.vy0[i] = c.vy0[i] + sixth_s * (c.ay1[i] + 2 * c.sum_ay[i] + ay);
  c.vz0[i] = c.vz0[i] + sixth_s * (c.az1[i] + 2 * c.sum_az[i] + az);
}

static inline __attribute__((always_inline)) void load_column(double* __restrict lane, const double* __restrict column,
                                                              std::int32_t rows, std::int32_t lanes) {
  for (std::int32_t i = 0; i < rows; ++i) lane[i] = column[i];
  for (std::int32_t i = rows; i < lanes; ++i) lane[i] = column[0];
}

static inline __attribute__((always_inline)) void store_column(double* __restrict column, const double* __restrict lane,
                                                               std::int32_t rows) {
  for (std::int32_t i = 0; i < rows; ++i) column[i] = lane[i];
}

/// The columns' rows into the chunk; the lanes that fill the last vector repeat its first row.
template <bool kBurns>
static inline void load_chunk(Chunk& c, const FlightColumns& from, std::int32_t begin, std::int32_t rows,
                              std::int32_t lanes) {
  load_column(c.step, from.step_s + begin, rows, lanes);
  load_column(c.per_mass_begin, from.mass_kg + begin, rows, lanes);
  load_column(c.x0, from.x_m + begin, rows, lanes);
  load_column(c.y0, from.y_m + begin, rows, lanes);
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

/// The four stages of the rows that the chunk holds, and their sum into the columns.
template <std::int32_t kRows, bool kBurns, bool kIsNear>
static inline __attribute__((always_inline)) void step_chunk(const CurveRows<kRows>& curve, const FlatWorld& world,
                                                             double half_area_m2, Chunk& c,
                                                             const FlightColumns& columns, std::int32_t begin,
                                                             std::int32_t rows, std::int32_t lanes) {
  air_of_chunk<kIsNear>(c, c.z0, lanes);
#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) first_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);
  air_of_chunk<kIsNear>(c, c.z, lanes);
#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) second_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);
  air_of_chunk<kIsNear>(c, c.z, lanes);
#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) third_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);
  air_of_chunk<kIsNear>(c, c.z, lanes);

#pragma omp simd
  for (std::int32_t i = 0; i < lanes; ++i) last_stage_row<kRows, kBurns>(curve, world, half_area_m2, c, i);

  store_column(columns.x_m + begin, c.x0, rows);
  store_column(columns.y_m + begin, c.y0, rows);
  store_column(columns.z_m + begin, c.z0, rows);
  store_column(columns.vx_mps + begin, c.vx0, rows);
  store_column(columns.vy_mps + begin, c.vy0, rows);
  store_column(columns.vz_mps + begin, c.vz0, rows);
}

/// Rows whose step might leave the reach of its piece of air, collected from all chunks.
struct FarRows {
  std::int32_t count = 0, row[kChunk];
  double column[14][kChunk];

  FlightColumns columns() {
    return {column[0], column[1], column[2], column[3],  column[4],  column[5],  column[6],
            column[7], column[8], column[9], column[10], column[11], column[12], column[13]};
  }
  template <bool kBurns>
  void take(const FlightColumns& from, std::int32_t i) {
    const double* const source[14] = {from.x_m,    from.y_m,     from.z_m,       from.vx_mps,   from.vy_mps,
                                      from.vz_mps, from.step_s,  from.mass_kg,   from.flow_kgps, from.thrust_N,
                                      from.dx,     from.dy,      from.dz,        from.is_along_velocity};
    for (int k = 0; k < (kBurns ? 14 : 8); ++k) column[k][count] = source[k][i];
    row[count++] = i;
  }
  void give(const FlightColumns& to) {
    double* const target[6] = {to.x_m, to.y_m, to.z_m, to.vx_mps, to.vy_mps, to.vz_mps};
    for (int k = 0; k < 6; ++k)
      for (std::int32_t i = 0; i < count; ++i) target[k][row[i]] = column[k][i];
    count = 0;
  }
};

static inline std::int32_t lanes_of(std::int32_t rows) { return (rows + 7) / 8 * 8; }

template <std::int32_t kRows, bool kBurns>
static inline void fly(const FlightShared& shared, const FlightColumns& columns, std::int32_t rows) {
  const CurveRows<kRows> curve(*shared.curve);
  const FlatWorld world = shared.world;
  const double half_area_m2 = 0.5 * shared.curve->area_m2;
  const double* table = air_pieces().piece[0].density;
  Chunk c;
  FarRows far;
  const auto fly_far = [&] {
    const std::int32_t lanes = lanes_of(far.count);
    load_chunk<kBurns>(c, far.columns(), 0, far.count, lanes);
    step_chunk<kRows, kBurns, false>(curve, world, half_area_m2, c, far.columns(), 0, far.count, lanes);
    far.give(columns);
  };
  for (std::int32_t begin = 0; begin < rows; begin += kChunk) {
    const std::int32_t count = rows - begin < kChunk ? rows - begin : kChunk, lanes = lanes_of(count);
    load_chunk<kBurns>(c, columns, begin, count, lanes);
    find_pieces(table, c, lanes);
#pragma omp simd
    for (std::int32_t i = 0; i < lanes; ++i) unpack_piece(c, i);

    std::int64_t sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int32_t i = 0; i < count; ++i) sum += c.is_far[i];
    const std::int32_t far_count = std::int32_t(sum);
    if (far_count > 0) {
      if (far.count + far_count > kChunk) {
        fly_far();
        load_chunk<kBurns>(c, columns, begin, count, lanes);
      }
      for (std::int32_t i = 0; i < count; ++i)
        if (c.is_far[i] != 0) far.take<kBurns>(columns, begin + i);
    }
    if (far_count < count)
      step_chunk<kRows, kBurns, true>(curve, world, half_area_m2, c, columns, begin, count, lanes);
  }
  if (far.count > 0) fly_far();
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
