// Whether and when a station can try a track on its present course: what policies that plan ahead ask.
#pragma once

#include <span>

#include "kernel/command/picture.hpp"

namespace pavise {

/// A station's try at a track, from now on. Times are absolute.
struct Prospect {
  bool is_possible = false;
  bool is_ahead = false;       // the track has yet to come into the envelope
  double begin_s = 0;          // first possible intercept (jammer: the dwell begins)
  double latest_launch_s = 0;  // a later launch is of no use; gun, jammer: less than half of its time would be left
  double ends_s = 0;           // a failed try that begins first is assessed; gun, jammer: the envelope's end
};

/// The course as threat evaluation takes it: level with the present altitude held, or a falling parabola. Doubt about
/// it widens the reach by two standard errors: of position, and 0.05 m per m of way. Rounds fly at the weapon's mean
/// speed. Own status (rounds, channels) is the caller's.
Prospect prospect_of(const StationSetup& station, const PictureTrack& track, double now_s);

/// Whether the course passes through the station's envelope after its reaction time and before arrival, and the station
/// can do something to that identity.
bool can_ever_reach(const StationSetup& station, const PictureTrack& track, double now_s);

/// One of `stations` that has rounds left, ready or in store (a jammer needs none), and can ever reach the track; -1 if
/// there is none. ask_first: one of them that is asked before the others, or -1.
std::int32_t find_reaching(const CommandSetup& setup, std::span<const std::int32_t> stations,
                           std::span<const StationStatus> status, const PictureTrack& track, double now_s,
                           std::int32_t ask_first);

/// Whether one of `stations` that has rounds left, ready or in store (a jammer needs none), can ever reach the track.
bool can_any_reach(const CommandSetup& setup, std::span<const std::int32_t> stations,
                   std::span<const StationStatus> status, const PictureTrack& track, double now_s);

}  // namespace pavise
