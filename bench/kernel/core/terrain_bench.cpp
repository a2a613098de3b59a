// Line of sight over terrain: the pyramid against a walk over all cells that the line crosses, in turn on the same
// lines. Ridges like those of data/terrain/hills.asc on a fine grid (1000 x 1000 nodes, 60 m): antenna 12 m above the
// ground, targets 30 m (drones) or 3 km above it at up to 30 km.
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernel/core/terrain.hpp"

namespace pavise {
namespace {

Terrain ridges() {
  TerrainGrid grid{-30e3, -30e3, 60, 1000, 1000, {}};
  for (int j = 0; j < grid.rows; ++j)
    for (int i = 0; i < grid.columns; ++i) {
      const double x = i * 0.06 - 30, y = j * 0.06 - 30;
      const double a = std::sin((x + 0.4 * y) / 6), b = std::sin((0.7 * x - y) / 3.1),
                   c = std::sin(x / 0.4) * std::sin(y / 0.5);
      grid.height_m.push_back(float(220 * a * a + 110 * b * b + 30 * c * c));
    }
  return Terrain(std::move(grid));
}

struct Lines {
  std::vector<Vec3> from, to;
};
Lines lines_over(const Terrain& terrain, double above_m) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> near(-5e3, 5e3), far(-29e3, 29e3);
  Lines lines;
  for (int k = 0; k < 4096; ++k) {
    Vec3 a{near(random), near(random), 0}, b{far(random), far(random), 0};
    a.z = terrain.height_m(a.x, a.y) + 12;
    b.z = terrain.height_m(b.x, b.y) + above_m;
    lines.from.push_back(a);
    lines.to.push_back(b);
  }
  return lines;
}

/// The slow twin: the ground every half cell.
bool is_masked_by_sampling(const Terrain& terrain, Vec3 a, Vec3 b, double radius_m) {
  const double dx = b.x - a.x, dy = b.y - a.y, ground2 = dx * dx + dy * dy;
  const int samples = int(std::sqrt(ground2) / (0.5 * terrain.grid().spacing_m)) + 1;
  for (int k = 0; k <= samples; ++k) {
    const double t = double(k) / samples;
    const double ray = a.z + t * (b.z - a.z) - t * (1 - t) * ground2 / (2 * radius_m);
    if (ray < terrain.height_m(a.x + t * dx, a.y + t * dy) - 1e-3) return true;
  }
  return false;
}

template <bool by_sampling>
void line_of_sight(benchmark::State& state) {
  const Terrain terrain = ridges();
  const Lines lines = lines_over(terrain, double(state.range(0)));
  const double radius_m = 4.0 / 3 * kEarthRadius_m;
  std::size_t k = 0, masked = 0, tested = 0;
  for (auto _ : state) {
    const bool is_masked = by_sampling ? is_masked_by_sampling(terrain, lines.from[k], lines.to[k], radius_m)
                                       : terrain.is_masked(lines.from[k], lines.to[k], radius_m);
    masked += is_masked;
    ++tested;
    k = (k + 1) % lines.from.size();
    benchmark::DoNotOptimize(is_masked);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["masked"] = double(masked) / double(tested);
}
BENCHMARK(line_of_sight<false>)->Name("terrain/line_of_sight/pyramid")->Arg(30)->Arg(3000);
BENCHMARK(line_of_sight<true>)->Name("terrain/line_of_sight/sampling")->Arg(30)->Arg(3000);

void greatest_height(benchmark::State& state) {
  const Terrain terrain = ridges();
  const Lines lines = lines_over(terrain, 0);
  std::size_t k = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(terrain.greatest_height_m(lines.from[k].x, lines.from[k].y, lines.to[k].x, lines.to[k].y));
    k = (k + 1) % lines.from.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(greatest_height)->Name("terrain/greatest_height");

}  // namespace
}  // namespace pavise
