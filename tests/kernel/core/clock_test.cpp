#include "kernel/core/clock.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pavise {
namespace {

TEST(Clock, GivesTheDoubleNearestToTheDecimalTime) {
  // a sum of 0.05 would be off after a few frames
  Clock clock{.frame_ticks = ticks_of(0.05)};
  for (clock.frame = 0; clock.frame < 100'000; ++clock.frame) {
    const std::int64_t hundredths = clock.frame * 5;
    const std::string fraction = std::to_string(hundredths % 100);
    const double decimal =
        std::stod(std::to_string(hundredths / 100) + "." + (fraction.size() < 2 ? "0" : "") + fraction);
    ASSERT_EQ(clock.now_s(), decimal);
  }
}

TEST(Clock, FramesMeetWithoutGapAndTheFirstIsTheInstantZero) {
  Clock clock{.frame_ticks = ticks_of(0.1)};
  EXPECT_EQ(clock.now_s(), 0);
  EXPECT_LT(clock.begin_s(), 0);
  double before_s = clock.now_s();
  for (clock.frame = 1; clock.frame < 1000; ++clock.frame) {
    EXPECT_EQ(clock.begin_s(), before_s);
    before_s = clock.now_s();
  }
  EXPECT_EQ(clock.frame_s(), 0.1);
}

TEST(Ticks, AndSecondsConvertThereAndBack) {
  for (std::int64_t tick : {std::int64_t(0), std::int64_t(1), std::int64_t(50'000'000), std::int64_t(-3),
                            std::int64_t(86'400) * kTicksPerSecond + 7})
    EXPECT_EQ(ticks_of(seconds_of(tick)), tick);
}

TEST(DrawNumber, IsTheMillisecondRoundedDown) {
  EXPECT_EQ(draw_number_of(0), 0u);
  EXPECT_EQ(draw_number_of(0.9999), 999u);
  EXPECT_EQ(draw_number_of(12.5), 12'500u);
}

}  // namespace
}  // namespace pavise
