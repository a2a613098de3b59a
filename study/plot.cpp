#include "study/plot.hpp"

#include <string>
#include <vector>

#include "study/hdf5_objects.hpp"

namespace pavise {
namespace {

/// One NXdata group: `signal` with errors over the axis.
void write_data(hid_t parent, const std::string& name, const std::string& title, const std::string& axis,
                const std::string& axis_meaning, const std::vector<std::int64_t>& at, const std::vector<double>& values,
                const std::vector<double>& errors) {
  H5Handle group = create_group(parent, name);
  put_attribute(group, "NX_class", std::string("NXdata"));
  put_attribute(group, "signal", std::string("leakers"));
  put_attribute(group, "axes", axis);
  put_attribute(group, "title", title);
  const hsize_t rows = at.size();
  H5Handle coordinate = write_array(group, axis, H5T_STD_I64LE, {rows}, at.data());
  DimensionScale dimension(group, axis, coordinate);
  put_attribute(coordinate, "units", std::string("1"));
  put_attribute(coordinate, "long_name", axis_meaning);
  const auto column = [&](const char* column_name, const char* meaning, const std::vector<double>& data) {
    H5Handle dataset = write_array(group, column_name, H5T_IEEE_F64LE, {rows}, data.data());
    put_dimension_list(dataset, {dimension.reference()});
    dimension.attach(dataset, 0);
    put_attribute(dataset, "units", std::string("1"));
    put_attribute(dataset, "long_name", std::string(meaning));
  };
  column("leakers", "mean number of leakers", values);
  column("leakers_errors", "half width of the 95 % interval", errors);
  dimension.finish();
}

}  // namespace

void write_plot(hid_t file, const StudyStatistics& statistics) {
  H5Handle plot = create_group(file, "plot");
  put_attribute(plot, "NX_class", std::string("NXentry"));
  put_attribute(plot, "default", std::string("convergence"));
  std::vector<std::int64_t> at;
  std::vector<double> values, errors;
  for (const StudyStatistics::Look& look : statistics.convergence()) {
    at.push_back(look.count);
    values.push_back(look.mean);
    errors.push_back(look.half_width);
  }
  write_data(plot, "convergence", "Leakers at the first design point", "replications", "replications so far", at,
             values, errors);
  at.clear(), values.clear(), errors.clear();
  const auto leakers = statistics.find("leakers");
  for (std::int32_t arm = 0; leakers && arm < statistics.arms(); ++arm) {
    const MetricSummary s = statistics.summary(arm, *leakers);
    at.push_back(arm);
    values.push_back(s.mean);
    errors.push_back((s.ci95.upper - s.ci95.lower) / 2);
  }
  write_data(plot, "leakers_by_point", "Leakers by design point", "point", "row of /points", at, values, errors);
}

}  // namespace pavise
