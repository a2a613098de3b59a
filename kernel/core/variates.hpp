// Random values of scenarios: one address gives one value of a distribution.
//
// A value may need more than one Philox block (rejection). Its further blocks are those of its own address, told apart
// by the address's `stream`: block j of a draw has stream j. So the address given must have stream 0 (asserted), a draw
// never takes a word of its neighbour's, and how many blocks one draw took moves no other draw. A block gives two
// uniforms, used in turn; a rejection loop accepts with probability above 0.4, so that 2^16 blocks never run out.
//
// Same bits everywhere (elementary.hpp). Parameters are checked before, by whoever reads the scenario: what is out of
// range here is our own mistake.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "kernel/core/draws.hpp"

namespace pavise {

/// Uniform in [min, max], min <= max.
double uniform_value(const Draws& draws, const Address& at, double min, double max);

/// Normal with mean and standard deviation sd > 0; with bounds min < max: conditioned on lying between them (not
/// clamped: no value piles up at a bound). Without bounds mean + sd * draws.normal(at). Rejection after Robert 1995,
/// "Simulation of truncated normal variables".
double normal_value(const Draws& draws, const Address& at, double mean, double sd,
                    double min = -std::numeric_limits<double>::infinity(),
                    double max = std::numeric_limits<double>::infinity());

/// Exponential with `rate` > 0 per unit: mean 1 / rate.
double exponential_value(const Draws& draws, const Address& at, double rate);

/// exp of a normal with mean log_mean and standard deviation log_sd >= 0.
double lognormal_value(const Draws& draws, const Address& at, double log_mean, double log_sd);

/// Triangular density over min <= mode <= max, min < max, by inversion.
double triangular_value(const Draws& draws, const Address& at, double min, double mode, double max);

/// True with probability p, 0 <= p <= 1; never at 0, always at 1.
bool bernoulli_value(const Draws& draws, const Address& at, double p);

/// Number of successes in n >= 0 trials of probability p, n <= 2^40. Up to min(np, n(1-p)) = 10 by inversion, beyond by
/// transformed rejection (Hormann 1993, "The generation of binomial random variates", BTRS).
std::int64_t binomial_value(const Draws& draws, const Address& at, std::int64_t n, double p);

/// Poisson with mean >= 0, at most 2^40. Up to 10 by inversion, beyond by transformed rejection (Hormann 1993, "The
/// transformed rejection method for generating Poisson random variables", PTRS).
std::int64_t poisson_value(const Draws& draws, const Address& at, double mean);

/// 0 ... n - 1, each exactly equally likely (Lemire 2019), n >= 1.
std::uint64_t integer_value(const Draws& draws, const Address& at, std::uint64_t n);

/// Index of one of the weights, each as likely as its share of the sum; weights >= 0, their sum > 0.
std::size_t choice_value(const Draws& draws, const Address& at, std::span<const double> weights);

}  // namespace pavise
