// JSON Schema draft-07 from the tables that the loader checks with (FORMATS 1.5).
#include <cmath>
#include <nlohmann/json.hpp>

#include "scenario/keys.hpp"
#include "scenario/quantity.hpp"
#include "scenario/scenario.hpp"

namespace pavise {
namespace {

using nlohmann::ordered_json;

constexpr const char* kEntityName = "^[a-z][a-z0-9_-]{0,62}$";

ordered_json schema_of(const KeyTable& table);

ordered_json schema_of_value(const Key& key) {
  ordered_json schema;
  const auto range = [&] {
    if (key.minimum > -1e300) schema["minimum"] = key.minimum;
    if (key.maximum < 1e300) schema["maximum"] = key.maximum;
  };
  switch (key.dimension) {
    case Dimension::flag: schema["type"] = "boolean"; break;
    case Dimension::count:
      schema["type"] = "integer";
      range();
      break;
    case Dimension::number:
      schema["type"] = "number";
      range();
      break;
    case Dimension::word:
      schema["type"] = "string";
      schema["enum"] = key.words;
      break;
    case Dimension::table: {
      ordered_json row = {{"type", "array"}, {"items", {{"type", "number"}}}};
      if (key.columns > 0) row["minItems"] = row["maxItems"] = key.columns;
      schema = {{"type", "array"}, {"items", row}, {"minItems", 1}, {"maxItems", 24}};
      break;
    }
    default:
      schema["type"] = "string";
      schema["pattern"] = pattern_of(key.dimension);
  }
  return schema;
}

ordered_json schema_of(const Key& key) {
  const ordered_json text = {{"type", "string"}};
  const ordered_json texts = {{"type", "array"}, {"items", text}};
  const ordered_json position = {{"type", "string"}, {"pattern", kPositionPattern}};
  ordered_json schema;
  switch (key.form) {
    case Form::value: schema = schema_of_value(key); break;
    case Form::text:
    case Form::reference: schema = text; break;
    case Form::date_time: schema = {{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"}}; break;
    case Form::position: schema = position; break;
    case Form::start:
      schema["anyOf"] = {position, {{"type", "array"}, {"items", position}, {"minItems", 1}}, schema_of(sector_keys())};
      break;
    case Form::references: schema = texts; break;
    case Form::names: schema["anyOf"] = {text, texts}; break;
    case Form::values: schema = {{"type", "object"}, {"additionalProperties", schema_of_value(key)}}; break;
    case Form::table: schema = schema_of(*key.table); break;
    case Form::tables: {
      const std::string names = key.refers_to.empty() ? kEntityName : "^(?!x-).*$";
      schema = {{"type", "object"},
                {"patternProperties", {{"^x-", true}, {names, schema_of(*key.table)}}},
                {"additionalProperties", false}};
      break;
    }
    case Form::patterns: schema = {{"type", "object"}, {"additionalProperties", texts}}; break;
  }
  std::string doc = key.doc;
  if (key.form == Form::value && key.otherwise && key.dimension != Dimension::table) {
    const double value = *key.otherwise;
    std::string shown;
    if (key.dimension == Dimension::flag)
      shown = value != 0 ? "true" : "false";
    else if (key.dimension == Dimension::word)
      shown = std::size_t(value) < key.words.size() ? key.words[std::size_t(value)] : "";
    else if (std::fabs(value) < 1e300)
      shown = write_quantity(value, key.dimension);
    if (!shown.empty()) doc += "; default " + shown;
  }
  if (!key.otherwise_text.empty()) doc += "; default " + key.otherwise_text;
  schema["description"] = doc.empty() ? key.name : doc;
  return schema;
}

ordered_json schema_of(const KeyTable& table) {
  ordered_json properties = ordered_json::object(), required = ordered_json::array();
  for (const Key& key : table.keys) {
    properties[key.name] = schema_of(key);
    if (key.is_required) required.push_back(key.name);
  }
  ordered_json schema = {{"type", "object"}, {"description", table.doc}, {"properties", properties},
                         {"patternProperties", {{"^x-", true}}}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

/// What an entity may leave to its component, or to the file that is extended, is not required of a fragment.
void drop_required(ordered_json& schema, bool deep) {
  if (schema.is_object()) {
    if (schema.contains("required") && schema["required"].is_array()) schema.erase("required");
    if (deep)
      for (auto& child : schema) drop_required(child, true);
  } else if (schema.is_array() && deep) {
    for (auto& child : schema) drop_required(child, true);
  }
}

ordered_json head(const char* id, const char* title) {
  return {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"$id", id}, {"title", title}};
}

}  // namespace

std::string scenario_schema() {
  ordered_json body = schema_of(scenario_keys());
  body["properties"]["schema"] = {{"const", "pavise-scenario/1"}, {"description", "what this file is"}};
  ordered_json& properties = body["properties"];
  const auto keys_schema = [&](const char* category) -> ordered_json& {
    return properties[category]["patternProperties"][kEntityName];
  };
  for (const char* category : {"sensor", "fire_unit", "interceptor", "threat"})
    keys_schema(category)["anyOf"] = {{{"required", {"uses"}}}, {{"required", {"model"}}}, {{"required", {"at"}}}, {{"required", {"effect"}}}};
  // interceptors and threats take their required values from the component
  for (const char* category : {"interceptor", "threat"}) drop_required(keys_schema(category), false);

  // a complete file needs its tables; one that extends another brings only what it changes
  const ordered_json required = body["required"];
  body.erase("required");
  ordered_json document = head("pavise-scenario-1.schema.json", "pavise scenario, version 1");
  ordered_json fragment = body;
  drop_required(fragment, true);
  for (const char* category : {"sensor", "fire_unit", "interceptor", "threat"})
    fragment["properties"][category]["patternProperties"][kEntityName].erase("anyOf");
  ordered_json whole = body;
  whole["required"] = required;
  document["type"] = "object";
  document["required"] = {"schema"};
  document["if"] = {{"required", {"extends"}}};
  document["then"] = fragment;
  document["else"] = whole;
  return document.dump(1) + "\n";
}

std::string component_schema() {
  ordered_json document = head("pavise-component-1.schema.json", "pavise component, version 1");
  const ordered_json text = {{"type", "string"}, {"minLength", 1}};
  const auto with_origin = [&](const ordered_json& value, const std::string& doc) {
    return ordered_json{{"type", "object"},
                        {"description", doc.empty() ? "a value and where it comes from" : doc},
                        {"properties", {{"value", value},
                                        {"source", {{"type", "string"}, {"description", "id in components/sources.toml"}}},
                                        {"notional", {{"type", "string"}, {"minLength", 1}, {"description", "why this figure"}}}}},
                        {"patternProperties", {{"^x-", true}}},
                        {"additionalProperties", false},
                        {"required", {"value"}},
                        {"oneOf", {{{"required", {"source"}}}, {{"required", {"notional"}}}}}};
  };
  ordered_json branches = ordered_json::array();
  for (const char* kind : {"fire_unit", "interceptor", "sensor", "threat"}) {
    const KeyTable keys = std::string(kind) == "fire_unit" ? *scenario_keys().find("fire_unit")->table : keys_of(kind, "");
    ordered_json values = ordered_json::object();
    for (const Key& key : keys.keys) {
      const ordered_json plain = schema_of(key);
      const std::string doc = plain.value("description", "");
      if (key.form == Form::values) {
        values[key.name] = {{"type", "object"}, {"description", doc}, {"additionalProperties", with_origin(schema_of_value(key), doc)}};
      } else if (key.form == Form::tables) {
        ordered_json below = ordered_json::object();
        for (const Key& k : key.table->keys)
          if (k.form == Form::value) below[k.name] = with_origin(schema_of_value(k), k.doc);
        values[key.name] = {{"type", "object"}, {"description", doc},
                            {"additionalProperties", {{"type", "object"}, {"properties", below}, {"additionalProperties", false}}}};
      } else if (key.name != "uses" && key.name != "model" && key.name != "title") {
        values[key.name] = with_origin(plain, doc);
      }
    }
    branches.push_back({{"if", {{"properties", {{"kind", {{"const", kind}}}}}}},
                        {"then", {{"properties", {{"values", {{"type", "object"}, {"properties", values},
                                                              {"patternProperties", {{"^x-", true}}},
                                                              {"additionalProperties", false}}}}}}}});
  }
  document["type"] = "object";
  document["properties"] = {{"schema", {{"const", "pavise-component/1"}, {"description", "what this file is"}}},
                            {"kind", {{"enum", {"fire_unit", "interceptor", "sensor", "threat"}}, {"description", "what it is a component for"}}},
                            {"title", {{"type", "string"}, {"description", "one line"}}},
                            {"model", {{"type", "string"}, {"description", "registered model that reads its values"}}},
                            {"values", {{"type", "object"}, {"description", "its values, each with source or notional"}}}};
  document["patternProperties"] = {{"^x-", true}};
  document["additionalProperties"] = false;
  document["required"] = {"schema", "kind", "title", "values"};
  document["allOf"] = branches;
  return document.dump(1) + "\n";
}

}  // namespace pavise
