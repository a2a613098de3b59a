// Every error class, at its place, with its remedy: a user fixes a file from these texts alone.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "scenario/scenario.hpp"
#include "scenario/spelling.hpp"
#include "sensors/sensor_model.hpp"

namespace pavise {
namespace {

namespace fs = std::filesystem;

// line numbers below count from this text's first line
const std::string kGood = R"(schema = "pavise-scenario/1"
title = "t"
[frame]
origin = "52 N 20 E 100 m"
epoch = "2026-01-01T00:00:00Z"
[tracking]
model = "truth"
[policy]
uses = "nearest"
[asset.a]
at = "0 km E 0 km N"
value = 10
[sensor.s]
model = "cookie_cutter"
at = "1 km E 0 km N"
range = "100 km"
scan_period = "1 s"
[interceptor.m]
model = "constant_speed"
max_range = "20 km"
sspk = { t = 0.5 }
[threat.t]
model = "straight"
speed = "200 m/s"
altitude = "500 m"
[fire_unit.f]
at = "0 km E 0 km N"
sensors = ["s"]
magazine = { m = 4 }
engagement_channels = 2
[raid.r.wave.w]
threat = "t"
count = 2
from = { bearing = "60 deg", range = "60 km" }
target = "a"
at_time = "0 s"
)";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

struct Case {
  const char *code, *what, *by;
  int line, column;
  const char *message, *help;  // parts of them
};

TEST(Errors, TheGoodFileIsGood) {
  const LoadedScenario loaded = load_scenario_text(kGood, "good.toml");
  EXPECT_EQ(loaded.diagnostics.to_text(), "");
  EXPECT_TRUE(loaded.model.has_value());
}

TEST(Errors, EachStandsAtItsPlaceWithItsRemedy) {
  const Case cases[] = {
      {"E0110", "title = \"t\"", "title = t\"", 2, 10, "not TOML", "TOML 1.0"},
      {"E0120", "pavise-scenario/1", "nonsense", 1, 10, "no scenario", "pavise-scenario/1"},
      {"E0121", "pavise-scenario/1", "pavise-scenario/2", 1, 10, "'pavise-scenario/2'", "newer pavise"},
      {"E0201", "title = \"t\"", "title = 4", 2, 9, "'title' needs a text, this is a whole number", "double quotes"},
      {"E0201", "count = 2", "count = 2.5", 33, 9, "needs a whole number", "without quotes"},
      {"E0201", "value = 10", "value = \"10\"", 12, 9, "'value' needs a number, this is a text", "without quotes"},
      {"E0202", "value = 10\n", "", 10, 8, "'value' is missing", "write value = 0.5"},
      {"E0202", "model = \"straight\"\n", "", 22, 9, "'uses' is missing", "threat/..."},
      {"E0202", "engagement_channels = 2\n", "", 26, 12, "'engagement_channels' is missing", "engagement_channels = 4"},
      {"E0203", "engagement_channels", "engagment_channels", 30, 1, "unknown key 'engagment_channels'", "did you mean 'engagement_channels'?"},
      {"E0203", "[asset.a]", "[aset.a]", 10, 2, "unknown key 'aset'", "did you mean 'asset'?"},
      {"E0204", "range = \"100 km\"", "range = 100", 16, 9, "expected a length such as \"150 km\"", "units: m km ft nmi mi"},
      {"E0205", "range = \"100 km\"", "range = \"100 s\"", 16, 9, "'range' needs a length, \"100 s\" is a time", "write for example \"150 km\""},
      {"E0206", "range = \"100 km\"", "range = \"100 Km\"", 16, 9, "unknown unit 'Km'", "units of length: m km ft nmi mi"},
      {"E0207", "sspk = { t = 0.5 }", "sspk = { t = 1.5 }", 21, 14, "out of range", "from 0 to 1"},
      {"E0208", "range = \"100 km\"", "range = \"2 min 30 s\"", 16, 9, "is not \"<number> <unit>\"", "150 km"},
      {"E0209", "speed = \"200 m/s\"", "speed = { dist = \"normal\", mean = \"300 m/s\", sd = \"10 m/s\" }", 24, 9, "takes no random value", "250 m/s"},
      {"E0210", "at = \"1 km E 0 km N\"", "at = \"1 km N 0 km E\"", 15, 6, "is not a position", "12.5 km E 3 km S"},
      {"E0211", "[interceptor.m]\n", "[interceptor.m]\nseeker = \"actve_radar\"\n", 19, 10, "cannot be 'actve_radar'", "did you mean 'active_radar'?"},
      {"E0212", "[asset.a]", "[asset.A]", 10, 8, "'A' is not a name for asset", "a-z"},
      {"E0213", "value = 10", "value = nan", 12, 9, "not a finite number", ""},
      {"E0213", "range = \"100 km\"", "range = \"1e400 km\"", 16, 9, "not a finite number", "150 km"},
      {"E0215", "2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z", 5, 9, "RFC 3339", "2026-01-01T00:00:00Z"},
      {"E0301", "target = \"a\"", "target = \"b\"", 35, 10, "there is no asset 'b'", "known as asset: a"},
      {"E0301", "sensors = [\"s\"]", "sensors = [\"s\", \"sensor_two\"]", 28, 17, "there is no sensor 'sensor_two'", "known as sensor: s"},
      {"E0301", "magazine = { m = 4 }", "magazine = { missile = 4 }", 29, 14, "there is no interceptor 'missile'", "m"},
      {"E0302", "model = \"cookie_cutter\"", "uses = \"sensor/nasams_rader\"", 14, 8, "there is no component 'sensor/nasams_rader'", "did you mean 'sensor/nasams_radar'?"},
      {"E0305", "model = \"cookie_cutter\"", "uses = \"threat/owa_drone\"", 14, 8, "component of kind threat", "kind sensor"},
      {"E0306", "uses = \"nearest\"", "uses = \"nearst\"", 9, 8, "there is no policy model 'nearst'", "did you mean 'nearest'?"},
      {"E0306", "\"straight\"", "\"strait\"", 23, 9, "there is no threat model 'strait'", "did you mean 'straight'?"},
      {"E0307", "model = \"cookie_cutter\"", "uses = \"../secret\"", 14, 8, "not a component's name", "words of a-z"},
      {"E0401", "count = 2", "count = 0", 31, 7, "raid 'r' is empty", "count of 1 or more"},
      {"E0402", "sensors = [\"s\"]", "sensors = []", 28, 11, "no sensor that guides", "cue_only"},
      {"E0404", "[policy]", "[engine]\ndecision_period = \"0.7 s\"\n[policy]", 9, 19, "not a multiple of the frame", "choose 1 s"},
      {"E0405", "range = \"100 km\"", "range = \"100 km\"\noutage.a = { from = \"9 s\", until = \"3 s\" }", 17, 8, "the outage 'a' ends before it begins", "exchange"},
      {"E0408", "[policy]", "[command]\nnetwork = false\nnetwork_delay = \"1 s\"\n[policy]", 10, 1, "'network_delay' needs a network", "network = true"},
      {"E0408", "[policy]", "[command]\nnetwork_outage.a = { from = \"1 s\" }\n[policy]", 9, 1, "'network_outage' needs a tracker that makes tracks", "gnn"},
      {"E0405", "max_range = \"20 km\"", "max_range = \"20 km\"\nmin_range = \"30 km\"", 21, 13, "'min_range' is above 'max_range'", "exchange"},
      {"E0114", "title = \"t\"", "title = \"t\"\nkeep.sensor = [\"x*\"]", 3, 16, "pattern 'x*' matches no sensor", "no sensor names"},
      {"E0113", "title = \"t\"", "title = \"t\"\nextends = \"/etc/passwd\"", 3, 11, "relative", "../base.toml"},
      {"E0105", "[raid.r.wave.w]", "[raid.r.wave.v]\nthreat = \"t\"\ncount = 1000000\nfrom = \"50 km E 0 km N\"\ntarget = \"a\"\nat_time = \"0 s\"\n[raid.r.wave.w]", 31, 7, "1000002 threats", "several raids"},
  };
  for (const Case& c : cases) {
    const LoadedScenario loaded = load_scenario_text(replaced(kGood, c.what, c.by), "file.toml");
    EXPECT_FALSE(loaded.model.has_value()) << c.code << " " << c.by;
    bool is_found = false;
    for (const Diagnostic& d : loaded.diagnostics.sorted())
      is_found = is_found || (d.code == c.code && d.place.line == c.line && d.place.column == c.column &&
                              d.message.find(c.message) != std::string::npos && d.help.find(c.help) != std::string::npos);
    EXPECT_TRUE(is_found) << c.code << " for " << c.by << "\n" << loaded.diagnostics.to_text();
  }
}

TEST(Errors, RowsOfNumbersThatDoNotFitAreNamed) {
  const std::string base = replaced(kGood, "model = \"constant_speed\"", "uses = \"interceptor/amraam\"");
  EXPECT_TRUE(load_scenario_text(base, "f").model.has_value());
  for (const char* rows : {"[[0, 4]]", "[]", "[[0, 4, nan]]", "[[0, 4, \"x\"]]", "[0, 4, 1]"}) {
    const LoadedScenario loaded = load_scenario_text(
        replaced(base, "max_range = \"20 km\"", "max_range = \"20 km\"\nburn_phases = " + std::string(rows)), "f");
    ASSERT_FALSE(loaded.diagnostics.sorted().empty()) << rows;
    const Diagnostic d = loaded.diagnostics.sorted()[0];
    EXPECT_EQ(d.code, "E0214") << rows;
    EXPECT_EQ(d.place.line, 21) << rows;
    EXPECT_NE(d.help.find("rows of 3 numbers"), std::string::npos) << d.help;
  }
}

TEST(Errors, RowsOutOfOrderAreRefusedWithThePlaceOfTheRow) {
  const std::string base = replaced(kGood, "model = \"constant_speed\"", "uses = \"interceptor/amraam\"");
  struct Wrong {
    const char *line, *message;
    int column;  // of the row that is wrong
  };
  for (const Wrong& wrong : {Wrong{"burn_phases = [[0, -4, 1]]", "does not last", 16},
                             Wrong{"burn_phases = [[0, 4, 0.5], [3, 6, 0.5]]", "overlap", 29},
                             Wrong{"burn_phases = [[-1, 4, 1]]", "before launch", 16},
                             Wrong{"burn_phases = [[0, 4, 0]]", "without share", 16},
                             Wrong{"burn_phases = [[0, 4, 0.7], [4, 6, 0.7]]", "more than the whole", 29},
                             Wrong{"drag_by_mach = [[0, 0.3], [2, 0.4], [2, 0.2]]", "does not ascend", 37}}) {
    const LoadedScenario loaded = load_scenario_text(
        replaced(base, "max_range = \"20 km\"", "max_range = \"20 km\"\n" + std::string(wrong.line)), "f");
    ASSERT_FALSE(loaded.diagnostics.sorted().empty()) << wrong.line;
    const Diagnostic d = loaded.diagnostics.sorted()[0];
    EXPECT_EQ(d.code, "E0216") << wrong.line;
    EXPECT_EQ(d.place.line, 21) << wrong.line;
    EXPECT_EQ(d.place.column, wrong.column) << wrong.line;
    EXPECT_NE(d.message.find(wrong.message), std::string::npos) << d.message;
  }
}

TEST(Errors, AGuidanceThatCannotSteerIsRefused) {
  const std::string base = replaced(kGood, "model = \"constant_speed\"", "uses = \"interceptor/amraam\"");
  for (const char* line : {"navigation_constant = 0.0", "navigation_constant = -3.0", "autopilot_lag = \"0 s\"", "navigation_constant = nan"}) {
    const LoadedScenario loaded = load_scenario_text(
        replaced(base, "max_range = \"20 km\"", "max_range = \"20 km\"\n" + std::string(line)), "f");
    ASSERT_FALSE(loaded.diagnostics.sorted().empty()) << line;
    EXPECT_EQ(loaded.diagnostics.sorted()[0].place.line, 21) << line;
  }
}

TEST(Errors, SensorsWhoseNamesFoldToOneStreamAreRefused) {
  // the first two of s0, s1, ... that collide
  std::map<std::uint16_t, std::string> seen;
  std::string first, second;
  for (int i = 0; first.empty(); ++i) {
    const std::string name = "s" + std::to_string(i);
    const auto [known, is_new] = seen.try_emplace(stream_of_name(name), name);
    if (!is_new) first = known->second, second = name;
  }
  const auto sensor = [](const std::string& name) {
    return "[sensor." + name + "]\nmodel = \"cookie_cutter\"\nat = \"1 km E 0 km N\"\nrange = \"1 km\"\n";
  };
  const LoadedScenario loaded = load_scenario_text(kGood + sensor(first) + sensor(second), "f");
  ASSERT_FALSE(loaded.diagnostics.sorted().empty());
  EXPECT_EQ(loaded.diagnostics.sorted()[0].code, "E0403");
  EXPECT_EQ(loaded.diagnostics.sorted()[0].help, "rename one of them");
}

TEST(Errors, TheTwoExamplesOfTheFormatsPageAreTheirLetter) {
  std::string text = replaced(kGood, "engagement_channels = 2", "lanchers = 6\nengagement_channels = 2");
  text = replaced(text, "range = \"100 km\"", "range = \"150 s\"");
  const LoadedScenario loaded = load_scenario_text(text, "nsatu_hub_amdtf.toml");
  EXPECT_EQ(loaded.diagnostics.to_text(),
            "error[E0205]: 'range' needs a length, \"150 s\" is a time\n"
            "  --> nsatu_hub_amdtf.toml:16:9  (sensor.s)\n"
            "16 | range = \"150 s\"\n"
            "   |         ^^^^^^^\n"
            "help: write for example \"150 km\"; units: m km ft nmi mi\n"
            "\n"
            "error[E0203]: unknown key 'lanchers'\n"
            "  --> nsatu_hub_amdtf.toml:30:1  (fire_unit.f)\n"
            "30 | lanchers = 6\n"
            "   | ^^^^^^^^ not a key of fire_unit\n"
            "help: did you mean 'launchers'?\n");
}

TEST(Errors, AllOfAFileAreToldAtOnceSortedAndAtMostTwenty) {
  std::string text = kGood;
  for (int i = 0; i < 30; ++i) text += "[asset.b" + std::to_string(i) + "]\nat = \"0 km E 0 km N\"\nvalue = \"x\"\n";
  const LoadedScenario loaded = load_scenario_text(text, "f");
  EXPECT_EQ(loaded.diagnostics.error_count(), 30u);
  const auto shown = loaded.diagnostics.sorted();
  EXPECT_EQ(shown.size(), 20u);
  for (std::size_t i = 1; i < shown.size(); ++i) EXPECT_LT(shown[i - 1].place.line, shown[i].place.line);
  EXPECT_NE(loaded.diagnostics.to_text().find("and 10 more errors"), std::string::npos);
}

TEST(Errors, JsonNamesSchemaCodeFileLineAndColumn) {
  const LoadedScenario loaded = load_scenario_text(replaced(kGood, "value = 10", "valu = 10"), "f.toml");
  const std::string json = loaded.diagnostics.to_json();
  for (const char* part : {"\"schema\": \"pavise-errors/1\"", "\"code\": \"E0203\"", "\"file\": \"f.toml\"", "\"line\": 12",
                           "\"column\": 1", "\"help\": \"did you mean 'value'?\""})
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
}

TEST(Errors, ControlCharactersOfTheInputNeverReachTheTerminal) {
  const LoadedScenario loaded = load_scenario_text(replaced(kGood, "target = \"a\"", "target = \"\\u001b[31m\""), "f\x1b[2J.toml");
  const std::string text = loaded.diagnostics.to_text();
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b[31m"), std::string::npos);
}

TEST(Errors, WarningsStopOnlyAStrictRun) {
  const std::string text = replaced(kGood, "range = \"100 km\"", "range = \"100 km\"\nbearing_noise = \"2 deg\"");
  const LoadedScenario lenient = load_scenario_text(text, "f");
  EXPECT_TRUE(lenient.model.has_value());
  ASSERT_EQ(lenient.diagnostics.sorted().size(), 1u);
  EXPECT_EQ(lenient.diagnostics.sorted()[0].code, "W0902");
  EXPECT_FALSE(load_scenario_text(text, "f", {.is_strict = true}).model.has_value());
}

TEST(Errors, KeysThatBeginWithXAreKeptAndIgnored) {
  const LoadedScenario loaded = load_scenario_text(replaced(kGood, "value = 10", "value = 10\nx-note = [1, \"two\"]"), "f");
  EXPECT_EQ(loaded.diagnostics.to_text(), "");
  EXPECT_NE(loaded.merged_text.find("x-note = [1, \"two\"]"), std::string::npos);
}

TEST(Errors, EveryCodeIsInTheCatalogueOnce) {
  std::set<std::string_view> codes;
  for (const ErrorClass& e : error_catalogue()) EXPECT_TRUE(codes.insert(e.code).second) << e.code;
  for (const char* code : {"E0101", "E0203", "E0205", "E0403", "W0902"}) EXPECT_TRUE(codes.contains(code)) << code;
}

TEST(Spelling, ASwapIsOneMistakeAndAFarNameIsNone) {
  EXPECT_EQ(edit_distance("lanuchers", "launchers"), 1u);
  EXPECT_EQ(nearest_name("lanchers", {"launcher", "launchers", "sensors"}), "launchers");
  EXPECT_EQ(nearest_name("zz", {"at", "uses"}), "");
  EXPECT_TRUE(natural_less("launcher_2", "launcher_10"));
  EXPECT_TRUE(matches_pattern("patriot_radar_1", "patriot_*"));
  EXPECT_FALSE(matches_pattern("nasams_1", "patriot_*"));
}

/// A folder of its own that goes with the test.
class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("pavise_scenario_test_" + std::to_string(::getpid()) + "_" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  static std::string first_code(const LoadedScenario& loaded) {
    const auto all = loaded.diagnostics.sorted();
    return all.empty() ? "" : all[0].code;
  }
  fs::path folder_;
};

TEST_F(Files, OverlaysMergeKeyByKeyThenKeepThenRemoveThenTheFilesOwn) {
  write("base.toml", kGood + "[asset.b]\nat = \"1 km E 0 km N\"\nvalue = 5\n[asset.c]\nat = \"2 km E 0 km N\"\nvalue = 6\n");
  const std::string top = write("top.toml",
                                "schema = \"pavise-scenario/1\"\nextends = \"base.toml\"\ntitle = \"changed\"\n"
                                "keep.asset = [\"a\", \"b\"]\nremove.asset = [\"b\"]\nasset.a.hardness = 7\n"
                                "[asset.b]\nat = \"9 km E 0 km N\"\nvalue = 1\n");
  const LoadedScenario loaded = load_scenario(top);
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_EQ(loaded.model->title, "changed");
  ASSERT_EQ(loaded.model->assets.size(), 2u);
  EXPECT_EQ(loaded.model->assets[0].value, 10);     // from the base
  EXPECT_EQ(loaded.model->assets[0].hardness, 7);   // merged into it
  EXPECT_EQ(loaded.model->assets[1].position_enu_m.x, 9000);  // removed, then the file's own
  EXPECT_NE(loaded.printed_text.find("top.toml:6"), std::string::npos);
  EXPECT_NE(loaded.printed_text.find("base.toml:12"), std::string::npos);
  EXPECT_EQ(loaded.files.size(), 2u);
}

TEST_F(Files, AUsersOwnFileMayExtendAScenarioThatShips) {
  const std::string mine = write("mine.toml", "schema = \"pavise-scenario/1\"\nextends = \"nsatu_hub_amdtf.toml\"\n"
                                              "title = \"mine\"\nkeep.fire_unit = [\"patriot_*\"]\n");
  const LoadedScenario loaded = load_scenario(mine);
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_EQ(loaded.model->title, "mine");
  EXPECT_EQ(loaded.model->armament.fire_units.size(), 1u);
}

TEST_F(Files, ACircleIsPrinted) {
  write("a.toml", "schema = \"pavise-scenario/1\"\nextends = \"b.toml\"\n");
  write("b.toml", "schema = \"pavise-scenario/1\"\nextends = \"a.toml\"\n");
  const LoadedScenario loaded = load_scenario((folder_ / "a.toml").string());
  ASSERT_EQ(first_code(loaded), "E0111");
  const Diagnostic d = loaded.diagnostics.sorted()[0];
  EXPECT_NE(d.message.find("a.toml -> "), std::string::npos) << d.message;
  EXPECT_EQ(d.place.line, 2);
}

TEST_F(Files, TheSeventeenthExtendsIsRefused) {
  for (int i = 0; i < 20; ++i)
    write("f" + std::to_string(i) + ".toml", "schema = \"pavise-scenario/1\"\nextends = \"f" + std::to_string(i + 1) + ".toml\"\n");
  EXPECT_EQ(first_code(load_scenario((folder_ / "f0.toml").string())), "E0112");
}

TEST_F(Files, FoldersPipesAndHugeFilesAreRefusedBeforeReading) {
  EXPECT_EQ(first_code(load_scenario(folder_.string() + "/nothing.toml")), "E0101");
  fs::create_directories(folder_ / "folder.toml");
  EXPECT_EQ(first_code(load_scenario((folder_ / "folder.toml").string())), "E0102");
  ASSERT_EQ(::mkfifo((folder_ / "pipe.toml").c_str(), 0600), 0);
  EXPECT_EQ(first_code(load_scenario((folder_ / "pipe.toml").string())), "E0102");
  const std::string huge = write("huge.toml", "");
  fs::resize_file(huge, (16u << 20) + 1);
  EXPECT_EQ(first_code(load_scenario(huge)), "E0103");
}

TEST_F(Files, ComponentsNextToTheScenarioAreCheckedForOrigins) {
  const std::string scenario = write("s.toml", replaced(kGood, "model = \"cookie_cutter\"", "uses = \"mine\""));
  const auto with = [&](const std::string& values) {
    write("components/mine.toml", "schema = \"pavise-component/1\"\nkind = \"sensor\"\ntitle = \"t\"\nmodel = \"cookie_cutter\"\n[values]\n" + values);
    return load_scenario(scenario);
  };
  EXPECT_TRUE(with("range = { value = \"9 km\", notional = \"round\" }\n").model.has_value());
  EXPECT_EQ(first_code(with("range = \"9 km\"\n")), "E0303");
  EXPECT_EQ(first_code(with("range = { value = \"9 km\" }\n")), "E0303");
  EXPECT_EQ(first_code(with("range = { value = \"9 km\", source = \"x\", notional = \"y\" }\n")), "E0303");
  EXPECT_EQ(first_code(with("range = { value = \"9 km\", source = \"saab-girafe1x\" }\n")), "E0304");
  EXPECT_TRUE(with("range = { value = \"9 km\", source = \"saab-giraffe1x\" }\n").model.has_value());
  const LoadedScenario wrong = with("repeats = { value = \"9 s\", notional = \"round\" }\n");
  EXPECT_EQ(first_code(wrong), "E0201");
  EXPECT_NE(wrong.diagnostics.to_text().find("mine.toml:6:21"), std::string::npos) << wrong.diagnostics.to_text();
}

TEST(Set, IsAnOverlayOfOneValueCheckedLikeAFile) {
  const auto with = [](std::vector<std::string> sets) { return load_scenario_text(kGood, "f", {.sets = std::move(sets)}); };
  EXPECT_EQ(with({"asset.a.value=12"}).model->assets[0].value, 12);
  EXPECT_EQ(with({"asset.a.radius=300 m"}).model->assets[0].radius_m, 300);  // a bare word is a text
  EXPECT_EQ(with({"fire_unit.f.launchers=3"}).model->armament.stations.size(), 3u);
  EXPECT_EQ(with({"policy.uses=random"}).model->policy->info.name, "random");
  EXPECT_NE(with({"asset.a.value=12"}).printed_text.find("--set"), std::string::npos);
  const std::tuple<const char*, const char*, int> wrong[] = {
      {"asset.a.radius=3 s", "E0205", 16}, {"asset.b.value=3", "E0301", 7}, {"aset.a.value=3", "E0203", 1},
      {"asset.a.value", "E0115", 1},       {"asset.a=3", "E0115", 1},       {"schema=x", "E0115", 1},
      {"asset.a.colour=red", "E0203", 9}};
  for (const auto& [set, code, column] : wrong) {
    const LoadedScenario loaded = with({set});
    ASSERT_FALSE(loaded.diagnostics.sorted().empty()) << set;
    EXPECT_EQ(loaded.diagnostics.sorted()[0].code, code) << loaded.diagnostics.to_text();
    EXPECT_EQ(loaded.diagnostics.sorted()[0].place.column, column) << set;
    EXPECT_NE(loaded.diagnostics.to_text().find("--> --set:1:"), std::string::npos);
  }
}

TEST(Rungs, SwitchAWholeCategoryButNotWhatNamesItsOwnModel) {
  const std::string text = replaced(kGood, "[asset.a]", "[rungs]\nthreat = \"straight\"\n[asset.a]");
  const std::string with_component = replaced(text, "[threat.t]\nmodel = \"straight\"\n", "[threat.t]\nuses = \"threat/owa_drone\"\n");
  const LoadedScenario loaded = load_scenario_text(with_component, "f");
  ASSERT_TRUE(loaded.model.has_value()) << loaded.diagnostics.to_text();
  EXPECT_NE(loaded.merged_text.find("model = \"straight\""), std::string::npos);
  EXPECT_EQ(loaded.merged_text.find("rungs"), std::string::npos);  // applied
}

TEST(Hostile, NothingCrashesTheLoader) {
  // every prefix, then every byte replaced by a few awkward ones
  for (std::size_t n = 0; n < kGood.size(); n += 3) (void)load_scenario_text(kGood.substr(0, n), "f");
  for (const char* bad : {"\0", "\xff", "\"", "[", "{", ".", "=", "\n", "#", "-"})
    for (std::size_t i = 0; i < kGood.size(); i += 11) {
      std::string text = kGood;
      text[i] = *bad;
      (void)load_scenario_text(text, "f");
    }
  const std::string deep_array = "v = " + std::string(100000, '[');
  const std::string deep_dots = [] { std::string s = "a"; for (int i = 0; i < 100000; ++i) s += ".a"; return s + " = 1"; }();
  for (const std::string& text :
       {deep_array, deep_dots, "[" + deep_dots.substr(0, deep_dots.size() - 4) + "]", std::string(1000000, '{'), std::string("\xef\xbb\xbf") + kGood,
        std::string("\xfe\xff"), std::string(100000, '\0'), std::string("x = 9223372036854775808"), std::string("x = 1e99999"), std::string("\"\"\""), std::string()}) {
    const LoadedScenario loaded = load_scenario_text(text, "f");
    if (text.size() > 50000 && text[0] != '\0') {
      EXPECT_EQ(loaded.diagnostics.sorted()[0].code, "E0104");
    }
    (void)loaded.diagnostics.to_text();
    (void)loaded.diagnostics.to_json();
  }
  // a byte order mark and Windows line ends are no mistakes
  EXPECT_TRUE(load_scenario_text(std::string("\xef\xbb\xbf") + kGood, "f").model.has_value());
  std::string windows;
  for (char c : kGood) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_TRUE(load_scenario_text(windows, "f").model.has_value());
}

TEST_F(Files, RandomDamageToScenarioAndComponentIsOnlyEverAnError) {
  const auto content = [](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string scenario = content(data_folder() + "/scenarios/first_minute.toml");
  const std::string component = content(data_folder() + "/components/interceptor/amraam.toml");
  ASSERT_FALSE(scenario.empty() || component.empty());
  std::mt19937 random(20260101);  // prints nothing: the seed is fixed, a failure repeats
  const auto damage = [&](std::string text) {
    static const std::string kBytes = "[]{}\"'=.,#\n\\-_0e \xff\x01";
    for (unsigned n = 1 + random() % 4; n > 0; --n) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0: text[at] = kBytes[random() % kBytes.size()]; break;
        case 1: text.erase(at, 1 + random() % 40); break;
        case 2: text.insert(at, text.substr(random() % text.size(), random() % 60)); break;
        default: text.insert(at, 1, kBytes[random() % kBytes.size()]);
      }
      if (text.empty()) text = "x";
    }
    return text;
  };
  for (int i = 0; i < 150; ++i) {
    write("components/interceptor/amraam.toml", i % 2 == 0 ? component : damage(component));
    const LoadedScenario loaded = load_scenario(write("s.toml", i % 2 == 0 ? damage(scenario) : scenario));
    EXPECT_EQ(loaded.model.has_value(), !loaded.diagnostics.has_errors());
    (void)loaded.diagnostics.to_text();
    (void)loaded.diagnostics.to_json();
  }
}

}  // namespace
}  // namespace pavise
