// Terrain from ESRI ASCII grids (.asc): the header ncols, nrows, xllcorner or xllcenter, yllcorner or yllcenter,
// cellsize, perhaps nodata_value, in any order and case; then nrows x ncols heights in metres, the northernmost row
// first, each from west to east. A value stands for the middle of its cell, so the grid's nodes are the cells' middles.
#pragma once

#include <optional>
#include <string>

#include "kernel/core/terrain.hpp"
#include "scenario/diagnostics.hpp"
#include "scenario/quantity.hpp"

namespace pavise {

inline constexpr std::size_t kMostTerrainBytes = 128u << 20;

/// Coordinates and heights as they stand in the file, whatever their unit. `source` is the text's place in
/// `diagnostics`, which is told every mistake with line and column; empty if there is one. A cell without a height
/// (NODATA) is a mistake: nobody knows what stands there.
std::optional<TerrainGrid> read_esri_ascii(const std::string& text, std::int32_t source, Diagnostics& diagnostics);

/// A grid in degrees of longitude and latitude, heights above sea level, as one in the local frame of `origin`: every
/// node is looked up in it, bilinear; spacing as from north to south in the file; height 0 is the origin's altitude,
/// and what lies outside the file is 0. The node at (east, north) stands as high above the curved earth as the frame
/// says, so it lies (east^2 + north^2) / (2 R) below the tangent plane. Empty, with an error at `place`, if the origin
/// lies more than 1000 km off it.
std::optional<TerrainGrid> local_terrain(const TerrainGrid& degrees, const Origin& origin, Place place,
                                         Diagnostics& diagnostics);

}  // namespace pavise
