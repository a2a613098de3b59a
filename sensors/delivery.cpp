#include "sensors/delivery.hpp"

#include <algorithm>
#include <cmath>

#include "sensors/sensors.hpp"

namespace pavise {
namespace {

/// When what was measured at time_s is handed over; kNever_s: it gets lost. Alarms, which no two arms tell apart by a
/// threat, draw by their microsecond.
double hand_over_s(const DeliveryContext& context, const Sensor& feed, std::int32_t replication, std::int32_t source,
                   double time_s) {
  if (!feed.cuts.empty() && holds(feed.cuts, time_s)) return kNever_s;
  if (feed.loss > 0) {
    const std::uint32_t absolute = std::uint32_t(context.first_replication + replication);
    const bool is_alarm = source < 0;
    const std::uint32_t number =
        is_alarm ? std::uint32_t(std::uint64_t(time_s * 1e6)) : draw_number_of(time_s);
    const std::uint32_t entity = is_alarm ? 0xffffffffu : std::uint32_t(source);
    if (context.draws.uniform({absolute, entity, Purpose::network_loss, feed.stream, number}) < feed.loss)
      return kNever_s;
  }
  const double arrives_s = time_s + feed.latency_s, period_s = feed.fusion_period_s;
  return period_s > 0 ? std::max(arrives_s, std::ceil(arrives_s / period_s) * period_s) : arrives_s;
}

Shipment& new_shipment(Delivery& delivery, std::int32_t feed, std::int64_t frame) {
  if (delivery.free.empty()) {
    delivery.free.push_back(std::int32_t(delivery.shipments.size()));
    delivery.shipments.emplace_back();
  }
  delivery.order.push_back(delivery.free.back());
  delivery.free.pop_back();
  Shipment& shipment = delivery.shipments[std::size_t(delivery.order.back())];
  shipment.feed = feed;
  shipment.frame = frame;
  shipment.next_s = kNever_s;
  shipment.rows.clear();
  shipment.alarms.clear();
  return shipment;
}

void copy_row(const Detections& d, std::size_t from, double handed_over_s, Shipment& shipment) {
  shipment.rows.push_back({d.replication[from], d.source[from], d.components[from], handed_over_s, d.time_s[from],
                           d.range_m[from], d.azimuth_rad[from], d.elevation_rad[from], d.range_rate_mps[from],
                           d.sigma_range_m[from], d.sigma_azimuth_rad[from], d.sigma_elevation_rad[from],
                           d.sigma_range_rate_mps[from], d.snr[from]});
  shipment.next_s = std::min(shipment.next_s, handed_over_s);
}

void move_row(Detections& d, std::size_t from, std::size_t to) {
  for (Column<std::int32_t>* c : {&d.replication, &d.sensor, &d.source, &d.components}) (*c)[to] = (*c)[from];
  for (Column<double>* c : {&d.time_s, &d.range_m, &d.azimuth_rad, &d.elevation_rad, &d.range_rate_mps,
                            &d.sigma_range_m, &d.sigma_azimuth_rad, &d.sigma_elevation_rad, &d.sigma_range_rate_mps,
                            &d.snr})
    (*c)[to] = (*c)[from];
}

void note_cue(const Sensor& feed, const Threats& threats, Sensors& sensors, std::int32_t replication,
              std::int32_t source, double time_s) {
  if (source < 0 || feed.kind == nullptr || !feed.kind->gives_cue) return;
  double& cue_s = sensors.cue_s[std::size_t(replication * threats.per_replication + source)];
  cue_s = std::max(cue_s, time_s);
}

/// One pass: what is due in this frame stays, closed up to the front.
void send_group(const DeliveryContext& context, const Threats& threats, const Clock& clock, Delivery& delivery,
                Sensors& sensors, Detections& d, DetectionGroup& group) {
  const Sensor& feed = context.feeds[std::size_t(group.sensor)];
  const double now_s = clock.now_s();
  Shipment* shipment = nullptr;
  std::int32_t kept = group.begin;
  for (std::int32_t i = group.begin; i < group.end; ++i) {
    const std::size_t k = std::size_t(i);
    const double handed_over_s = hand_over_s(context, feed, d.replication[k], d.source[k], d.time_s[k]);
    if (handed_over_s <= now_s) {
      note_cue(feed, threats, sensors, d.replication[k], d.source[k], d.time_s[k]);
      if (kept != i) move_row(d, k, std::size_t(kept));
      ++kept;
    } else if (handed_over_s < kNever_s) {
      if (shipment == nullptr) shipment = &new_shipment(delivery, group.sensor, clock.frame);
      copy_row(d, k, handed_over_s, *shipment);
    }
  }
  for (std::int32_t i = kept; i < group.end; ++i) d.source[std::size_t(i)] = -1;  // nobody's: in no group any more
  group.end = kept;
}

void send_alarms(const DeliveryContext& context, const Clock& clock, Delivery& delivery, Detections& d) {
  const double now_s = clock.now_s();
  Shipment* shipment = nullptr;
  for (AlarmRun& run : d.alarm_runs) {
    const Sensor& feed = context.feeds[std::size_t(run.sensor)];
    if (is_immediate(feed)) continue;
    std::int32_t kept = run.begin;
    for (std::int32_t i = run.begin; i < run.end; ++i) {
      const Plot& alarm = d.alarms[std::size_t(i)];
      const double handed_over_s = hand_over_s(context, feed, run.replication, -1, alarm.time_s);
      if (handed_over_s <= now_s) {
        d.alarms[std::size_t(kept++)] = alarm;
      } else if (handed_over_s < kNever_s) {
        if (shipment == nullptr || shipment->feed != run.sensor)
          shipment = &new_shipment(delivery, run.sensor, clock.frame);
        shipment->alarms.push_back({run.replication, handed_over_s, alarm});
        shipment->next_s = std::min(shipment->next_s, handed_over_s);
      }
    }
    run.end = kept;
  }
  std::erase_if(d.alarm_runs, [](const AlarmRun& run) { return run.begin == run.end; });
}

/// Repeats what sensors with a second feed have seen, as detections of that feed.
void repeat_for_second_feeds(const DeliveryContext& context, Detections& d) {
  const std::size_t groups = d.groups.size(), runs = d.alarm_runs.size();
  for (std::size_t f = 0; f < context.feeds.size(); ++f) {
    const std::int32_t sensor = context.feeds[f].repeats, feed = std::int32_t(f);
    if (sensor < 0) continue;
    d.alarm_quality[f] = d.alarm_quality[std::size_t(sensor)];
    for (std::size_t g = 0; g < groups; ++g) {
      if (d.groups[g].sensor != sensor) continue;
      const std::int32_t begin = d.count;
      PAVISE_ASSERT_LE(std::size_t(begin + d.groups[g].end - d.groups[g].begin), d.time_s.rows());
      for (std::int32_t i = d.groups[g].begin; i < d.groups[g].end; ++i) {
        move_row(d, std::size_t(i), std::size_t(d.count));
        d.sensor[std::size_t(d.count++)] = feed;
      }
      close_group(d, feed, begin);
    }
    for (std::size_t r = 0; r < runs; ++r) {
      const AlarmRun run = d.alarm_runs[r];
      if (run.sensor != sensor) continue;
      const std::int32_t begin = std::int32_t(d.alarms.size());
      for (std::int32_t i = run.begin; i < run.end; ++i) d.alarms.push_back(Plot(d.alarms[std::size_t(i)]));
      d.alarm_runs.push_back({feed, run.replication, begin, std::int32_t(d.alarms.size())});
    }
  }
}

}  // namespace

void allocate(Delivery& delivery, const std::vector<Sensor>& feeds, std::int32_t replications, std::int32_t threat_rows,
              double frame_s) {
  constexpr std::size_t kMostAhead = 64, kMostRows = 256, kMostAlarms = 64;
  delivery = {};
  std::size_t ahead = 0;
  for (const Sensor& feed : feeds)
    if (!is_immediate(feed) && longest_way_s(feed) > 0)  // a shipment of detections and one of alarms a frame
      ahead += std::min(2 * (std::size_t(longest_way_s(feed) / frame_s) + 3), kMostAhead);
  delivery.shipments.resize(ahead);
  delivery.free.reserve(4 * ahead + 16);
  delivery.order.reserve(4 * ahead + 16);
  for (Shipment& shipment : delivery.shipments) {
    shipment.rows.reserve(std::min(std::size_t(threat_rows), kMostRows));
    shipment.alarms.reserve(kMostAlarms);
    delivery.free.push_back(std::int32_t(&shipment - delivery.shipments.data()));
  }
  for (const Sensor& feed : feeds) {
    delivery.has_second_feeds = delivery.has_second_feeds || feed.repeats >= 0;
    delivery.is_needed = delivery.is_needed || feed.repeats >= 0 || !is_immediate(feed);
  }
  delivery.is_over.assign(std::size_t(replications), 0);
  clear(delivery);
}

void clear(Delivery& delivery) {
  delivery.free.insert(delivery.free.end(), delivery.order.begin(), delivery.order.end());
  delivery.order.clear();
  std::fill(delivery.is_over.begin(), delivery.is_over.end(), std::uint8_t(0));
}

void send(const DeliveryContext& context, const Threats& threats, const Clock& clock, Delivery& delivery,
          Sensors& sensors, Detections& d) {
  if (delivery.has_second_feeds) repeat_for_second_feeds(context, d);
  for (DetectionGroup& group : d.groups)
    if (!is_immediate(context.feeds[std::size_t(group.sensor)]))
      send_group(context, threats, clock, delivery, sensors, d, group);
  std::erase_if(d.groups, [](const DetectionGroup& group) { return group.begin == group.end; });
  send_alarms(context, clock, delivery, d);
  // the way of a frame's detections and of its alarms: by feed
  const auto of_this_frame = std::find_if(delivery.order.begin(), delivery.order.end(), [&](std::int32_t at) {
    return delivery.shipments[std::size_t(at)].frame == clock.frame;
  });
  for (auto at = of_this_frame; at != delivery.order.end(); ++at) {  // a few, nearly in order; takes no memory
    const auto later = std::find_if(of_this_frame, at, [&](std::int32_t other) {
      return delivery.shipments[std::size_t(other)].feed > delivery.shipments[std::size_t(*at)].feed;
    });
    std::rotate(later, at, at + 1);
  }
}

bool receive(const DeliveryContext& context, const Threats& threats, const Clock& clock, Delivery& delivery,
             Sensors& sensors, Detections& d, std::int64_t& frame) {
  const double now_s = clock.now_s();
  clear(d);
  std::size_t left = 0;
  bool is_any = false;
  for (std::size_t k = 0; k < delivery.order.size(); ++k) {
    const std::int32_t at = delivery.order[k];
    Shipment& shipment = delivery.shipments[std::size_t(at)];
    const bool is_due = shipment.next_s <= now_s && (!is_any || shipment.frame == frame);
    if (is_due) {
      is_any = true;
      frame = shipment.frame;
      const Sensor& feed = context.feeds[std::size_t(shipment.feed)];
      shipment.next_s = kNever_s;

      const std::int32_t begin = d.count;
      for (Shipment::Row& row : shipment.rows) {
        if (row.replication < 0) continue;
        if (row.handed_over_s > now_s) {
          shipment.next_s = std::min(shipment.next_s, row.handed_over_s);
          continue;
        }
        const std::int32_t replication = row.replication;
        row.replication = -1;
        if (delivery.is_over[std::size_t(replication)]) continue;
        note_cue(feed, threats, sensors, replication, row.source, row.time_s);
        const std::size_t to = append_detection(d, replication, shipment.feed, row.source, row.time_s);
        d.components[to] = row.components;
        d.range_m[to] = row.range_m;
        d.azimuth_rad[to] = row.azimuth_rad;
        d.elevation_rad[to] = row.elevation_rad;
        d.range_rate_mps[to] = row.range_rate_mps;
        d.sigma_range_m[to] = row.sigma_range_m;
        d.sigma_azimuth_rad[to] = row.sigma_azimuth_rad;
        d.sigma_elevation_rad[to] = row.sigma_elevation_rad;
        d.sigma_range_rate_mps[to] = row.sigma_range_rate_mps;
        d.snr[to] = row.snr;
      }
      close_group(d, shipment.feed, begin);

      if (feed.kind != nullptr && feed.kind->is_radar)
        d.alarm_quality[std::size_t(shipment.feed)] =
            sensors.alarms[std::size_t(feed.repeats >= 0 ? feed.repeats : shipment.feed)].quality;
      for (Shipment::Alarm& alarm : shipment.alarms) {
        if (alarm.replication < 0) continue;
        if (alarm.handed_over_s > now_s) {
          shipment.next_s = std::min(shipment.next_s, alarm.handed_over_s);
          continue;
        }
        const std::int32_t replication = alarm.replication, end = std::int32_t(d.alarms.size());
        alarm.replication = -1;
        if (delivery.is_over[std::size_t(replication)]) continue;
        d.alarms.push_back(alarm.plot);
        if (!d.alarm_runs.empty() && d.alarm_runs.back().sensor == shipment.feed &&
            d.alarm_runs.back().replication == replication)
          ++d.alarm_runs.back().end;
        else
          d.alarm_runs.push_back({shipment.feed, replication, end, end + 1});
      }
    }
    if (is_due && shipment.next_s == kNever_s)
      delivery.free.push_back(at);
    else
      delivery.order[left++] = at;
  }
  delivery.order.resize(left);
  return is_any;
}

}  // namespace pavise
