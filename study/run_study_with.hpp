// run_study with any source of blocks: Worlds, or a test's stand-in.
#pragma once

#include "study/monte_carlo.hpp"
#include "study/run_study.hpp"

namespace pavise {

StudyResult run_study_with(const StudyRequest& request, MakeRunner make_runner);

}  // namespace pavise
