// The ground: heights on a square grid over the local plane, bilinear between the nodes, and what it hides.
// Constant over a scenario; made by scenario/ from a file, read by sensors and by motion that keeps a height above
// ground.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/core/geometry.hpp"

namespace pavise {

/// Heights of columns x rows nodes, row by row, the southernmost row first, each from west to east.
struct TerrainGrid {
  double west_m = 0, south_m = 0;  // node (0, 0) in the local frame
  double spacing_m = 1;            // between nodes, both ways
  std::int32_t columns = 0, rows = 0;
  std::vector<float> height_m;  // above the local plane
};

/// Beyond the outermost nodes the ground is the plane, at height 0.
class Terrain {
 public:
  /// At least 2 x 2 nodes with finite heights, spacing above 0.
  explicit Terrain(TerrainGrid grid);

  /// Height of the ground at a place.
  double height_m(double x_m, double y_m) const;

  /// Whether the ground stands between two points: whether the line of sight dips more than 1 mm beneath it. Over an
  /// earth of the effective radius (4/3 for radio) the line passes d (D - d) / (2 R) below the chord, d and D - d being
  /// the ground distances to its ends, D^2 far below R^2; heights are above that earth. A radius of 1e30 is a flat one.
  /// The earth itself, at height 0, is left to the horizon. The greatest heights of blocks of 2^n x 2^n cells stand in
  /// a pyramid: the line is halved until it is above the blocks beneath it, and only single cells that it comes close
  /// to are solved (exactly, a quadratic).
  bool is_masked(Vec3 from_m, Vec3 to_m, double effective_radius_m) const;

  /// The greatest height of the ground under a straight leg.
  double greatest_height_m(double from_x_m, double from_y_m, double to_x_m, double to_y_m) const;

  const TerrainGrid& grid() const { return grid_; }
  /// The greatest height of all.
  double summit_m() const { return summit_m_; }

 private:
  struct Line;
  struct Cells;
  Line line_between(double x0_m, double y0_m, double x1_m, double y1_m) const;
  Cells cells_under(const Line& line, double begin, double end) const;
  double greatest_in(const Cells& cells) const;
  double height_in_cells(double x, double y) const;
  bool dips_below(const Line& line, double begin, double end) const;
  void raise_to_greatest(const Line& line, double begin, double end, double& greatest_m) const;

  /// Greatest heights of blocks of 2^level cells a side; level 0: of single cells.
  struct Level {
    std::int32_t columns, rows;
    std::vector<float> greatest_m;
  };
  TerrainGrid grid_;
  std::vector<Level> levels_;
  double per_spacing_, summit_m_;
};

}  // namespace pavise
