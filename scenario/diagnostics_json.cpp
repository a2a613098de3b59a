#include <nlohmann/json.hpp>

#include "scenario/diagnostics.hpp"

namespace pavise {

std::string Diagnostics::to_json() const {
  using nlohmann::ordered_json;
  ordered_json errors = ordered_json::array(), warnings = ordered_json::array();
  for (const Diagnostic& d : sorted()) {
    ordered_json row;
    row["code"] = d.code;
    if (d.place.source >= 0)
      row["file"] = source_name(d.place.source);
    else
      row["file"] = nullptr;
    if (d.place.line > 0) {
      row["line"] = d.place.line;
      row["column"] = d.place.column;
    } else {
      row["line"] = nullptr;
      row["column"] = nullptr;
    }
    row["path"] = d.table;
    row["message"] = escape_control(d.message);
    row["help"] = escape_control(d.help);
    (d.is_warning ? warnings : errors).push_back(std::move(row));
  }
  ordered_json document;
  document["schema"] = "pavise-errors/1";
  document["errors"] = std::move(errors);
  if (!warnings.empty()) document["warnings"] = std::move(warnings);
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace pavise
