// The tree's two rules about includes: an arrow between layers only points down, and truth stays out of kernel/command.
// Both follow from reading the sources, so they hold for files that nobody thought of.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// Lowest first; a file belongs to the layer whose folder its path begins with.
const std::vector<std::string> kLayers = {"kernel/core/",  "kernel/threats/", "sensors/",
                                          "interceptors/", "kernel/command/", "kernel/engine/",
                                          "scenario/",     "study/",          "app/"};

int layer_of(const std::string& path) {
  for (std::size_t i = 0; i < kLayers.size(); ++i)
    if (path.starts_with(kLayers[i])) return int(i);
  return -1;
}

/// What a source includes by quotes.
std::vector<std::string> includes_of(const std::string& text) {
  std::vector<std::string> includes;
  for (std::size_t at = 0; (at = text.find("#include \"", at)) != std::string::npos;) {
    const std::size_t begin = at + 10, end = text.find('"', begin);
    includes.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return includes;
}

/// All sources of all layers: path -> what it includes. Relative to the tree's root.
using Sources = std::map<std::string, std::vector<std::string>>;

Sources sources_of_tree() {
  Sources sources;
  const fs::path root = PAVISE_SOURCE_DIR;
  for (const std::string& layer : kLayers) {
    if (!fs::exists(root / layer)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / layer)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".hpp" && extension != ".cpp")) continue;
      std::ifstream stream(entry.path());
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      sources[entry.path().lexically_relative(root).generic_string()] = includes_of(text);
    }
  }
  return sources;
}

std::vector<std::string> upward_includes(const Sources& sources) {
  std::vector<std::string> found;
  for (const auto& [path, includes] : sources)
    for (const std::string& include : includes)
      if (layer_of(include) > layer_of(path)) found.push_back(path + " includes " + include);
  return found;
}

/// Files of kernel/command from which a truth header can be reached, with the last step of the way.
std::vector<std::string> ways_to_truth(const Sources& sources) {
  std::vector<std::string> found;
  for (const auto& [start, unused] : sources) {
    if (!start.starts_with("kernel/command/")) continue;
    std::set<std::string> seen{start};
    std::vector<std::string> open{start};
    while (!open.empty()) {
      const std::string path = open.back();
      open.pop_back();
      const auto source = sources.find(path);
      if (source == sources.end()) continue;
      for (const std::string& include : source->second) {
        if (include.starts_with("kernel/threats/") || include.starts_with("sensors/"))
          found.push_back(start + " reaches " + include + " by way of " + path);
        if (seen.insert(include).second) open.push_back(include);
      }
    }
  }
  return found;
}

std::string listed(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

TEST(Layers, AreAllThereToBeRead) {
  std::set<int> layers;
  for (const auto& [path, includes] : sources_of_tree()) layers.insert(layer_of(path));
  EXPECT_EQ(layers.size(), kLayers.size());
}

TEST(Layers, IncludeOnlyThemselvesAndWhatLiesBelow) {
  const std::vector<std::string> found = upward_includes(sources_of_tree());
  EXPECT_TRUE(found.empty()) << listed(found);
}

TEST(Layers, KeepTruthOutOfCommandOnAnyWay) {
  const std::vector<std::string> found = ways_to_truth(sources_of_tree());
  EXPECT_TRUE(found.empty()) << listed(found);
}

TEST(Layers, TestNoticesWhatItForbids) {
  const Sources upward = {{"sensors/radar.cpp", {"kernel/engine/world.hpp"}}, {"app/main.cpp", {"study/study.hpp"}}};
  EXPECT_EQ(upward_includes(upward).size(), 1u);
  const Sources truth = {{"kernel/command/clairvoyant.cpp", {"interceptors/seeker.hpp"}},
                         {"interceptors/seeker.hpp", {"kernel/threats/threats.hpp"}}};
  EXPECT_EQ(ways_to_truth(truth).size(), 1u);
  EXPECT_EQ(includes_of("#include <vector>\n#include \"a/b.hpp\"\n"), std::vector<std::string>{"a/b.hpp"});
}

}  // namespace
