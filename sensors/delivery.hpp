// Delivery: detections on their way from sensors to track files. Stands between detect and track. What is measured at t
// arrives at t + latency_s, unless it is lost or was measured while its way was cut, and is handed over in the frame that
// holds the first multiple of fusion_period_s not before that. It keeps its own time. What is handed over together is
// handed over frame by frame of its measurement, oldest first, each frame's share in the order that detect gave it.
//
// A feed is a sensor's way to one track file. Feeds [0, sensors) are the sensors themselves; with interruptions of the
// network, more follow: sensors that also feed the file of their own fire units. docs/models/tracking.md#delivery
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/core/clock.hpp"
#include "kernel/core/draws.hpp"
#include "sensors/detections.hpp"
#include "sensors/sensor_model.hpp"

namespace pavise {

struct Sensors;
struct Threats;

/// Whether all that a feed measures is with its file in the same frame.
inline bool is_immediate(const Sensor& feed) {
  return feed.latency_s <= 0 && feed.fusion_period_s <= 0 && feed.loss <= 0 && feed.cuts.empty();
}

/// Detections of one feed, frame and pass that have still to arrive.
struct Shipment {
  struct Row {
    std::int32_t replication, source, components;  // replication -1: handed over
    double handed_over_s;
    double time_s, range_m, azimuth_rad, elevation_rad, range_rate_mps;
    double sigma_range_m, sigma_azimuth_rad, sigma_elevation_rad, sigma_range_rate_mps, snr;
  };
  struct Alarm {
    std::int32_t replication;
    double handed_over_s;
    Plot plot;
  };
  std::int32_t feed = 0;
  std::int64_t frame = 0;        // of measurement
  double next_s = 0;             // earliest hand-over of what is left
  std::vector<Row> rows;
  std::vector<Alarm> alarms;     // by replication and time
};

struct Delivery {
  bool is_needed = false;                // false: every feed is an immediate one, and none is a second one
  bool has_second_feeds = false;
  std::vector<Shipment> shipments;       // shipments[order[...]]
  std::vector<std::int32_t> order;       // under way, by frame, feed and pass
  std::vector<std::int32_t> free;
  std::vector<std::uint8_t> is_over;     // [lane]: its replication has ended; nothing is handed over any more
};

/// What Delivery reads beside its own state.
struct DeliveryContext {
  const std::vector<Sensor>& feeds;
  Draws draws;
  std::int32_t first_replication;
};

/// Takes memory for what is usually under way; more is taken once, when it is needed.
void allocate(Delivery& delivery, const std::vector<Sensor>& feeds, std::int32_t replications, std::int32_t threat_rows,
              double frame_s);
/// Forgets everything under way (start of a block).
void clear(Delivery& delivery);

/// Stage: takes out of `detections` what will be handed over in a later frame or never, and adds what second feeds hand
/// over in this one. Notes cues (Sensors::cue_s) of what stays. Not needed unless delivery.is_needed.
void send(const DeliveryContext& context, const Threats& threats, const Clock& clock, Delivery& delivery,
          Sensors& sensors, Detections& detections);

/// Stage: hands over what is due by clock.now_s() and was measured in the oldest frame of which anything is due; `frame`
/// is that frame. False if nothing is due. `detections` is emptied first. Notes cues.
bool receive(const DeliveryContext& context, const Threats& threats, const Clock& clock, Delivery& delivery,
             Sensors& sensors, Detections& detections, std::int64_t& frame);

}  // namespace pavise
