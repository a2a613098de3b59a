#include "scenario/diagnostics.hpp"

namespace pavise {

const std::vector<ErrorClass>& error_catalogue() {
  static const std::vector<ErrorClass> all = {
      {"E0101", "a file cannot be opened, or no scenario of that name ships", "check the path; `pavise list scenarios`"},
      {"E0102", "not a regular file (a folder, device or pipe)", "name a file"},
      {"E0103", "a file is larger than 16 MiB, or a chain of files than 128 MiB", "split it with `extends`"},
      {"E0104", "nested deeper than 64 levels", "write the value as a table of its own"},
      {"E0105", "too many entities, threats or rounds", "use fewer"},
      {"E0110", "the file is not TOML 1.0", "see the place; texts stand in double quotes"},
      {"E0111", "`extends` comes back to a file of its own chain", "let one of the files stand on its own"},
      {"E0112", "`extends` is deeper than 16 files", "extend an earlier file of the chain"},
      {"E0113", "`extends` is no relative path", "write it relative to the extending file"},
      {"E0114", "a pattern of keep or remove matches nothing", "correct the pattern or delete it"},
      {"E0115", "--set is not PATH=VALUE", "--set fire_unit.patriot_1.launchers=6"},
      {"E0120", "the file does not say what it is, or is something else", "schema = \"pavise-scenario/1\""},
      {"E0121", "the file is of another version of the format", "use the program of that version"},
      {"E0201", "a value of another type is needed", "the message names the type"},
      {"E0202", "a required key is missing", "the help shows a line to write"},
      {"E0203", "an unknown key or table", "the help names the nearest known one"},
      {"E0204", "a quantity without unit", "write \"150 km\", with quotes and unit"},
      {"E0205", "a quantity of another dimension", "write one of the units in the help"},
      {"E0206", "an unknown unit", "units are case-sensitive; the help lists them"},
      {"E0207", "a value out of range", "the note has the range"},
      {"E0208", "not \"<number> <unit>\"", "one number, a space, one unit"},
      {"E0209", "a random value where only a fixed one is taken", "write one value"},
      {"E0210", "not a position", "\"12.5 km E 3 km S 40 m\" or \"52.2297 N 21.0122 E 110 m\""},
      {"E0211", "a word that is none of the possible ones", "the help lists them"},
      {"E0212", "a name that no entity may have", "a-z, then a-z 0-9 _ -, at most 63 characters"},
      {"E0213", "nan, inf or a number too large to hold", "write a finite number"},
      {"E0214", "rows of numbers that do not fit", "1 to 24 rows of the stated number of columns"},
      {"E0215", "not an instant of RFC 3339", "\"2026-01-01T00:00:00Z\""},
      {"E0216", "rows out of order: a curve that does not ascend, phases that overlap or do not last", "the note says what is wrong with the row"},
      {"E0301", "a reference to something the scenario does not have", "the help names the nearest known one"},
      {"E0302", "no component of that name on the search path", "`pavise list components`; --components DIR"},
      {"E0303", "a component's value without exactly one of source and notional", "{ value = ..., notional = \"why\" }"},
      {"E0304", "a source that components/sources.toml does not have", "add it there, or say notional"},
      {"E0305", "a component of another kind", "a sensor uses a component of kind sensor"},
      {"E0306", "no model or policy of that name", "`pavise list components`, `pavise list policies`"},
      {"E0307", "a component name with other characters than a-z 0-9 _ - /", "no dots, no absolute path"},
      {"E0401", "no raid, or a raid without threats", "[raid.NAME.wave.W] with a count of 1 or more"},
      {"E0402", "a fire unit without a sensor that guides", "sensors = [\"...\"]"},
      {"E0403", "two sensors whose names fold to the same random stream", "rename one of them"},
      {"E0404", "a decision period that is no multiple of the frame", "choose a multiple"},
      {"E0405", "a lower limit above its upper one", "exchange them"},
      {"E0407", "a wind profile whose heights do not rise, or that stands beside wind_speed", "[[0, 4, 0], [2000, 12, -3]]"},
      {"E0501", "a terrain file that is not an ESRI ASCII grid", "ncols, nrows, xllcorner, yllcorner, cellsize, then the heights"},
      {"E0502", "a hole in the terrain (nodata_value)", "fill it, or cut the grid smaller"},
      {"E0503", "terrain in a format that is not read", "gdal_translate -of AAIGrid dem.tif dem.asc"},
      {"E0504", "the terrain's content is not what the scenario was made with", "bring the old file back"},
      {"E0505", "a place or waypoint beneath the terrain", "raise it, or leave the height out"},
      {"W0902", "a key that the chosen model does not read", "remove it, or choose another model"},
  };
  return all;
}

}  // namespace pavise
