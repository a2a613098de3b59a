#include "kernel/command/turns.hpp"

#include <algorithm>

namespace pavise {

void Turn::play(Picture& picture, Choose choose) {
  if (picture.options.empty()) return;
  const std::size_t units = picture.setup->fire_unit_names.size();
  by_track_.assign(picture.tracks.size(), nullptr);

  // options are sorted by station: where each station's begin
  begin_.assign(picture.setup->stations.size() + 1, std::int32_t(picture.options.size()));
  for (std::size_t i = picture.options.size(); i-- > 0;)
    begin_[std::size_t(picture.options[i].station)] = std::int32_t(i);
  for (std::size_t s = picture.setup->stations.size(); s-- > 0;) begin_[s] = std::min(begin_[s], begin_[s + 1]);

  // a unit that cannot order any more never can again in this decision: orders only take
  is_done_.assign(units, 0);
  bool is_anyone_left = true;
  for (std::uint32_t turn = 0; is_anyone_left; ++turn) {
    is_anyone_left = false;
    for (std::size_t unit = 0; unit < units; ++unit) {
      if (is_done_[unit]) continue;
      if (!gather(picture, std::int32_t(unit))) {
        is_done_[unit] = 1;
        continue;
      }
      picture.give(*choices_[choose(picture, choices_, std::int32_t(unit), turn)]);
      is_anyone_left = true;
    }
  }
}

bool Turn::gather(const Picture& picture, std::int32_t fire_unit) {
  // the unit's best station for each track
  touched_.clear();
  for (std::size_t s = 0; s < picture.setup->stations.size(); ++s) {
    if (picture.setup->stations[s].fire_unit != fire_unit) continue;
    for (std::int32_t i = begin_[s]; i < begin_[s + 1]; ++i) {
      const Option& option = picture.options[std::size_t(i)];
      if (!picture.is_possible(option)) continue;
      const Option*& best = by_track_[std::size_t(option.index)];
      if (!best) touched_.push_back(option.index);
      if (!best || option.intercept_s < best->intercept_s) best = &option;
    }
  }

  std::sort(touched_.begin(), touched_.end());  // indices are distinct; tracks ascend by number
  choices_.clear();
  for (const std::int32_t index : touched_) {
    choices_.push_back(by_track_[std::size_t(index)]);
    by_track_[std::size_t(index)] = nullptr;
  }
  return !choices_.empty();
}

}  // namespace pavise
