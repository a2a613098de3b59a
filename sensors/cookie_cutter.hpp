// The ideal sensor: sees everything within its range at each of its scans, without error and without horizon.
#pragma once

namespace pavise {

struct CookieCutter {
  double range_m;        // slant
  double scan_period_s;  // scans at 0, P, 2P, ...: a multiple of the frame; 0: every frame
  double repeats;        // 0: a threat that was seen once is not looked at again (the `truth` tracker keeps it); 1: it is
};

}  // namespace pavise
