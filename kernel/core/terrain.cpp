#include "kernel/core/terrain.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernel/core/assert.hpp"

namespace pavise {
namespace {

constexpr double kStill = 1e-10;  // cells; a line that moves less than this one way does not
constexpr double kGraze_m = 1e-3;  // a sensor or target that stands on the ground is not below it by a rounding error

/// q0 + q1 t + q2 t^2.
struct Quadratic {
  double q0, q1, q2;
  double at(double t) const { return q0 + t * (q1 + t * q2); }
  double least(double begin, double end) const {
    double least = std::min(at(begin), at(end));
    if (q2 > 0) {
      const double bottom = -q1 / (2 * q2);
      if (bottom > begin && bottom < end) least = std::min(least, at(bottom));
    }
    return least;
  }
};

struct Span {
  double begin, end;
};
/// The part of `within` on which from + t across lies in [low, high]; begin > end: none.
Span part_within(double from, double across, double low, double high, Span within) {
  if (across == 0) return from >= low && from <= high ? within : Span{1, 0};
  const double a = (low - from) / across, b = (high - from) / across;
  return {std::max(within.begin, std::min(a, b)), std::min(within.end, std::max(a, b))};
}

}  // namespace

/// A line over the grid, in cells: (x0 + t dx, y0 + t dy), t from 0 to 1; its height is a quadratic of t.
struct Terrain::Line {
  double x0, y0, dx, dy;
  Quadratic height;
  Span inside;  // the part over the grid

  /// Where it is over a cell.
  Span over(std::int32_t i, std::int32_t j) const {
    return part_within(y0, dy, j, j + 1, part_within(x0, dx, i, i + 1, {0, 1}));
  }
};

/// A rectangle of cells, both ends included.
struct Terrain::Cells {
  std::int32_t i0, j0, i1, j1;
  bool is_handful() const { return i1 - i0 <= 1 && j1 - j0 <= 1; }
};

namespace {

/// The ground under a line within one cell: bilinear, so a quadratic of t.
template <class Line>
Quadratic ground_under(const TerrainGrid& grid, const Line& line, std::int32_t i, std::int32_t j) {
  const std::size_t at = std::size_t(j) * std::size_t(grid.columns) + std::size_t(i);
  const double a = grid.height_m[at], east = grid.height_m[at + 1] - a;
  const double north = grid.height_m[at + std::size_t(grid.columns)] - a;
  const double both = grid.height_m[at + std::size_t(grid.columns) + 1] - a - east - north;
  const double u = line.x0 - i, v = line.y0 - j;
  return {a + east * u + north * v + both * u * v,
          east * line.dx + north * line.dy + both * (u * line.dy + v * line.dx), both * line.dx * line.dy};
}

}  // namespace

Terrain::Terrain(TerrainGrid grid) : grid_(std::move(grid)), per_spacing_(1 / grid_.spacing_m), summit_m_(0) {
  PAVISE_ASSERT(grid_.columns >= 2 && grid_.rows >= 2 && grid_.spacing_m > 0);
  PAVISE_ASSERT(grid_.height_m.size() == std::size_t(grid_.columns) * std::size_t(grid_.rows));
  Level cells{grid_.columns - 1, grid_.rows - 1, {}};
  cells.greatest_m.reserve(std::size_t(cells.columns) * std::size_t(cells.rows));
  for (std::int32_t j = 0; j < cells.rows; ++j)
    for (std::int32_t i = 0; i < cells.columns; ++i) {
      const float* h = &grid_.height_m[std::size_t(j) * std::size_t(grid_.columns) + std::size_t(i)];
      cells.greatest_m.push_back(std::max(std::max(h[0], h[1]), std::max(h[grid_.columns], h[grid_.columns + 1])));
    }
  levels_.push_back(std::move(cells));
  while (levels_.back().columns > 1 || levels_.back().rows > 1) {
    const Level& below = levels_.back();
    Level above{(below.columns + 1) / 2, (below.rows + 1) / 2, {}};
    for (std::int32_t j = 0; j < above.rows; ++j)
      for (std::int32_t i = 0; i < above.columns; ++i) {
        const std::int32_t i1 = std::min(2 * i + 1, below.columns - 1), j1 = std::min(2 * j + 1, below.rows - 1);
        const auto at = [&](std::int32_t k, std::int32_t l) {
          return below.greatest_m[std::size_t(l) * std::size_t(below.columns) + std::size_t(k)];
        };
        above.greatest_m.push_back(
            std::max(std::max(at(2 * i, 2 * j), at(i1, 2 * j)), std::max(at(2 * i, j1), at(i1, j1))));
      }
    levels_.push_back(std::move(above));
  }
  summit_m_ = levels_.back().greatest_m.front();
}

double Terrain::height_m(double x_m, double y_m) const {
  const double x = (x_m - grid_.west_m) * per_spacing_, y = (y_m - grid_.south_m) * per_spacing_;
  if (!(x >= 0 && y >= 0 && x <= grid_.columns - 1 && y <= grid_.rows - 1)) return 0;
  return height_in_cells(x, y);
}

/// At a place over the grid, in cells.
double Terrain::height_in_cells(double x, double y) const {
  const std::int32_t i = std::min(std::int32_t(x), grid_.columns - 2), j = std::min(std::int32_t(y), grid_.rows - 2);
  const float* h = &grid_.height_m[std::size_t(j) * std::size_t(grid_.columns) + std::size_t(i)];
  const double u = x - i, v = y - j;
  const double south = h[0] + u * (double(h[1]) - h[0]);
  const double north = h[grid_.columns] + u * (double(h[grid_.columns + 1]) - h[grid_.columns]);
  return south + v * (north - south);
}

Terrain::Line Terrain::line_between(double x0_m, double y0_m, double x1_m, double y1_m) const {
  Line line{(x0_m - grid_.west_m) * per_spacing_,
            (y0_m - grid_.south_m) * per_spacing_,
            (x1_m - x0_m) * per_spacing_,
            (y1_m - y0_m) * per_spacing_,
            {0, 0, 0},
            {0, 1}};
  // along a grid line to rounding: its ends would round onto that line, and its parts into the cells beside it
  if (std::fabs(line.dx) < kStill) line.dx = 0;
  if (std::fabs(line.dy) < kStill) line.dy = 0;
  line.inside = part_within(line.x0, line.dx, 0, grid_.columns - 1, line.inside);
  line.inside = part_within(line.y0, line.dy, 0, grid_.rows - 1, line.inside);
  return line;
}

/// The cells that hold the line between two of its points, which lie over the grid but for rounding.
Terrain::Cells Terrain::cells_under(const Line& line, double begin, double end) const {
  const double xa = line.x0 + begin * line.dx, xb = line.x0 + end * line.dx;
  const double ya = line.y0 + begin * line.dy, yb = line.y0 + end * line.dy;
  const auto cell = [](double at, std::int32_t cells) {
    return std::int32_t(std::min(std::max(at, 0.0), double(cells - 1)));
  };
  const std::int32_t columns = levels_[0].columns, rows = levels_[0].rows;
  return {cell(std::min(xa, xb), columns), cell(std::min(ya, yb), rows), cell(std::max(xa, xb), columns),
          cell(std::max(ya, yb), rows)};
}

/// No cell of the rectangle is higher: the greatest of at most four blocks that cover it.
double Terrain::greatest_in(const Cells& c) const {
  const unsigned level =
      std::min(unsigned(std::bit_width(unsigned(std::max(c.i1 - c.i0, c.j1 - c.j0)))), unsigned(levels_.size() - 1));
  const Level& blocks = levels_[level];
  const std::int32_t i0 = c.i0 >> level, i1 = c.i1 >> level;
  const float* south = &blocks.greatest_m[std::size_t(c.j0 >> level) * std::size_t(blocks.columns)];
  const float* north = &blocks.greatest_m[std::size_t(c.j1 >> level) * std::size_t(blocks.columns)];
  return std::max(std::max(south[i0], south[i1]), std::max(north[i0], north[i1]));
}

bool Terrain::dips_below(const Line& line, double begin, double end) const {
  const Cells cells = cells_under(line, begin, end);
  // half the graze: what is left out here would not be found in any cell either
  if (line.height.least(begin, end) >= greatest_in(cells) - 0.5 * kGraze_m) return false;
  if (!cells.is_handful()) {
    // a hill in the middle is met before its flanks are searched
    const double middle = 0.5 * (begin + end);
    if (line.height.at(middle) < height_in_cells(line.x0 + middle * line.dx, line.y0 + middle * line.dy) - kGraze_m)
      return true;
    return dips_below(line, begin, middle) || dips_below(line, middle, end);
  }
  for (std::int32_t j = cells.j0; j <= cells.j1; ++j)
    for (std::int32_t i = cells.i0; i <= cells.i1; ++i) {
      const Span over = line.over(i, j);
      if (over.begin > over.end) continue;
      const Quadratic ground = ground_under(grid_, line, i, j);
      const Quadratic above{line.height.q0 - ground.q0, line.height.q1 - ground.q1, line.height.q2 - ground.q2};
      if (above.least(over.begin, over.end) < -kGraze_m) return true;
    }
  return false;
}

bool Terrain::is_masked(Vec3 from, Vec3 to, double effective_radius_m) const {
  Line line = line_between(from.x, from.y, to.x, to.y);
  if (line.inside.begin > line.inside.end) return false;
  const double dx_m = to.x - from.x, dy_m = to.y - from.y;
  const double sag_m = (dx_m * dx_m + dy_m * dy_m) / (2 * effective_radius_m);
  line.height = {from.z, to.z - from.z - sag_m, sag_m};
  return dips_below(line, line.inside.begin, line.inside.end);
}

void Terrain::raise_to_greatest(const Line& line, double begin, double end, double& greatest) const {
  const Cells cells = cells_under(line, begin, end);
  if (greatest_in(cells) <= greatest) return;
  if (!cells.is_handful()) {
    const double middle = 0.5 * (begin + end);
    greatest = std::max(greatest, height_in_cells(line.x0 + middle * line.dx, line.y0 + middle * line.dy));
    raise_to_greatest(line, begin, middle, greatest);
    raise_to_greatest(line, middle, end, greatest);
    return;
  }
  for (std::int32_t j = cells.j0; j <= cells.j1; ++j)
    for (std::int32_t i = cells.i0; i <= cells.i1; ++i) {
      const Span over = line.over(i, j);
      if (over.begin > over.end) continue;
      const Quadratic ground = ground_under(grid_, line, i, j);
      greatest = std::max(greatest, -Quadratic{-ground.q0, -ground.q1, -ground.q2}.least(over.begin, over.end));
    }
}

double Terrain::greatest_height_m(double x0_m, double y0_m, double x1_m, double y1_m) const {
  const Line line = line_between(x0_m, y0_m, x1_m, y1_m);
  if (line.inside.begin > line.inside.end) return 0;
  const bool leaves = line.inside.begin > 0 || line.inside.end < 1;
  double greatest_m = leaves ? 0.0 : std::max(height_m(x0_m, y0_m), height_m(x1_m, y1_m));
  raise_to_greatest(line, line.inside.begin, line.inside.end, greatest_m);
  return greatest_m;
}

}  // namespace pavise
