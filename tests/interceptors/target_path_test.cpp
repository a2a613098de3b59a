#include <gtest/gtest.h>

#include "interceptors/engagement_state.hpp"

namespace pavise {
namespace {

// Whoever asks where a target was earlier in the frame gets the piece of its path that held then, as sensors do.
TEST(TargetPath, IsThePieceThatHeldAtTheInstant) {
  Raid raid;
  raid.waves.resize(2);
  for (Wave& wave : raid.waves) wave.count = 1;
  Threats threats;
  allocate(threats, raid, 1);
  const auto write = [](auto& x, double c0, double c1, double c2, double c3) { x[0] = c0, x[1] = c1, x[2] = c2, x[3] = c3; };
  // row 1 was on two pieces before the present one
  for (int k = 0; k < 4; ++k) {
    threats.cx[k][1] = 30.0 + k, threats.cy[k][1] = 31.0 + k, threats.cz[k][1] = 32.0 + k;
    threats.cx[k][0] = threats.cy[k][0] = threats.cz[k][0] = 1.0;
  }
  threats.piece_begin_s[0] = 10.0;
  threats.piece_begin_s[1] = 10.4;
  EarlierPieces::Piece first{}, second{};
  first.begin_s = 9.0, second.begin_s = 10.2;
  write(first.cx, 1, 2, 3, 4), write(first.cy, 5, 6, 7, 8), write(first.cz, 9, 10, 11, 12);
  write(second.cx, 2, 3, 4, 5), write(second.cy, 6, 7, 8, 9), write(second.cz, 10, 11, 12, 13);
  first.row = second.row = 1, first.before = -1, second.before = 0;
  threats.earlier.pieces = {first, second};
  threats.earlier.last[0] = -1, threats.earlier.last[1] = 1;

  for (std::size_t row : {0, 1})
    for (double time_s : {9.5, 10.1, 10.2, 10.3, 10.4, 10.5}) {
      const State expected = state_at(threats, row, time_s);
      const TargetPath path = path_of(threats, row, time_s);
      EXPECT_NEAR(length(path.position_at(time_s) - expected.position_m), 0, 1e-12) << row << ", " << time_s;
      EXPECT_NEAR(length(path.velocity_at(time_s) - expected.velocity_mps), 0, 1e-12) << row << ", " << time_s;
    }
  EXPECT_EQ(path_of(threats, 1, 10.3).begin_s, 10.2);
  EXPECT_EQ(path_of(threats, 1, 10.1).begin_s, 9.0);
}

}  // namespace
}  // namespace pavise
