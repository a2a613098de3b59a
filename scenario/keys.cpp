#include "scenario/keys.hpp"

#include <algorithm>

#include "interceptors/intercept.hpp"
#include "kernel/command/picture.hpp"
#include "kernel/threats/threats.hpp"
#include "sensors/sensors.hpp"
#include "sensors/tracking/tracks.hpp"

namespace pavise {
namespace {

using D = Dimension;
constexpr double kAny = 1e300;
constexpr double kCircle = 2 * 3.14159265358979323846 * (1 + 1e-12);
constexpr double kFarthest_m = 5e6;

Key value(std::string name, D dimension, double low, double high, std::string doc, std::optional<double> otherwise) {
  Key key{.name = std::move(name), .form = Form::value, .dimension = dimension, .minimum = low, .maximum = high,
          .doc = std::move(doc)};
  key.otherwise = otherwise;
  return key;
}
Key required(Key key) {
  key.is_required = true;
  key.otherwise.reset();
  return key;
}
Key flag(std::string name, std::string doc, bool otherwise) {
  return value(std::move(name), D::flag, 0, 1, std::move(doc), otherwise ? 1.0 : 0.0);
}
Key word(std::string name, std::vector<std::string> words, std::string doc, double otherwise = 0) {
  Key key = value(std::move(name), D::word, 0, kAny, std::move(doc), otherwise);
  key.words = std::move(words);
  return key;
}
Key of_form(std::string name, Form form, std::string doc) {
  return {.name = std::move(name), .form = form, .doc = std::move(doc)};
}
Key text(std::string name, std::string doc, std::string otherwise = "") {
  Key key = of_form(std::move(name), Form::text, std::move(doc));
  key.otherwise_text = std::move(otherwise);
  return key;
}
Key reference(std::string name, Form form, std::string refers_to, std::string doc) {
  Key key = of_form(std::move(name), form, std::move(doc));
  key.refers_to = std::move(refers_to);
  return key;
}
Key values(std::string name, D dimension, double low, double high, std::string refers_to, std::string doc) {
  Key key = value(std::move(name), dimension, low, high, std::move(doc), {});
  key.form = Form::values;
  key.refers_to = std::move(refers_to);
  return key;
}
Key table(std::string name, Form form, KeyTable keys) {
  Key key = of_form(std::move(name), form, keys.doc);
  key.table = std::make_shared<const KeyTable>(std::move(keys));
  return key;
}
/// A key that component files carry for the record or for another rung.
Key carried(const char* name, D dimension, const char* doc) {
  Key key = value(name, dimension, -kAny, kAny, doc, {});
  key.is_for_another_model = true;
  return key;
}
Key carried_text(const char* name, const char* doc) {
  Key key = text(name, doc);
  key.is_for_another_model = true;
  return key;
}
Key carried_table(const char* name, int columns, const char* doc) {
  Key key = carried(name, D::table, doc);
  key.columns = columns;
  return key;
}

Key key_of(const Parameter& p) {
  Key key{.name = std::string(p.name), .form = Form::value, .dimension = p.dimension, .minimum = p.minimum,
          .maximum = p.maximum, .doc = std::string(p.doc)};
  key.otherwise = p.otherwise;
  key.is_required = !p.otherwise;
  for (std::string_view w : p.words) key.words.emplace_back(w);
  key.columns = p.columns;
  return key;
}

KeyTable window_keys(std::string name, std::string doc) {
  return {std::move(name), std::move(doc),
          {required(value("from", D::time, 0, 1e6, "first instant", {})),
           value("until", D::time, 0, 1e6, "first instant after it; default: never", {})}};
}

KeyTable sensor_fixed() {
  return {"sensor", "A radar or optical sensor placed somewhere.",
          {
              text("title", "what it is, for reports"),
              text("uses", "component it is made from, such as \"sensor/patriot_radar\""),
              text("model", "registered sensor model, such as \"radar/rotating\"; default: the component's"),
              [] { Key k = of_form("at", Form::position, "ground position"); k.is_required = true; return k; }(),
              value("facing", D::angle, -kCircle, kCircle, "bearing of a sectored sensor's middle", 0.0),
              value("antenna_height", D::length, 0, 1000, "of the antenna above the ground", 0.0),
              flag("cue_only", "its tracks cue but never guide: it keeps a track file of its own", false),
              value("latency", D::time, 0, 3600,
                    "its detections leave it this much later; default: command.cue_latency if cue_only, else 0 s; what "
                    "goes over the network takes command.network_delay besides", {}),
              table("outage", Form::tables, window_keys("outage", "When it sees nothing.")),
              table("link_outage", Form::tables,
                    window_keys("link_outage", "When what it sees does not reach the track file.")),
              word("track_file", {"shared", "own"},
                   "whether its detections feed the track file of the network or one of its own; default: shared with "
                   "command.network, else own"),
          }};
}
std::vector<Key> sensor_carried() {
  return {
      carried_text("coverage", "sector or rotating"),
      carried("search_sector", D::angle, "searched by a sectored array"),
      carried("track_sector", D::angle, "tracked by a sectored array"),
      carried("search_frame", D::time, "time to look once over the search sector"),
      carried("track_update_min", D::time, "fastest update of one engaged track"),
      carried("track_update_idle", D::time, "update of a track that is not engaged"),
      carried("time_share_search", D::number, "share of an array's time for search"),
      carried("track_capacity", D::count, "tracks it can hold"),
      carried("instrumented_range", D::length, "no detection beyond"),
      carried("reference_range", D::length, "where 1 m^2 (infrared: intensity 1) is detected with Pd 0.9"),
      carried("scan_period", D::time, "of the rotating antenna"),
      carried("elevation_min", D::angle, "lowest elevation"),
      carried("elevation_max", D::angle, "highest elevation"),
      carried("frequency", D::frequency, "carrier"),
      carried("beamwidth_azimuth", D::angle, "3 dB width"),
      carried("beamwidth_elevation", D::angle, "3 dB width"),
      carried("gain", D::gain, "of the antenna"),
      carried("noise_figure", D::gain, "of the receiver"),
      carried("losses", D::gain, "all losses together"),
      carried("dwell", D::time, "time on target of one look"),
      carried("mean_power", D::power, "of the transmitter"),
      carried("bandwidth", D::frequency, "of the pulse"),
      carried("range_noise_floor", D::length, "what stays at any SNR"),
      carried("angle_noise_floor", D::angle, "what stays at any SNR"),
      carried("doppler_noise", D::speed, "of the range rate"),
      carried("false_alarm", D::number, "probability per cell"),
      carried("clutter_to_noise", D::gain, "in the lowest beam"),
      carried("clutter_cancellation", D::gain, "by Doppler filtering"),
      carried("minimum_speed", D::speed, "radial speed below which a target is filtered with the clutter"),
      carried("sensitivity", D::power, "weakest signal that is found"),
      carried("antenna_gain", D::gain, "of the receiving antenna"),
      carried("bearing_noise", D::angle, "1 sigma"),
      carried("update_period", D::time, "between looks"),
      carried("reference_extinction", D::number, "per km"),
      carried("field_of_view", D::angle, "of the camera"),
      carried("slew_time", D::time, "mean time to point at a cue"),
      carried("angle_noise", D::angle, "1 sigma, bearing and elevation"),
      carried("bad_weather_factor", D::number, "range in fog or rain against clear air"),
  };
}

KeyTable threat_fixed() {
  return {"threat", "A class of threat: a component, or a change to one.",
          {
              text("title", "what it is, for reports"),
              text("uses", "component it is made from, such as \"threat/owa_drone\""),
              text("model", "registered motion model, such as \"waypoint\"; default: the component's"),
              value("speed", D::speed, 1, 8000, "cruise speed", {}),
              value("altitude", D::length, 0, 1e6, "of flight, where a wave says none", 0.0),
              value("rcs", D::area, 1e-6, 1e4, "mean radar cross-section at nose aspect", 1.0),
              value("rcs_factor_side", D::number, 1e-3, 1e3, "60 to 120 deg off the nose", 1.0),
              value("rcs_factor_tail", D::number, 1e-3, 1e3, "beyond 120 deg", 1.0),
              value("swerling", D::count, 0, 4, "fluctuation of the radar cross-section", 1.0),
              value("infrared_intensity", D::number, 0, 1e4, "relative; infrared ranges are given for 1", 0.0),
              value("infrared_factor_tail", D::number, 1e-3, 1e3, "seen from behind", 1.0),
              value("emission_eirp", D::power, 0, 1e9, "radiated by its radio link", 0.0),
              value("damage", D::number, 0, 1e4, "relative: a 50 kg warhead is 1; 0 is a decoy", 1.0),
              value("p_destroy", D::number, -1, 1, "ideal rung: destroys its asset with this probability; -1: by damage and hardness",
                    -1.0),
              value("impact_error", D::length, 0, 1e5, "1 sigma per axis", 0.0),
              word("navigation", {"gnss", "gnss_inertial", "inertial", "inertial_terrain_scene"},
                   "how it finds its way; the first two drift where a jammer denies satellites"),
              value("reliability", D::number, 0, 1, "arrives if nobody interferes", 1.0),
              value("unit_cost", D::money, 0, 1e12, "price of one", 0.0),
          }};
}
std::vector<Key> threat_carried() {
  return {
      carried("turn_rate", D::angular_rate, "largest"),
      carried("climb_rate", D::speed, "largest"),
      carried("terminal_dive", D::angle, "onto the target"),
      carried("terminal_weave", D::acceleration, "amplitude of lateral acceleration"),
      carried("weave_period", D::time, "of the weave"),
      carried("weave_below", D::length, "where there is air to steer with"),
      carried("wind_error_share", D::number, "share of the wind that is not corrected"),
      carried("mass", D::mass, "at launch"),
      carried("warhead_mass", D::mass, "of it"),
      carried("range_max", D::length, "longest ground range"),
      carried("burnout_speed", D::speed, "at the end of boost"),
      carried("apogee", D::length, "highest point of the path"),
      carried("flight_time", D::time, "of the path"),
      carried_table("boost_phases", 3, "[start_s, end_s, share of propellant]"),
      carried("mass_burnout", D::mass, "after boost"),
      carried("specific_impulse", D::time, "of the motor"),
      carried("diameter", D::length, "for drag"),
      carried_table("drag_by_mach", 2, "[Mach, drag coefficient]"),
  };
}

KeyTable interceptor_fixed() {
  return {"interceptor", "A kind of round, gun burst or jammer dwell: a component, or a change to one.",
          {
              text("title", "what it is, for reports"),
              text("uses", "component it is made from, such as \"interceptor/pac3_mse\""),
              text("model", "registered flyout model, such as \"kinematic\"; default: the component's"),
              word("effect", {"missile", "gun", "jammer"}, "what a shot is: a round, a burst, a dwell"),
              value("ideal_speed", D::speed, 1, 1e4, "constant speed of predictions and of the simple rung", 900.0),
              value("min_range", D::length, 0, kFarthest_m, "slant range of the nearest intercept", 0.0),
              required(value("max_range", D::length, 1, kFarthest_m, "slant range of the farthest intercept", {})),
              value("min_altitude", D::length, -1e6, 1e6, "of the lowest intercept", -1e6),
              value("max_altitude", D::length, -1e6, 1e6, "of the highest intercept", 1e6),
              values("sspk", D::number, 0, 1, "threat", "single-shot kill probability by threat class; without one: not engageable"),
              word("lethality", {"fixed", "miss_distance"}, "kills with sspk, or by miss distance against the lethal radius"),
              value("basket", D::length, 0, 1e6, "fixed lethality: the closest approach that counts as an intercept; default: any", {}),
              value("lethal_radius", D::length, 0, 1e4, "of the warhead", 0.0),
              value("miss_sd", D::length, 0, 1e4, "miss of guidance, 1 sigma per axis", 0.0),
              value("fuze_delay_sd", D::time, 0, 1, "scatter of the fuze", 0.0),
              word("seeker", {"none", "track_via_missile", "active_radar", "infrared", "eo_terminal"},
                   "active_radar frees the guidance channel at seeker_range, infrared at launch, the others hold it to the end"),
              value("seeker_range", D::length, 0, kFarthest_m, "where the seeker takes over", 0.0),
              value("unit_cost", D::money, 0, 1e12, "price of one round (gun: of one burst)", 0.0),
              value("burst_rounds", D::count, 1, 1e5, "gun: rounds of one burst", 1.0),
              value("round_interval", D::time, 0, 60, "gun: between rounds of a burst", 0.0),
              value("pause_between_bursts", D::time, 0, 600, "gun: from the last round of a burst to the next burst", 1.0),
              value("effective_range", D::length, 0, kFarthest_m,
                    "gun: sspk holds up to here and falls linearly to 0 at max_range; default: max_range", {}),
              values("mean_time_to_effect", D::time, 1e-3, 1e9, "threat", "jammer: mean of the exponential time to effect, by class"),
              value("effect_lost", D::number, 0, 1, "jammer: share of soft kills that leave the route; the rest drift", 1.0),
              value("spin_up", D::time, 0, 3600, "jammer: from order to effect", 0.0),
              value("navigation_drift", D::speed, 0, 1e3, "jammer: drift without satellites, 1 sigma per axis and second", 0.0),
              value("gnss_denial_radius", D::length, 0, kFarthest_m,
                    "jammer: while it dwells, all inside lose satellite navigation, treated or not; 0: none", 0.0),
              value("beams", D::count, 1, 1e4, "jammer: threats treated at once", 1.0),
              flag("may_reengage", "more than one order per threat; default: true for guns and jammers", false),
          }};
}
std::vector<Key> interceptor_carried() {
  return {
      carried("mass_launch", D::mass, "of the round"),
      carried("mass_propellant", D::mass, "of it"),
      carried("specific_impulse", D::time, "of the motor"),
      carried_table("burn_phases", 3, "[start_s, end_s, share of propellant]"),
      carried("diameter", D::length, "for drag"),
      carried_table("drag_by_mach", 2, "[Mach, drag coefficient]"),
      carried("navigation_constant", D::number, "of proportional navigation"),
      carried("autopilot_lag", D::time, "first order"),
      carried("minimum_speed", D::speed, "too slow to steer below it"),
      carried("g_limit", D::acceleration, "lateral"),
      carried("climb_rate", D::speed, "largest"),
      carried("endurance", D::time, "of flight"),
      carried("max_range_ballistic", D::length, "against ballistic missiles"),
      carried("muzzle_speed", D::speed, "of the gun"),
      carried("dispersion", D::angle, "1 sigma per axis"),
      carried("aim_bias_sd", D::angle, "one draw per burst"),
  };
}

Key at_required(const char* doc) {
  Key key = of_form("at", Form::position, doc);
  key.is_required = true;
  return key;
}

Key magazine() {
  Key key = values("magazine", D::count, 0, 1e6, "interceptor",
                   "interceptor -> rounds of one launcher (gun: bursts; jammer: number of jammers)");
  return key;
}

KeyTable fire_unit_table() {
  KeyTable launcher{"launcher", "A launcher of its own place, facing or magazine; what is absent is the unit's.",
                    {of_form("at", Form::position, "default: the unit's"),
                     value("facing", D::angle, -kCircle, kCircle, "bearing of the sector's middle", {}), magazine()}};
  KeyTable mount{"mount", "What differs for one interceptor of the unit.",
                 {value("channels", D::count, 1, 1e4, "channels of its own, beside engagement_channels", {}),
                  value("launch_interval", D::time, 0, 3600, "between its launches; default: the unit's", {}),
                  value("reload_time", D::time, 0, 1e6, "default: the unit's", {}),
                  value("reload_sets", D::count, 0, 100, "default: the unit's", {}),
                  value("sector", D::angle, 0, kCircle, "width of azimuth; default: the unit's", {})}};
  Key sensors = reference("sensors", Form::references, "sensor", "sensors that feed it (without network: the only ones)");
  sensors.is_required = true;
  return {"fire_unit", "Launchers, channels, magazine and sensors of one fire unit.",
          {
              text("title", "what it is, for reports"),
              text("uses", "component it is made from, such as \"fire_unit/patriot\""),
              at_required("position"),
              sensors,
              magazine(),
              value("launchers", D::count, 1, 1000,
                    "number of launchers: takes the launcher tables in order, round and round; default: as many as there are tables", {}),
              table("launcher", Form::tables, launcher),
              table("mount", Form::tables, mount),
              value("engagement_channels", D::count, 1, 1e4, "threats engaged at a time, all interceptors without channels of their own", {}),
              value("facing", D::angle, -kCircle, kCircle, "bearing of the sector's middle", 0.0),
              value("sector", D::angle, 0, kCircle, "width of azimuth in which it intercepts", kCircle),
              value("reaction_time", D::time, 0, 3600, "order to first motion", 0.0),
              value("launch_interval", D::time, 0, 3600, "between rounds of an order and between orders of one launcher", 0.0),
              value("reload_time", D::time, 0, 1e6, "whole launcher", 0.0),
              value("reload_sets", D::count, 0, 100, "full sets in store", 0.0),
              value("salvo", D::count, 1, 100, "rounds of an order where the doctrine says nothing", 1.0),
              word("rule", {"shoot_look_shoot", "salvo_once"}, "whether a threat may be ordered again after a look"),
              value("assessment_delay", D::time, 0, 3600, "default: command.assessment_delay", {}),
              value("missed_kill", D::number, 0, 1, "default: command.missed_kill", {}),
              value("false_kill", D::number, 0, 1, "default: command.false_kill", {}),
              reference("engages", Form::references, "threat", "threat classes it may engage; default: all"),
              // carried for the record
              carried("crew", D::count, "people"),
              carried("crew_drone", D::count, "people of an interceptor drone's team"),
              carried("usual_launchers", D::count, "as usually fielded; a scenario places its own"),
              carried("rounds_per_launcher", D::count, "of one launcher"),
              carried("rounds_per_launcher_pac2_gem_t", D::count, "of one launcher"),
              carried("rounds_per_launcher_pac3_mse", D::count, "of one launcher"),
              carried("rounds_per_channel", D::count, "a salvo that shares its target's channel"),
              carried("launcher_distance", D::length, "from the radar or the middle of the battery"),
              carried("unit_cost", D::money, "without rounds"),
              carried("guns", D::count, "per section"),
              carried("gun_bursts", D::count, "in the magazine"),
              carried("jammers", D::count, "per section"),
              carried("interceptor_drones", D::count, "ready to launch"),
              carried("manpads_teams", D::count, "per section"),
              carried("manpads_rounds", D::count, "per team"),
          }};
}

}  // namespace

const KeyTable& sector_keys() {
  static const KeyTable keys = {
      "from",
      "A sector as seen from the frame's origin; each object's bearing is uniform in it.",
      {required(value("bearing", D::angle, -kCircle, kCircle, "of the sector's middle", {})),
       value("half_width", D::angle, 0, kCircle / 2, "to either side", 0.0),
       required(value("range", D::length, 0, kFarthest_m, "horizontal distance from the origin", {})),
       value("altitude", D::length, 0, 1e6, "above ground; default: the threat's", {}),
       value("bearing_step", D::angle, 0, kCircle, "object j stands at bearing + j steps exactly, no draw", 0.0),
       value("range_step", D::length, -kFarthest_m, kFarthest_m, "object j starts at range + j steps", 0.0)}};
  return keys;
}

const KeyTable& scenario_keys() {
  static const KeyTable keys = [] {
    KeyTable frame{"frame", "Origin of the local east-north-up frame, start instant.",
                   {[] { Key k = of_form("origin", Form::position, "latitude, longitude and altitude"); k.is_required = true; return k; }(),
                    [] { Key k = of_form("epoch", Form::date_time, "start instant, RFC 3339"); k.is_required = true; return k; }(),
                    value("price_year", D::count, 1900, 2200, "of all sums of money", 2025.0)}};
    KeyTable environment{"environment", "Wind, radio earth, sight.",
                         {value("wind_speed", D::speed, 0, 100, "at 10 m above ground", 0.0),
                          value("wind_from", D::angle, -kCircle, kCircle, "bearing it blows from", 0.0),
                          value("wind_shear_exponent", D::number, 0, 1, "speed(h) = wind_speed (h / 10 m)^exponent", 0.0),
                          value("effective_earth", D::number, 0.1, 100, "factor on the earth's radius for radio", 4.0 / 3.0),
                          value("visibility_extinction", D::number, 0, 100, "per km", 0.1),
                          [] { Key k = value("wind_profile", D::table, -kAny, kAny, "rows [height m, east m/s, north m/s] of the air's velocity by height above the plane, rising; linear between, held beyond; in place of wind_speed", {}); k.columns = 3; return k; }(),
                          text("terrain", "\"flat\", the name of terrain that ships (\"hills\"), or an ESRI ASCII grid, \"dem.asc\", beside this file", "flat"),
                          word("terrain_coordinates", {"local", "degrees"}, "of the grid: metres east and north of the origin, heights above the plane; or longitude and latitude, heights above sea level"),
                          flag("has_horizon", "false: no curvature at all, as on the ideal rung", true)}};
    KeyTable asset{"asset", "What is defended.",
                   {text("title", "what it is, for reports"), at_required("position of its centre"),
                    value("radius", D::length, 0, 1e5, "of the circle that aim points lie in", 0.0),
                    required(value("value", D::number, 0, 1e12, "what its loss costs", {})),
                    value("hardness", D::number, 1e-6, 1e9, "an impact takes the share 1 - exp(-damage / hardness)", 1.0)}};
    KeyTable wave{"wave", "Objects of one class, one after another.",
                  {[] { Key k = reference("threat", Form::reference, "threat", "which class"); k.is_required = true; return k; }(),
                   required(value("count", D::count, 0, 1e6, "how many", {})),
                   [] { Key k = of_form("from", Form::start, "position, route or sector"); k.is_required = true; return k; }(),
                   [] { Key k = reference("target", Form::reference, "asset", "an asset, or \"by_value\": drawn with probability proportional to value"); k.is_required = true; return k; }(),
                   required(value("at_time", D::time, 0, 1e6, "when the first appears", {})),
                   value("spacing", D::time, 0, 1e6, "between objects", 0.0),
                   word("aim", {"circle", "centre"}, "aim points uniform over the asset's circle, or its centre"),
                   value("speed", D::speed, 1, 8000, "of the first object; default: the class's", {}),
                   value("speed_step", D::speed, -8000, 8000, "object j flies at speed + j steps", 0.0)}};
    KeyTable raid{"raid", "A raid the laydown may meet.",
                  {text("title", "what it is, for reports"), table("wave", Form::tables, wave)}};
    KeyTable class_doctrine{"class", "Firing doctrine against one identified class.",
                            {reference("prefer", Form::references, "interceptor", "interceptors, best first"),
                             reference("only_if_alone", Form::references, "interceptor", "used only if no other listed layer can reach the track"),
                             value("salvo", D::count, 1, 100, "rounds of the first order", 1.0),
                             value("salvo_after_look", D::count, 1, 100, "rounds of later orders", 1.0),
                             flag("uses_reserve", "may take the last reserved rounds", false),
                             flag("hold", "weapons hold against this class", false)}};
    KeyTable reserve{"reserve", "Rounds kept back.",
                     {[] { Key k = reference("interceptor", Form::reference, "interceptor", "which"); k.is_required = true; return k; }(),
                      required(value("fraction", D::number, 0, 1, "of those ready at the start, per fire unit", {}))}};
    KeyTable keep_out{"keep_out", "No intercept below a height above a place.",
                      {at_required("of the zone"), required(value("radius", D::length, 0, 1e6, "around it", {})),
                       required(value("below", D::length, 0, 1e6, "height", {}))}};
    Key reserve_key = table("reserve", Form::table, reserve);
    Key class_key = table("class", Form::tables, class_doctrine);
    class_key.refers_to = "threat";
    KeyTable doctrine{"doctrine", "Weapon control: preference by class, reserve, keep-out zones.",
                      {class_key, reserve_key, table("keep_out", Form::tables, keep_out)}};
    KeyTable command{"command", "The network, coordination, kill assessment.",
                     {flag("network", "all guiding sensors feed one picture for all units", true),
                      word("coordination", {"central", "independent"}, "central: a track under engagement by any unit is given to no other"),
                      value("network_delay", D::time, 0, 600,
                            "of a message: from a sensor to the shared picture, and of an order to its unit if "
                            "coordination is central", 0.0),
                      value("network_loss", D::number, 0, 0.999, "share of sensors' messages that get lost", 0.0),
                      value("fusion_period", D::time, 0, 600,
                            "the shared picture takes in what has arrived this often; 0 s: every frame", 0.0),
                      table("network_outage", Form::tables,
                            window_keys("network_outage",
                                        "When the shared picture gets nothing and each unit has its own sensors' alone.")),
                      value("cue_latency", D::time, 0, 3600, "of sensors that only cue", 0.0),
                      value("assessment_delay", D::time, 0, 3600, "after intercept", 0.0),
                      value("missed_kill", D::number, 0, 1, "kill not recognised: a round is wasted", 0.0),
                      value("false_kill", D::number, 0, 1, "kill reported, threat flies on", 0.0)}};
    KeyTable identification{"identification", "What the defenders take a track for.",
                            {flag("perfect", "the true class from the first moment", false),
                             value("floor", D::number, 0, 1, "certainty of the first guess", 0.5),
                             value("ceiling_radar", D::number, 0, 1, "certainty in the long run, radar alone", 0.9),
                             value("ceiling_eo", D::number, 0, 1, "the same, seen by a camera", 0.98),
                             value("time_constant", D::time, 1e-3, 1e6, "of the approach to the ceiling", 20.0),
                             value("decoy_as_drone", D::number, 0, 1, "a decoy is taken for an attack drone by radar", 0.8),
                             value("decoy_as_drone_eo", D::number, 0, 1, "the same with a camera", 0.3),
                             value("jet_as_cruise", D::number, 0, 1, "a fast drone is taken for a cruise missile", 0.3)}};
    KeyTable rungs{"rungs", "One model for a whole category, where an entity does not set its own.",
                   {text("sensor", "sensor model, such as \"cookie_cutter\""), text("threat", "motion model"),
                    text("interceptor", "flyout model")}};
    KeyTable engine{"engine", "The beat of the simulation.",
                    {value("frame_length", D::time, 1e-4, 60, "of one frame", 0.5),
                     value("decision_period", D::time, 0, 600, "between decisions, a multiple of the frame; 0 s: every frame", 0.0),
                     value("time_limit", D::time, 0, 1e5, "0 s: until the raid is over", 0.0),
                     value("trail_period", D::time, 1e-3, 1e4, "between recorded positions, level full", 1.0),
                     value("quality_period", D::time, 0, 1e4, "between comparisons of the picture with the truth, for the metrics picture.*; 0 s: none", 0.0),
                     value("quality_cutoff", D::length, 1, 1e6, "farthest that a track may be from its threat in them", 1000.0)}};
    KeyTable patterns{"patterns", "category -> patterns of names (* and ?)", {}};

    KeyTable top{"scenario", "One laydown with the raids it may meet.",
                 {text("schema", "\"pavise-scenario/1\""), text("title", "one line"),
                  of_form("extends", Form::names, "file, or array of files, that this one changes"),
                  of_form("keep", Form::patterns, "category -> patterns: only matching entities stay"),
                  of_form("remove", Form::patterns, "category -> patterns: matching entities go"),
                  reference("default_raid", Form::reference, "raid", "without it: the raid that stands first"),
                  table("frame", Form::table, frame), table("environment", Form::table, environment),
                  table("asset", Form::tables, asset),
                  table("sensor", Form::tables, keys_of("sensor", "")),
                  table("fire_unit", Form::tables, fire_unit_table()),
                  table("interceptor", Form::tables, keys_of("interceptor", "")),
                  table("threat", Form::tables, keys_of("threat", "")),
                  table("raid", Form::tables, raid), table("policy", Form::table, keys_of("policy", "")),
                  table("doctrine", Form::table, doctrine), table("command", Form::table, command),
                  table("identification", Form::table, identification),
                  table("tracking", Form::table, keys_of("tracking", "")), table("rungs", Form::table, rungs),
                  table("engine", Form::table, engine)}};
    for (Key& key : top.keys)
      if (key.name == "schema" || key.name == "title" || key.name == "frame") key.is_required = true;
    return top;
  }();
  return keys;
}

namespace {

template <class Kind>
std::vector<const ComponentInfo*> infos() {
  std::vector<const ComponentInfo*> all;
  for (const Kind* kind : Registry<Kind>::instance().sorted()) all.push_back(&kind->info);
  return all;
}

std::vector<const ComponentInfo*> infos_of(std::string_view category) {
  if (category == "sensor") return infos<SensorKind>();
  if (category == "threat") return infos<MotionKind>();
  if (category == "interceptor") return infos<FlyoutKind>();
  if (category == "tracking") return infos<TrackerKind>();
  if (category == "policy") return infos<PolicyKind>();
  return {};
}

}  // namespace

const ComponentInfo* model_info(std::string_view category, std::string_view model) {
  for (const ComponentInfo* info : infos_of(category))
    if (info->name == model) return info;
  return nullptr;
}

std::vector<std::string> models_of(std::string_view category) {
  std::vector<std::string> names;
  for (const ComponentInfo* info : infos_of(category)) names.emplace_back(info->name);
  return names;
}

KeyTable keys_of(std::string_view category, std::string_view model) {
  KeyTable keys;
  std::vector<Key> others;
  if (category == "sensor") keys = sensor_fixed(), others = sensor_carried();
  if (category == "threat") keys = threat_fixed(), others = threat_carried();
  if (category == "interceptor") keys = interceptor_fixed(), others = interceptor_carried();
  if (category == "tracking")
    keys = {"tracking", "How detections become tracks.", {text("model", "registered tracker, such as \"gnn\"", "gnn")}};
  if (category == "policy")
    keys = {"policy", "Who shoots what.", {text("uses", "registered policy, such as \"doctrine\"", "doctrine")}};

  // the chosen model's parameters, over fixed keys of the same name; then what other models and the record know
  const ComponentInfo* chosen = model_info(category, model);
  const auto put = [&](Key key) {
    for (Key& known : keys.keys)
      if (known.name == key.name) {
        if (known.is_for_another_model || (chosen != nullptr && !key.is_for_another_model)) {
          if (!key.otherwise && !key.is_required) key.otherwise = known.otherwise;
          known = std::move(key);
        }
        return;
      }
    keys.keys.push_back(std::move(key));
  };
  if (chosen != nullptr)
    for (const Parameter& p : chosen->parameters) put(key_of(p));
  for (const ComponentInfo* info : infos_of(category)) {
    if (info == chosen) continue;
    for (const Parameter& p : info->parameters) {
      Key key = key_of(p);
      key.is_required = false;
      key.is_for_another_model = true;
      bool is_known = keys.find(p.name) != nullptr;
      if (!is_known) keys.keys.push_back(std::move(key));
    }
  }
  for (Key& key : others)
    if (keys.find(key.name) == nullptr) keys.keys.push_back(std::move(key));
  return keys;
}

const Key* KeyTable::find(std::string_view key) const {
  for (const Key& k : keys)
    if (k.name == key) return &k;
  return nullptr;
}

std::vector<std::string> KeyTable::names() const {
  std::vector<std::string> all;
  for (const Key& key : keys) all.push_back(key.name);
  return all;
}

}  // namespace pavise
