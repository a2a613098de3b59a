// The options of one decision, grouped by track: what policies look through that choose for a track among stations.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/command/picture.hpp"

namespace pavise {

/// Chains the options of each track, in their order in Picture::options. Keeps its memory from decision to decision.
class OptionsByTrack {
 public:
  static constexpr std::int32_t kNone = -1;

  void gather(const Picture& picture) {
    first_.assign(picture.tracks.size(), kNone);
    next_.resize(picture.options.size());
    indices_.clear();
    for (std::size_t i = picture.options.size(); i-- > 0;) {
      std::int32_t& first = first_[std::size_t(picture.options[i].index)];
      if (first == kNone) indices_.push_back(picture.options[i].index);
      next_[i] = first;
      first = std::int32_t(i);
    }
  }
  /// Tracks with at least one option, in no particular order.
  const std::vector<std::int32_t>& indices() const { return indices_; }
  std::int32_t first(std::int32_t index) const { return first_[std::size_t(index)]; }
  std::int32_t next(std::int32_t option) const { return next_[std::size_t(option)]; }

 private:
  std::vector<std::int32_t> first_, next_, indices_;
};

}  // namespace pavise
