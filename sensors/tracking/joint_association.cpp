#include "sensors/tracking/joint_association.hpp"

#include <algorithm>
#include <numeric>

#include "kernel/core/assert.hpp"

namespace pavise {

void JointAssociation::SubsetSums::sum() {
  const std::size_t sets = std::size_t(1) << items;
  before.assign((agents + 1) * sets, 0.0);
  after.assign((agents + 1) * sets, 0.0);
  before[0] = 1;
  for (std::size_t a = 0; a < agents; ++a)
    for (std::size_t set = 0; set < sets; ++set) {
      const double sofar = before[a * sets + set];
      if (sofar == 0) continue;
      before[(a + 1) * sets + set] += sofar * pass[a];
      for (std::size_t i = 0; i < items; ++i)
        if (!(set >> i & 1)) before[(a + 1) * sets + (set | std::size_t(1) << i)] += sofar * take[a * items + i];
    }
  for (std::size_t set = 0; set < sets; ++set) {
    double product = 1;
    for (std::size_t i = 0; i < items; ++i)
      if (!(set >> i & 1)) product *= left[i];
    after[agents * sets + set] = product;
  }
  for (std::size_t a = agents; a-- > 0;)
    for (std::size_t set = 0; set < sets; ++set) {
      double rest = pass[a] * after[(a + 1) * sets + set];
      for (std::size_t i = 0; i < items; ++i)
        if (!(set >> i & 1)) rest += take[a * items + i] * after[(a + 1) * sets + (set | std::size_t(1) << i)];
      after[a * sets + set] = rest;
    }
}

/// Weight of all ways in which the agent takes the item, per unit of that choice's weight.
double JointAssociation::SubsetSums::taking(std::size_t agent, std::size_t item) const {
  const std::size_t sets = std::size_t(1) << items;
  double sum = 0;
  for (std::size_t set = 0; set < sets; ++set)
    if (!(set >> item & 1))
      sum += before[agent * sets + set] * after[(agent + 1) * sets + (set | std::size_t(1) << item)];
  return sum;
}

/// The same where it takes none.
double JointAssociation::SubsetSums::passing(std::size_t agent) const {
  const std::size_t sets = std::size_t(1) << items;
  double sum = 0;
  for (std::size_t set = 0; set < sets; ++set) sum += before[agent * sets + set] * after[(agent + 1) * sets + set];
  return sum;
}

/// Weight of all ways in which nobody takes the item.
double JointAssociation::SubsetSums::leaving(std::size_t item) const {
  const std::size_t sets = std::size_t(1) << items;
  double sum = 0;
  for (std::size_t set = 0; set < sets; ++set)
    if (!(set >> item & 1)) sum += before[agents * sets + set] * after[agents * sets + set];
  return sum;
}

/// Connected components of the graph of gated pairs, in order of their first track.
void JointAssociation::find_clusters(std::span<const double> weight, std::size_t m, std::size_t n) {
  label_.resize(m);
  std::iota(label_.begin(), label_.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (label_[i] != i) i = label_[i];
    return i;
  };
  gated_by_.assign(n, 0);
  owner_.assign(n, m);
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = 0; i < m; ++i)
      if (weight[i * n + j] > 0) {
        ++gated_by_[j];
        if (owner_[j] == m) owner_[j] = i;
        const std::size_t a = root(owner_[j]), b = root(i);
        label_[std::max(a, b)] = std::min(a, b);
      }
  place_.resize(m);
  cluster_count_ = 0;
  for (std::size_t i = 0; i < m; ++i) {
    if (root(i) == i) {
      place_[i] = cluster_count_++;
      if (clusters_.size() < cluster_count_) clusters_.emplace_back();
      Cluster& fresh = clusters_[place_[i]];
      fresh.tracks.clear();
      fresh.shared.clear();
      fresh.own.clear();
    }
    clusters_[place_[root(i)]].tracks.push_back(i);
  }
  for (std::size_t j = 0; j < n; ++j) {
    if (gated_by_[j] == 0) continue;
    Cluster& cluster = clusters_[place_[root(owner_[j])]];
    (gated_by_[j] > 1 ? cluster.shared : cluster.own).push_back(j);
  }
}

/// Marginals of one cluster, unnormalised, into beta; returns their common sum per track.
double JointAssociation::sum_cluster(const Cluster& c, std::span<const double> weight, std::span<const double> miss,
                                     std::size_t n, double* beta) {
  const std::size_t tracks = c.tracks.size(), shared = c.shared.size();
  const auto alone = [&](std::size_t i) {  // no measurement that anybody else could want
    double sum = miss[i];
    for (std::size_t j : c.own) sum += weight[i * n + j];
    return sum;
  };
  const bool items_are_measurements = shared <= tracks;
  SubsetSums& sums = sums_;
  sums.agents = items_are_measurements ? tracks : shared;
  sums.items = items_are_measurements ? shared : tracks;
  sums.take.clear();
  sums.pass.clear();
  sums.left.clear();
  for (std::size_t a = 0; a < sums.agents; ++a) {
    sums.pass.push_back(items_are_measurements ? alone(c.tracks[a]) : 1.0);
    for (std::size_t i = 0; i < sums.items; ++i)
      sums.take.push_back(items_are_measurements ? weight[c.tracks[a] * n + c.shared[i]]
                                                 : weight[c.tracks[i] * n + c.shared[a]]);
  }
  for (std::size_t i = 0; i < sums.items; ++i) sums.left.push_back(items_are_measurements ? 1.0 : alone(c.tracks[i]));
  sums.sum();

  for (std::size_t t = 0; t < tracks; ++t) {
    const std::size_t i = c.tracks[t];
    for (std::size_t s = 0; s < shared; ++s) {
      const double w = weight[i * n + c.shared[s]];
      if (w > 0)
        beta[i * (n + 1) + c.shared[s] + 1] = w * (items_are_measurements ? sums.taking(t, s) : sums.taking(s, t));
    }
    // without a shared measurement: the sum holds alone(i) when tracks are the items, not when they are the agents
    const double others = items_are_measurements ? sums.passing(t) : (alone(i) > 0 ? sums.leaving(t) / alone(i) : 0.0);
    beta[i * (n + 1)] = miss[i] * others;
    for (std::size_t j : c.own) beta[i * (n + 1) + j + 1] = weight[i * n + j] * others;
  }
  return sums.after[0];
}

bool JointAssociation::solve(std::span<const double> weight, std::span<const double> miss_weight,
                             bool counts_hypotheses, int largest_cluster) {
  const std::size_t m = miss_weight.size(), n = m == 0 ? 0 : weight.size() / m;
  PAVISE_ASSERT(weight.size() == m * n);
  result_.beta.assign(m * (n + 1), 0.0);
  result_.hypotheses = 1;

  // a track's weights scaled to at most one: every hypothesis has exactly one of them, so ratios stay
  scaled_.assign(weight.begin(), weight.end());
  miss_.assign(miss_weight.begin(), miss_weight.end());
  for (std::size_t i = 0; i < m; ++i) {
    double largest = miss_[i];
    for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, weight[i * n + j]);
    for (std::size_t j = 0; j < n; ++j) scaled_[i * n + j] /= largest;
    miss_[i] /= largest;
  }
  if (counts_hypotheses) {
    ones_.resize(m * n);
    counts_.resize(m * (n + 1));
    one_each_.assign(m, 1.0);
    for (std::size_t k = 0; k < m * n; ++k) ones_[k] = weight[k] > 0 ? 1 : 0;
  }
  find_clusters(weight, m, n);
  for (std::size_t c = 0; c < cluster_count_; ++c) {
    const Cluster& cluster = clusters_[c];
    if (std::min(cluster.tracks.size(), cluster.shared.size()) > std::size_t(largest_cluster)) return false;
    if (counts_hypotheses) result_.hypotheses *= sum_cluster(cluster, ones_, one_each_, n, counts_.data());
    sum_cluster(cluster, scaled_, miss_, n, result_.beta.data());
    for (std::size_t i : cluster.tracks) {
      double sum = 0;
      for (std::size_t j = 0; j <= n; ++j) sum += result_.beta[i * (n + 1) + j];
      for (std::size_t j = 0; j <= n; ++j) result_.beta[i * (n + 1) + j] /= sum;
    }
  }
  return true;
}

bool joint_probabilities(std::span<const double> weight, std::span<const double> miss_weight,
                         JointProbabilities& result) {
  JointAssociation joint;
  const bool is_done = joint.solve(weight, miss_weight, true);
  result = joint.result();
  return is_done;
}

}  // namespace pavise
